// Bodies that are made while they are sent.

#include <atomic>
#include <thread>

#include "http/raw_client.h"
#include "xray/http/content_coding.h"
#include "xray/http/decompress.h"
#include "xray/http/listener.h"

namespace xray::http {
namespace {

using test::eventually;
using test::RawClient;

/// What a test sees of a stream.
struct StreamWatch {
  std::atomic<int> asked{0};
  std::atomic<bool> gone{false};
};

/// Gives `count` pieces of `size` bytes, then ends as told. Each comes from a thread of its own.
class CountedStream : public BodyStream {
 public:
  enum class End { Whole, Failure, Forgotten, Thrown };

  CountedStream(int count, std::size_t size, End end, std::shared_ptr<StreamWatch> watch)
      : count_(count), size_(size), end_(end), watch_(std::move(watch)) {}
  ~CountedStream() override {
    waitForThread();
    watch_->gone = true;
  }

  void next(Taker taker) override {
    ++watch_->asked;
    waitForThread();
    if (given_ == count_ && end_ == End::Forgotten) return;
    if (given_ == count_ && end_ == End::Thrown) throw std::runtime_error("secret");
    thread_ = std::thread([this, taker = std::move(taker)] { taker(piece()); });
  }

 private:
  /// The thread itself may be the last that has the stream: with the taker, which it drops at its end.
  void waitForThread() {
    if (!thread_.joinable()) return;
    if (thread_.get_id() == std::this_thread::get_id()) return thread_.detach();
    thread_.join();
  }

  Result<std::string> piece() {
    if (given_ < count_) return std::string(size_, static_cast<char>('a' + given_++ % 26));
    if (end_ == End::Failure) return Status(StatusCode::Unavailable, "the database went away");
    return std::string();
  }

  const int count_;
  const std::size_t size_;
  const End end_;
  const std::shared_ptr<StreamWatch> watch_;
  int given_ = 0;
  std::thread thread_;
};

class Streaming : public testing::Test {
 protected:
  void serve(int count, std::size_t size, CountedStream::End end = CountedStream::End::Whole) {
    Router router;
    router.add("GET", "/stream", [=, watch = watch_](const Request& request, const Respond& respond) {
      Response response{.contentType = "text/plain"};
      response.stream = std::make_shared<CountedStream>(count, size, end, watch);
      respond(encodeFor(request, std::move(response)));
    });
    router.add("GET", "/hello", [](const Request&, const Respond& respond) { respond({.body = "hello"}); });
    auto started = Listener::start({.host = "127.0.0.1", .port = 0}, std::move(router), limits_);
    ASSERT_TRUE(started.ok());
    listener_ = std::move(*started);
  }

  std::uint16_t port() const { return listener_->port(); }

  Limits limits_;
  const std::shared_ptr<StreamWatch> watch_ = std::make_shared<StreamWatch>();
  std::unique_ptr<Listener> listener_;
};

TEST_F(Streaming, Body_ComesInChunksAndTheConnectionGoesOn) {
  serve(3, 5);
  RawClient client(port());
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(client.send(test::get("/stream")));
    const auto response = client.response();
    ASSERT_TRUE(response);
    EXPECT_EQ(response->status, 200);
    EXPECT_EQ(response->headers.at("transfer-encoding"), "chunked");
    EXPECT_FALSE(response->headers.contains("content-length"));
    EXPECT_EQ(response->body, "aaaaabbbbbccccc");
  }
  ASSERT_TRUE(client.send(test::get("/hello")));
  EXPECT_EQ(client.response()->body, "hello");
  EXPECT_TRUE(eventually([&] { return watch_->gone.load(); }));
}

TEST_F(Streaming, EmptyBody_IsOneLastChunk) {
  serve(0, 0);
  RawClient client(port());
  ASSERT_TRUE(client.send(test::get("/stream")));
  EXPECT_EQ(client.response()->body, "");
  ASSERT_TRUE(client.send(test::get("/hello")));
  EXPECT_EQ(client.response()->body, "hello");
}

TEST_F(Streaming, Http10_GetsTheBodyUntilTheEndOfTheConnection) {
  serve(3, 5);
  RawClient client(port());
  ASSERT_TRUE(client.send("GET /stream HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"));
  const auto response = client.response();
  ASSERT_TRUE(response);
  EXPECT_FALSE(response->headers.contains("transfer-encoding"));
  EXPECT_EQ(response->headers.at("connection"), "close");
  EXPECT_EQ(response->body, "aaaaabbbbbccccc");
}

TEST_F(Streaming, Head_AsksTheStreamForNothing) {
  serve(3, 5);
  RawClient client(port());
  ASSERT_TRUE(client.send("HEAD /stream HTTP/1.1\r\nHost: a\r\n\r\n"));
  const auto response = client.response(true);
  ASSERT_TRUE(response);
  EXPECT_EQ(response->headers.at("transfer-encoding"), "chunked");
  EXPECT_EQ(watch_->asked, 0);
  EXPECT_TRUE(eventually([&] { return watch_->gone.load(); }));
}

TEST_F(Streaming, Gzip_IsAppliedPieceByPiece) {
  serve(3, 5000);
  RawClient client(port());
  ASSERT_TRUE(client.send(test::get("/stream", "Accept-Encoding: gzip\r\n")));
  const auto response = client.response();
  ASSERT_TRUE(response);
  EXPECT_EQ(response->headers.at("content-encoding"), "gzip");
  EXPECT_EQ(response->headers.at("vary"), "Accept-Encoding");
  EXPECT_LT(response->body.size(), 500u);
  EXPECT_EQ(*decompress(Encoding::Gzip, response->body, 1 << 20),
            std::string(5000, 'a') + std::string(5000, 'b') + std::string(5000, 'c'));
}

TEST_F(Streaming, StreamThatFails_CutsTheConnectionOff) {
  using End = CountedStream::End;
  for (const End end : {End::Failure, End::Forgotten, End::Thrown}) {
    for (const char* version : {"1.1", "1.0"}) {
      serve(2, 5, end);
      RawClient client(port());
      ASSERT_TRUE(client.send(std::string("GET /stream HTTP/") + version + "\r\nHost: a\r\n\r\n"));
      const auto response = client.response();
      if (std::string(version) == "1.1") {
        EXPECT_FALSE(response) << "an unfinished body must not look whole";
      }
      EXPECT_TRUE(eventually([&] { return listener_->counters().connectionsOpen == 0; }));
      EXPECT_EQ(listener_->counters().responses[2], 0u);
      EXPECT_EQ(test::ask(port(), test::get("/hello"))->body, "hello");
    }
  }
}

TEST_F(Streaming, SlowClient_SlowsTheStreamDown) {
  serve(1000, 1 << 20);
  RawClient client(port());
  ASSERT_TRUE(client.send(test::get("/stream")));
  ASSERT_TRUE(eventually([&] { return watch_->asked > 1; }));
  // The kernel's buffers of both ends take some megabytes; then nothing more is asked for. That it stays so is seen
  // after other requests have come and gone.
  int before = -1;
  ASSERT_TRUE(eventually([&] {
    const int now = watch_->asked;
    for (int i = 0; i < 20; ++i) (void)test::ask(port(), test::get("/hello"));
    return now == std::exchange(before, now);
  }));
  EXPECT_LT(watch_->asked, 100);
  client.reset();
  EXPECT_TRUE(eventually([&] { return watch_->gone.load(); }));
}

TEST_F(Streaming, ClientThatDoesNotReadOn_IsClosedAfterTheIdleTime) {
  limits_.idleTimeout = std::chrono::milliseconds(50);
  serve(1000, 1 << 20);
  RawClient client(port());
  ASSERT_TRUE(client.send(test::get("/stream")));
  EXPECT_TRUE(eventually([&] { return watch_->gone.load(); }));
}

TEST_F(Streaming, ListenerThatStops_CutsAStreamOffAtItsDeadline) {
  serve(1 << 30, 1 << 10);
  RawClient client(port());
  ASSERT_TRUE(client.send(test::get("/stream")));
  std::thread reader([&] { EXPECT_FALSE(client.response()); });
  ASSERT_TRUE(eventually([&] { return watch_->asked > 100; }));
  EXPECT_EQ(listener_->stop(std::chrono::steady_clock::now()).code(), StatusCode::DeadlineExceeded);
  reader.join();
  EXPECT_TRUE(eventually([&] { return watch_->gone.load(); }));
}

}  // namespace
}  // namespace xray::http
