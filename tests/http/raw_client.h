#pragma once
// A client that sends exactly the bytes it is told to, for asking a server what no library would ask it.

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace xray::test {

inline constexpr std::chrono::seconds kPatience{20};

/// Looks at the condition again and again until it holds; false when kPatience is over.
bool eventually(const std::function<bool()>& condition);

struct RawResponse {
  bool operator==(const RawResponse&) const = default;
  int status = 0;
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;
};

/// One connection to 127.0.0.1. Everything that waits gives up after kPatience.
class RawClient {
 public:
  explicit RawClient(std::uint16_t port);
  ~RawClient();
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  /// True when all bytes went out (or into the kernel's buffer).
  bool send(std::string_view bytes);
  /// Ends the sending half.
  void finishSending();
  /// Closes with a reset, as a client that dies.
  void reset();
  /// The next response; `head`: the one to a HEAD request. Nothing when the connection ends before it is whole.
  /// Chunks are joined; a body of neither length nor chunks goes to the end of the connection.
  std::optional<RawResponse> response(bool head = false);
  /// True when the server closes, without sending anything more.
  bool closedByServer();

 private:
  bool receive();
  std::optional<std::string> chunkedBody();
  std::optional<std::string> lineOrNothing();

  int socket_ = -1;
  bool ended_ = false;
  std::string received_;
};

/// The response to one request on a connection of its own.
std::optional<RawResponse> ask(std::uint16_t port, std::string_view bytes);

/// "POST /path HTTP/1.1" with Host, Content-Length and `headers` (each ended by CRLF).
std::string post(std::string_view path, std::string_view body, std::string_view headers = "");
std::string get(std::string_view path, std::string_view headers = "");

}  // namespace xray::test
