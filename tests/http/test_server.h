#pragma once
// A listener with a few routes that show what a server does with requests.

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <vector>

#include "http/raw_client.h"
#include "xray/http/listener.h"

namespace xray::test {

/// GET /hello; POST (PUT, PATCH) /echo answers with the body; GET /held waits for release(); GET /throw; GET /forget
/// drops its Respond.
class TestServer {
 public:
  explicit TestServer(http::Limits limits = {}) {
    http::Router router;
    router.add("GET", "/hello",
               [](http::Request, http::Respond respond) { respond({.contentType = "text/plain", .body = "hello"}); });
    for (const char* method : {"POST", "PUT", "PATCH"}) {
      router.add(method, "/echo", [](http::Request request, http::Respond respond) {
        respond({.contentType = "text/plain", .body = std::move(request.body)});
      });
    }
    router.add("GET", "/held", [this](http::Request, http::Respond respond) {
      const std::lock_guard lock(mu_);
      held_.push_back(std::move(respond));
      changed_.notify_all();
    });
    router.add("GET", "/throw", [](http::Request, http::Respond) { throw std::runtime_error("secret"); });
    router.add("GET", "/forget", [](http::Request, http::Respond) {});
    auto started = http::Listener::start({.host = "127.0.0.1", .port = 0}, std::move(router), limits);
    if (!started.ok()) {
      throw std::runtime_error(started.status().toString());
    }
    listener_ = std::move(started).value();
  }

  std::uint16_t port() const { return listener_->port(); }
  http::Listener& listener() { return *listener_; }

  /// The Respond of the oldest request to /held that was not taken yet; waits for it.
  http::Respond takeHeld() {
    std::unique_lock lock(mu_);
    if (!changed_.wait_for(lock, kPatience, [this] { return !held_.empty(); })) {
      throw std::runtime_error("nobody asked for /held");
    }
    http::Respond respond = std::move(held_.front());
    held_.erase(held_.begin());
    return respond;
  }

 private:
  std::mutex mu_;
  std::condition_variable changed_;
  std::vector<http::Respond> held_;           // guarded by mu_
  std::unique_ptr<http::Listener> listener_;  // last: its handlers use the rest
};

inline Deadline soon() {
  return std::chrono::steady_clock::now() + kPatience;
}

}  // namespace xray::test
