#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <thread>

#include "defaults.h"
#include "http_receiver.h"
#include "recording_sink.h"
#include "xray/http/decompress.h"

namespace xray::test {
namespace {

using testing::HasSubstr;

constexpr const char* kNdJson = "Content-Type: application/x-ndjson\r\n";

class ReceiverTest : public testing::Test {
 protected:
  explicit ReceiverTest(std::map<std::string, std::string> options = {}) {
    options.insert({"listen", "127.0.0.1:0"});
    receiver_ = httptransport::makeReceiver(withDefaults(options)).value();
    if (const Status started = receiver_->start(sink_); !started.ok()) {
      throw std::runtime_error(started.toString());
    }
    port_ = static_cast<std::uint16_t>(
        std::stoi(receiver_->endpoint().substr(std::string_view("http://127.0.0.1:").size())));
  }

  RawResponse asked(std::string_view bytes) { return ask(port_, bytes).value(); }

  RecordingSink sink_;
  std::unique_ptr<Receiver> receiver_;
  std::uint16_t port_ = 0;
};

TEST_F(ReceiverTest, Post_EveryFormAndCoding_ReachesTheSinkAsTheSameBytes) {
  const std::string body = "{\"event\":\"a\"}\n{\"event\":\"\xE2\x82\xAC\"}\n";
  const auto packed = [&](http::Encoding encoding) { return http::compress(encoding, body).value(); };
  const std::vector<std::pair<std::string, BatchFormat>> requests{
      {post("/v1/events", body, kNdJson), BatchFormat::NdJson},
      {post("/v1/events/", body, "content-type: Application/X-NDJSON ; charset=utf-8\r\n"), BatchFormat::NdJson},
      {post("/v1/events", body, "Content-Type: application/json;charset=utf-8\r\n"), BatchFormat::Json},
      {post("/v1/events", packed(http::Encoding::Gzip), std::string(kNdJson) + "Content-Encoding: gzip\r\n"),
       BatchFormat::NdJson},
      {post("/v1/events", packed(http::Encoding::Zstd), std::string(kNdJson) + "Content-Encoding: zstd\r\n"),
       BatchFormat::NdJson},
  };
  for (const auto& [bytes, format] : requests) {
    EXPECT_EQ(asked(bytes).status, 200) << bytes;
    EXPECT_EQ(sink_.batches().back().body, body);
    EXPECT_EQ(sink_.batches().back().format, format);
  }
  EXPECT_EQ(sink_.batches().size(), requests.size());
}

TEST_F(ReceiverTest, Receipt_IsWrittenAsOnTheWirePage) {
  sink_.answerWith(Receipt{
      .accepted = 498,
      .duplicates = 1,
      .rejected = {{17, RejectCode::InvalidEvent, "\"status\" must be success"}, {18, RejectCode::TooDeep, "x"}},
      .warnings = {{"unknown_members", "\"foo\"", 3}}});
  const RawResponse response = asked(post("/v1/events", "{}\n", kNdJson));
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.headers.at("content-type"), "application/json");
  EXPECT_EQ(response.body,
            "{\"accepted\":498,\"duplicates\":1,\"rejected\":[{\"line\":17,\"code\":\"invalid_event\",\"detail\":"
            "\"\\\"status\\\" must be success\"},"
            "{\"line\":18,\"code\":\"too_deep\",\"detail\":\"x\"}],\"warnings\":[{\"code\":\"unknown_members\","
            "\"detail\":\"\\\"foo\\\"\",\"count\":3}]}");
}

TEST_F(ReceiverTest, BadRequests_AreRefusedBeforeTheSink) {
  struct Case {
    std::string bytes;
    int status;
    const char* says;
    std::pair<const char*, const char*> header = {"content-type", "application/problem+json"};
  };
  const std::vector<Case> cases{
      {post("/v1/events", "{}"), 415, "is missing", {"accept", "application/x-ndjson, application/json"}},
      {post("/v1/events", "{}", "Content-Type: text/plain\r\n"), 415, "text/plain"},
      {post("/v1/events", "{}", "Content-Type: application/jsonx\r\n"), 415, "application/jsonx"},
      {post("/v1/events", "{}", std::string(kNdJson) + "Content-Encoding: br\r\n"),
       415,
       "br",
       {"accept-encoding", "gzip, zstd"}},
      {post("/v1/events", "", kNdJson), 400, "empty"},
      {post("/v1/events", "not gzip", std::string(kNdJson) + "Content-Encoding: gzip\r\n"), 400, "gzip"},
      {"POST /v1/events HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}", 400,
       "bad_request"},
      {"POST /v1/events HTTP/1.1\r\nHost: a\r\nContent-Length: two\r\n\r\n{}", 400, "bad_request"},
      {"POST /v1/events HTTP/1.1\r\nHost: a\r\n\r\n", 411, "Content-Length"},
      {get("/v1/events"), 405, "POST", {"allow", "POST"}},
      {"PUT /v1/events HTTP/1.1\r\nHost: a\r\n\r\n", 405, "POST", {"allow", "POST"}},
      {post("/v1/event", "{}", kNdJson), 404, "/v1/event"},
      {"POST /v1/nope HTTP/1.1\r\nHost: a\r\n\r\n", 404, "/v1/nope"},
      {"POST /v1/nope HTTP/1.1\r\nHost: a\r\nContent-Length: 33554433\r\n\r\n", 404, "/v1/nope"},
      {"POST /v1/events HTTP/1.1\r\nHost: a\r\nContent-Length: 33554433\r\n\r\n", 413, "33554432"},
      {post("/v1/events", http::compress(http::Encoding::Zstd, std::string(33554433, ' ')).value(),
            std::string(kNdJson) + "Content-Encoding: zstd\r\n"),
       413, "33554432"},
  };
  for (const Case& c : cases) {
    const RawResponse response = asked(c.bytes);
    EXPECT_EQ(response.status, c.status) << c.bytes.substr(0, 200);
    EXPECT_EQ(response.headers.at("content-type"), "application/problem+json");
    EXPECT_EQ(response.headers.at(c.header.first), c.header.second);
    EXPECT_THAT(response.body, HasSubstr("\"status\":" + std::to_string(c.status)));
    EXPECT_THAT(response.body, HasSubstr(c.says));
  }
  EXPECT_TRUE(sink_.batches().empty());
  EXPECT_EQ(asked(post("/v1/events", "{}", kNdJson)).status, 200);
}

TEST_F(ReceiverTest, FailuresOfTheSink_AreToldByStatus) {
  struct Case {
    Status failure;
    int status;
    const char* retryAfter;
  };
  for (const Case& c : {Case{{StatusCode::InvalidArgument, "why"}, 400, nullptr},
                        {{StatusCode::Unauthenticated, "why"}, 401, nullptr},
                        {{StatusCode::PermissionDenied, "why"}, 403, nullptr},
                        {{StatusCode::TooLarge, "why"}, 413, nullptr},
                        {Status(StatusCode::Overloaded, "why").retryIn(std::chrono::seconds(7)), 429, "7"},
                        {{StatusCode::Overloaded, "why"}, 429, "1"},
                        {Status(StatusCode::Unavailable, "why").retryIn(std::chrono::seconds(0)), 503, "0"},
                        {{StatusCode::Closed, "why"}, 503, "1"}}) {
    sink_.answerWith(c.failure);
    const RawResponse response = asked(post("/v1/events", "{}", kNdJson));
    EXPECT_EQ(response.status, c.status);
    EXPECT_EQ(response.headers.at("content-type"), "application/problem+json");
    EXPECT_THAT(response.body, HasSubstr("\"detail\":\"why\""));
    EXPECT_EQ(response.headers.count("retry-after"), c.retryAfter ? 1u : 0u);
    if (c.retryAfter) {
      EXPECT_EQ(response.headers.at("retry-after"), c.retryAfter);
    }
  }
  sink_.answerWith(Status(StatusCode::Internal, "secret"));
  const RawResponse response = asked(post("/v1/events", "{}", kNdJson));
  EXPECT_EQ(response.status, 500);
  EXPECT_THAT(response.body, testing::Not(HasSubstr("secret")));
}

class OneThreadReceiverTest : public ReceiverTest {
 protected:
  OneThreadReceiverTest() : ReceiverTest({{"threads", "1"}, {"max_body_bytes", "1KiB"}}) {}
};

TEST_F(OneThreadReceiverTest, ManyBatchesInFlight_NoThreadWaits_EachGetsItsOwnReceipt) {
  constexpr std::size_t kClients = 50;
  sink_.hold();
  std::vector<std::unique_ptr<RawClient>> clients;
  std::vector<Sink::Done> held;
  for (std::size_t i = 0; i < kClients; ++i) {
    clients.push_back(std::make_unique<RawClient>(port_));
    clients.back()->send(post("/v1/events", "{}", kNdJson));
    held.push_back(std::move(sink_.takeHeld(1).front()));
  }
  std::thread([&] {
    for (std::size_t i = kClients; i-- > 0;) {
      held[i](Receipt{.accepted = i, .duplicates = 0, .rejected = {}, .warnings = {}});
    }
  }).join();
  for (std::size_t i = 0; i < kClients; ++i) {
    EXPECT_THAT(clients[i]->response().value().body, HasSubstr("\"accepted\":" + std::to_string(i) + ","));
  }
}

TEST_F(OneThreadReceiverTest, MaxBodyBytes_IsTheOptionsValue) {
  EXPECT_EQ(asked(post("/v1/events", std::string(1024, ' '), kNdJson)).status, 200);
  EXPECT_EQ(asked(post("/v1/events", std::string(1025, ' '), kNdJson)).status, 413);
}

TEST_F(ReceiverTest, Stop_BatchesInFlightAreAnswered_LaterOnesAreToldToComeBack) {
  sink_.hold();
  const std::string late = post("/v1/events", "{}", kNdJson);
  RawClient working(port_), sending(port_);
  sending.send(late.substr(0, late.size() - 1));
  working.send(post("/v1/events", "{}", kNdJson));
  std::vector<Sink::Done> held = sink_.takeHeld(1);
  RawClient idle(port_);
  idle.send(get("/"));
  ASSERT_EQ(idle.response().value().status, 404);
  auto stopped =
      std::async(std::launch::async, [&] { return receiver_->stop(std::chrono::steady_clock::now() + kPatience); });
  EXPECT_TRUE(idle.closedByServer());
  sending.send(late.substr(late.size() - 1));
  const RawResponse told = sending.response().value();
  EXPECT_EQ(told.status, 503);
  EXPECT_EQ(told.headers.at("retry-after"), "1");
  EXPECT_THAT(told.body, HasSubstr("shutting down"));
  held.front()(Receipt{.accepted = 1, .duplicates = 0, .rejected = {}, .warnings = {}});
  EXPECT_EQ(working.response().value().status, 200);
  EXPECT_TRUE(stopped.get().ok());
  EXPECT_EQ(sink_.batches().size(), 1u);
}

TEST_F(ReceiverTest, Stop_SinkNeverAnswers_CutsOffAtTheDeadline) {
  sink_.hold();
  RawClient working(port_);
  working.send(post("/v1/events", "{}", kNdJson));
  const std::vector<Sink::Done> held = sink_.takeHeld(1);
  EXPECT_EQ(receiver_->stop(std::chrono::steady_clock::now()).code(), StatusCode::DeadlineExceeded);
  EXPECT_TRUE(working.closedByServer());
  held.front()(Status(StatusCode::Unavailable, "too late"));
}

TEST_F(ReceiverTest, Start_PortInUse_SaysSo) {
  auto second = httptransport::makeReceiver(withDefaults({{"listen", "127.0.0.1:" + std::to_string(port_)}})).value();
  const Status started = second->start(sink_);
  EXPECT_EQ(started.message(), "cannot listen on 127.0.0.1:" + std::to_string(port_) + ": address already in use");
  EXPECT_TRUE(second->stop(std::chrono::steady_clock::now()).ok());
}

}  // namespace
}  // namespace xray::test
