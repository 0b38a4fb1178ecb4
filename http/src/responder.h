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

}  // namespace xray::http
