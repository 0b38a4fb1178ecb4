#include "session.h"

#include <array>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <cstdio>
#include <ctime>
#include <limits>

#include "responder.h"
#include "response_head.h"
#include "target.h"
#include "xray/http/problem.h"

namespace xray::http {
namespace {

namespace asio = boost::asio;
namespace bhttp = boost::beast::http;

/// Free space for each read, and the most that is kept unparsed besides a head.
constexpr std::size_t kReadBytes = 64 * 1024;
/// So much of a write must get through within idleTimeout.
constexpr std::size_t kWriteBytes = 256 * 1024;
/// How long, and with how many bytes, a client that was refused may go on sending before it is cut off.
/// Closing at once would reset the connection and with it the answer.
constexpr std::chrono::milliseconds kLingerTime{2'000};
constexpr std::size_t kLingerBytes = std::size_t{64} << 20;

std::string_view view(boost::beast::string_view text) {
  return {text.data(), text.size()};
}

std::string_view view(const boost::beast::flat_buffer& buffer) {
  return {static_cast<const char*>(buffer.data().data()), buffer.size()};
}

}  // namespace

Session::Session(std::shared_ptr<ServerState> state, Socket socket)
    : state_(std::move(state)),
      socket_(std::move(socket)),
      timer_(socket_.get_executor()),
      buffer_(state_->limits.maxHeaderBytes + 2 * kReadBytes) {}

void Session::start() {
  asio::post(socket_.get_executor(), [self = shared_from_this()] {
    if (self->phase_ == Phase::Idle) {
      Error ignored;
      self->socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
      self->nextRequest();
    }
  });
}

void Session::startRefusing() {
  asio::post(socket_.get_executor(), [self = shared_from_this()] {
    if (self->phase_ == Phase::Idle) {
      self->refuse(withRetryAfter(
          problem(503, "too_many_connections", "Too many connections",
                  "this server serves " + std::to_string(self->state_->limits.maxConnections) + " connections at once"),
          std::chrono::seconds(1)));
    }
  });
}

void Session::drain() {
  asio::post(socket_.get_executor(), [self = shared_from_this()] {
    if (self->phase_ == Phase::Idle) {
      self->close();
    }
  });
}

void Session::abort() {
  asio::post(socket_.get_executor(), [self = shared_from_this()] { self->close(); });
}

void Session::respond(std::uint64_t request, Response response) {
  // The queued answer must not keep the session: nobody runs it once the listener has stopped.
  asio::post(socket_.get_executor(), [weak = weak_from_this(), request, response = std::move(response)]() mutable {
    const auto self = weak.lock();
    if (self && self->phase_ == Phase::Handling && self->requestNumber_ == request) {
      self->write(std::move(response));
    }
  });
}

void Session::bring(std::uint64_t piece, Result<std::string> bytes) {
  asio::post(socket_.get_executor(), [weak = weak_from_this(), piece, bytes = std::move(bytes)]() mutable {
    const auto self = weak.lock();
    if (self && self->phase_ == Phase::Streaming && self->pieceNumber_ == piece) {
      self->writePiece(std::move(bytes));
    }
  });
}

void Session::nextRequest() {
  if (state_->draining()) {
    return close();
  }
  phase_ = Phase::Idle;
  expireAfter(state_->limits.idleTimeout);
  scanner_.emplace(state_->limits.maxHeaderBytes);
  readHead();
}

void Session::read() {
  socket_.async_read_some(buffer_.prepare(kReadBytes),
                          [self = shared_from_this()](Error error, std::size_t size) { self->onRead(error, size); });
}

void Session::onRead(Error error, std::size_t size) {
  if (phase_ == Phase::Closed) {
    return;
  }
  if (timedOut_) {
    return refuse(
        problem(408, "request_timeout", "Request timeout",
                "the request did not arrive within " + std::to_string(state_->limits.requestTimeout.count()) + " ms"));
  }
  if (error) {
    return close();
  }
  buffer_.commit(size);
  state_->counters.bytesReceived.fetch_add(size, std::memory_order_relaxed);
  phase_ == Phase::Body ? readBody() : readHead();
}

void Session::readHead() {
  if (phase_ == Phase::Idle) {
    while (view(buffer_).starts_with("\r\n")) {  // RFC 9112, section 2.2
      buffer_.consume(2);
    }
    if (buffer_.size() > 0 && view(buffer_) != "\r") {
      phase_ = Phase::Head;
      expireAfter(state_->limits.requestTimeout);
    }
  }
  if (phase_ == Phase::Head) {
    switch (scanner_->scan(view(buffer_))) {
      case HeadScanner::State::Complete:
        return parseHead(scanner_->size());
      case HeadScanner::State::Bad:
        return refuse(badRequest(scanner_->problem()));
      case HeadScanner::State::TooLarge:
        return refuse(headerTooLarge(state_->limits));
      case HeadScanner::State::Incomplete:
        break;
    }
  }
  read();
}

void Session::parseHead(std::size_t size) {
  parser_.emplace();
  parser_->header_limit(static_cast<std::uint32_t>(size + 1));
  parser_->body_limit(std::numeric_limits<std::uint64_t>::max());  // DecodedBody counts
  Error error;
  buffer_.consume(parser_->put(asio::const_buffer(buffer_.data().data(), size), error));
  if (error || !parser_->is_header_done()) {
    return refuse(badRequest(error ? error.message() : "the head cannot be read"));
  }
  const auto& message = parser_->get();
  if (auto refusal = refuseFraming(message, parser_->content_length().has_value(), parser_->chunked())) {
    return refuse(std::move(*refusal));
  }
  request_ = {};
  request_.method = view(message.method_string());
  request_.target = view(message.target());
  const auto raw = rawPath(request_.target);
  auto path = raw ? percentDecode(*raw, false) : std::nullopt;
  auto query = parseQuery(request_.target);
  if (!path || !query) {
    return refuse(badRequest("the request target is not a path in UTF-8, properly percent-encoded"));
  }
  request_.path = std::move(*path);
  request_.query = std::move(*query);
  for (const auto& field : message) {
    request_.headers.emplace_back(view(field.name_string()), view(field.value()));
  }
  keepAlive_ = parser_->keep_alive();
  headRequest_ = message.method() == bhttp::verb::head;
  chunks_ = message.version() >= 11;
  beginBody();
}

void Session::beginBody() {
  const auto& message = parser_->get();
  const auto length = parser_->content_length();
  const auto contentLength = length ? std::optional<std::uint64_t>(*length) : std::nullopt;
  auto refusal = refuseBody(message, state_->limits, contentLength, parser_->chunked());
  if (refusal || !parser_->is_done()) {
    // A body that nobody waits for is not read, and what is wrong with it is not said.
    if (auto unrouted = state_->router.refuses(request_)) {
      refusal = std::move(unrouted);
    }
  }
  if (refusal) {
    return refuse(std::move(*refusal));
  }
  if (parser_->is_done()) {
    return dispatch();
  }
  const Encoding encoding = parseEncoding(view(message[bhttp::field::content_encoding])).value_or(Encoding::Identity);
  parser_->get().body().expect(encoding, state_->limits.maxBodyBytes, contentLength);
  parser_->eager(true);
  phase_ = Phase::Body;
  const bool expectsContinue = message.version() >= 11 && !message[bhttp::field::expect].empty();
  expectsContinue&& buffer_.size() == 0 ? sendContinue() : readBody();
}

void Session::sendContinue() {
  static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
  asio::async_write(socket_, asio::buffer(kContinue), [self = shared_from_this()](Error error, std::size_t) {
    if (self->phase_ == Phase::Closed) {
      return;
    }
    error ? self->close() : self->read();
  });
}

void Session::readBody() {
  Error error;
  while (!parser_->is_done() && buffer_.size() > 0) {
    const std::size_t used = parser_->put(asio::const_buffer(buffer_.data().data(), buffer_.size()), error);
    buffer_.consume(used);
    if (error) {
      break;
    }
  }
  if (error && error != bhttp::error::need_more) {
    const Status& failure = parser_->get().body().failure();
    return refuse(failure.code() == StatusCode::TooLarge
                      ? bodyTooLarge(failure.message())
                      : badRequest(failure.ok() ? error.message() : failure.message()));
  }
  if (parser_->is_done()) {
    return dispatch();
  }
  if (buffer_.size() > kReadBytes) {
    return refuse(badRequest("a chunk header or trailer without end"));
  }
  read();
}

void Session::dispatch() {
  request_.body = parser_->get().body().take();
  parser_.reset();
  phase_ = Phase::Handling;
  neverExpire();
  state_->counters.requests.fetch_add(1, std::memory_order_relaxed);
  const auto responder = std::make_shared<Responder>(weak_from_this(), ++requestNumber_);
  const Respond respond = [responder](Response response) { responder->respond(std::move(response)); };
  try {
    state_->router.handle(std::move(request_), respond);
  } catch (...) {
    // What was thrown may tell of the inside, so the client does not get it.
    responder->respond(internalError());
  }
}

/// Answers what was not, or not wholly, received as a request, and closes.
void Session::refuse(Response response) {
  state_->counters.badRequests.fetch_add(1, std::memory_order_relaxed);
  keepAlive_ = false;
  headRequest_ = false;
  lingerAfterWrite_ = true;
  write(std::move(response));
}

void Session::write(Response response) {
  phase_ = Phase::Writing;
  response_ = std::move(response);
  const bool withBody = hasBody(response_.status) && !headRequest_;
  const BodyEnd end = !response_.stream ? BodyEnd::Length : chunks_ ? BodyEnd::Chunks : BodyEnd::Close;
  keepAlive_ = keepAlive_ && !state_->draining() && end != BodyEnd::Close;
  head_ = responseHead(response_, end, keepAlive_, std::time(nullptr));
  const bool streams = withBody && response_.stream;
  writeAll({asio::buffer(head_), withBody ? asio::buffer(response_.body) : asio::const_buffer(), {}},
           streams ? &Session::onPartWritten : &Session::onWritten);
}

void Session::writeAll(std::array<asio::const_buffer, 3> buffers, void (Session::*then)(Error)) {
  const auto progress = [this](Error error, std::size_t) -> std::size_t {
    if (error) {
      return 0;
    }
    expireAfter(state_->limits.idleTimeout);
    return kWriteBytes;
  };
  asio::async_write(socket_, buffers, progress,
                    [self = shared_from_this(), then](Error error, std::size_t) { ((*self).*then)(error); });
}

void Session::onPartWritten(Error error) {
  if (phase_ == Phase::Closed) {
    return;
  }
  error ? close() : nextPiece();
}

void Session::nextPiece() {
  phase_ = Phase::Streaming;
  neverExpire();  // how long a piece may take is its maker's business
  piece_ = {};
  const auto bringer = std::make_shared<PieceBringer>(weak_from_this(), ++pieceNumber_);
  try {
    response_.stream->next([bringer](Result<std::string> bytes) { bringer->bring(std::move(bytes)); });
  } catch (...) {
    bringer->bring(Status(StatusCode::Internal, "the stream threw"));
  }
}

void Session::writePiece(Result<std::string> bytes) {
  if (!bytes.ok()) {
    return cutOff();
  }
  phase_ = Phase::Writing;
  piece_ = std::move(*bytes);
  if (piece_.empty()) {
    head_ = chunks_ ? "0\r\n\r\n" : "";
    return writeAll({asio::buffer(head_), {}, {}}, &Session::onWritten);
  }
  char size[17];
  head_.assign(size, static_cast<std::size_t>(std::snprintf(size, sizeof size, "%zx", piece_.size()))).append("\r\n");
  if (!chunks_) {
    return writeAll({asio::buffer(piece_), {}, {}}, &Session::onPartWritten);
  }
  writeAll({asio::buffer(head_), asio::buffer(piece_), asio::buffer("\r\n", 2)}, &Session::onPartWritten);
}

/// Ends a body that cannot be finished by a reset: an orderly end would look like a whole body to HTTP/1.0.
void Session::cutOff() {
  Error ignored;
  socket_.set_option(Socket::linger(true, 0), ignored);
  socket_.close(ignored);
  close();
}

void Session::onWritten(Error error) {
  if (phase_ == Phase::Closed) {
    return;
  }
  if (error) {
    return close();
  }
  const auto statusClass = static_cast<std::size_t>(response_.status / 100);
  if (statusClass < state_->counters.responses.size()) {
    state_->counters.responses[statusClass].fetch_add(1, std::memory_order_relaxed);
  }
  response_ = {};
  head_ = {};
  piece_ = {};
  if (keepAlive_) {
    return nextRequest();
  }
  lingerAfterWrite_ || buffer_.size() > 0 ? linger() : close();
}

/// Tells the client that nothing more comes, and lets it read that before the connection goes.
void Session::linger() {
  phase_ = Phase::Lingering;
  Error error;
  socket_.shutdown(Socket::shutdown_send, error);
  if (error) {
    return close();
  }
  expireAfter(kLingerTime);
  discard();
}

void Session::discard() {
  buffer_.consume(buffer_.size());
  socket_.async_read_some(buffer_.prepare(kReadBytes), [self = shared_from_this()](Error error, std::size_t size) {
    if (self->phase_ == Phase::Closed) {
      return;
    }
    self->discarded_ += size;
    error || self->discarded_ > kLingerBytes ? self->close() : self->discard();
  });
}

void Session::close() {
  if (phase_ == Phase::Closed) {
    return;
  }
  phase_ = Phase::Closed;
  Error ignored;
  socket_.shutdown(Socket::shutdown_both, ignored);
  socket_.close(ignored);
  response_.stream = nullptr;
  timer_.cancel();
  state_->remove(shared_from_this());
}

void Session::expireAt(TimePoint when) {
  deadline_ = when;
  if (when < timerAt_) {
    armTimer();
  }
}

void Session::armTimer() {
  timerAt_ = deadline_;
  if (deadline_ == TimePoint::max()) {
    return;
  }
  timer_.expires_at(deadline_);
  timer_.async_wait([self = shared_from_this()](Error error) {
    if (error || self->phase_ == Phase::Closed) {
      return;
    }
    if (std::chrono::steady_clock::now() < self->deadline_) {
      return self->armTimer();
    }
    self->timerAt_ = TimePoint::max();
    self->onDeadline();
  });
}

void Session::onDeadline() {
  if (phase_ != Phase::Head && phase_ != Phase::Body) {
    return close();
  }
  timedOut_ = true;  // onRead answers
  Error ignored;
  socket_.cancel(ignored);
}

}  // namespace xray::http
