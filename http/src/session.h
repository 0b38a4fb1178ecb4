#pragma once

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "body.h"
#include "framing.h"
#include "server_state.h"

namespace xray::http {

/// One connection: reads a request, gives it to the router, writes the answer, and again.
///
/// Thread-safety: start, drain, abort, respond and bring from any thread; everything else runs on the socket's strand.
/// Lifetime: kept by ServerState until it is closed, and by its operations in flight.
class Session : public std::enable_shared_from_this<Session> {
 public:
  using Socket = boost::asio::ip::tcp::socket;

  Session(std::shared_ptr<ServerState> state, Socket socket);

  /// Begins to serve.
  void start();
  /// Begins to tell the client that there are too many of them.
  void startRefusing();
  /// Closes when idle, else after the answer in flight.
  void drain();
  /// Closes now.
  void abort();
  /// Answers request number `request` of this connection; nothing when that has been answered.
  void respond(std::uint64_t request, Response response);
  /// Brings piece number `piece` of the streamed body that is being sent; nothing when it has been brought.
  void bring(std::uint64_t piece, Result<std::string> bytes);

 private:
  enum class Phase { Idle, Head, Body, Handling, Writing, Streaming, Lingering, Closed };
  using Parser = boost::beast::http::request_parser<DecodedBody>;
  using Error = boost::system::error_code;
  using TimePoint = std::chrono::steady_clock::time_point;

  void nextRequest();
  void read();
  void onRead(Error error, std::size_t size);
  void readHead();
  void parseHead(std::size_t size);
  void beginBody();
  void sendContinue();
  void readBody();
  void dispatch();
  void refuse(Response response);
  void write(Response response);
  void onWritten(Error error);
  void writeAll(std::array<boost::asio::const_buffer, 3> buffers, void (Session::*then)(Error));
  void onPartWritten(Error error);
  void nextPiece();
  void writePiece(Result<std::string> bytes);
  void cutOff();
  void linger();
  void discard();
  void close();

  void expireAt(TimePoint when);
  void expireAfter(std::chrono::milliseconds wait) { expireAt(std::chrono::steady_clock::now() + wait); }
  void neverExpire() { expireAt(TimePoint::max()); }
  void armTimer();
  void onDeadline();

  const std::shared_ptr<ServerState> state_;  // first: it owns what the socket needs to its end
  Socket socket_;
  boost::asio::steady_timer timer_;
  TimePoint deadline_ = TimePoint::max();
  TimePoint timerAt_ = TimePoint::max();  // when the timer is set to fire; it is moved only to fire earlier
  Phase phase_ = Phase::Idle;
  bool timedOut_ = false;

  boost::beast::flat_buffer buffer_;  // received, not yet parsed
  std::optional<HeadScanner> scanner_;
  std::optional<Parser> parser_;
  Request request_;
  std::uint64_t requestNumber_ = 0;
  std::uint64_t pieceNumber_ = 0;  // over all requests of the connection
  bool headRequest_ = false;
  bool chunks_ = false;  // the client reads HTTP/1.1
  bool keepAlive_ = false;
  bool lingerAfterWrite_ = false;
  std::size_t discarded_ = 0;
  std::string head_;
  Response response_;
  std::string piece_;
};

}  // namespace xray::http
