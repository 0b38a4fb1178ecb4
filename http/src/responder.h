#pragma once

#include <atomic>
#include <memory>

#include "session.h"
#include "xray/http/problem.h"

namespace xray::http {

inline Response internalError() {
  return problem(500, "internal", "Internal error", "the server failed to answer this request; its log may say why");
}

/// The one answer of one request. Thread-safe. Does not keep the connection.
class Responder {
 public:
  Responder(std::weak_ptr<Session> session, std::uint64_t request) : session_(std::move(session)), request_(request) {}
  ~Responder() { respond(internalError()); }
  Responder(const Responder&) = delete;
  Responder& operator=(const Responder&) = delete;

  void respond(Response response) {
    if (answered_.exchange(true)) {
      return;
    }
    if (const auto session = session_.lock()) {
      session->respond(request_, std::move(response));
    }
  }

 private:
  const std::weak_ptr<Session> session_;
  const std::uint64_t request_;
  std::atomic<bool> answered_{false};
};

/// The one piece that a stream was asked for. Thread-safe. Does not keep the connection.
class PieceBringer {
 public:
  PieceBringer(std::weak_ptr<Session> session, std::uint64_t piece) : session_(std::move(session)), piece_(piece) {}
  ~PieceBringer() { bring(Status(StatusCode::Internal, "the stream gave nothing")); }
  PieceBringer(const PieceBringer&) = delete;
  PieceBringer& operator=(const PieceBringer&) = delete;

  void bring(Result<std::string> bytes) {
    if (brought_.exchange(true)) {
      return;
    }
    if (const auto session = session_.lock()) {
      session->bring(piece_, std::move(bytes));
    }
  }

 private:
  const std::weak_ptr<Session> session_;
  const std::uint64_t piece_;
  std::atomic<bool> brought_{false};
};

}  // namespace xray::http
