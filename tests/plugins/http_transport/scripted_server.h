#pragma once
// A server that answers each request with the next of some bytes, good or bad.

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace xray::test {

/// One thread; one connection at a time; requests need a Content-Length.
class ScriptedServer {
 public:
  struct Step {
    std::string bytes;  // the answer
    enum class Then {
      Keep,    // the connection open
      Close,   // it
      Early,   // it, having read the head only
      Hang,    // without a word until the client goes
      Trickle  // "x" until then
    } then = Then::Keep;
  };
  struct Recorded {
    std::string head;
    std::string body;
    int connection = 0;  // from 1
  };

  explicit ScriptedServer(std::vector<Step> steps);
  ~ScriptedServer();
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;

  std::uint16_t port() const { return port_; }
  std::vector<Recorded> requests() const;
  /// Waits until so many requests have come.
  bool waitForRequests(std::size_t count);

 private:
  void run();
  bool serve(int socket, int connection);
  void record(Recorded request);

  const std::vector<Step> steps_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<bool> stopping_{false};
  std::atomic<int> open_{-1};  // the connection being served
  mutable std::mutex mu_;
  std::condition_variable changed_;
  std::vector<Recorded> requests_;  // guarded by mu_
  std::thread thread_;
};

/// "HTTP/1.1 503 x" with a Content-Length, `headers` (each ended by CRLF) and a body.
std::string answer(int status, const std::string& body, const std::string& headers = "");

}  // namespace xray::test
