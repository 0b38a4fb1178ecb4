#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <random>

#include "defaults.h"
#include "http_receiver.h"
#include "http_sender.h"
#include "recording_sink.h"
#include "scripted_server.h"
#include "xray/http/decompress.h"

namespace xray::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;
using testing::EndsWith;
using testing::HasSubstr;
using Then = ScriptedServer::Step::Then;

const std::string kReceipt = answer(200, R"({"accepted": 2, "duplicates": 1, "rejected": [], "warnings": []})");
const Batch kBatch{.body = "{\"event\":\"a\"}\n{\"event\":\"b\"}\n"};

Deadline patience() {
  return steady_clock::now() + kPatience;
}

std::unique_ptr<Sender> senderTo(std::uint16_t port, std::map<std::string, std::string> options = {}) {
  options.insert({"url", "http://127.0.0.1:" + std::to_string(port)});
  options.insert({"retry_min", "1ms"});
  options.insert({"retry_max", "2ms"});
  return httptransport::makeSender(withDefaults(options)).value();
}

TEST(HttpSender, Send_EveryCompression_ArrivesAtTheReceiverAsTheSameBytes) {
  std::mt19937 random(7);
  std::string body;
  while (body.size() < 3'000'000) {
    body += "{\"event\":\"" + std::to_string(random()) + "\"}\n";
  }
  RecordingSink sink;
  sink.answerWith(Receipt{.accepted = 3,
                          .duplicates = 4,
                          .rejected = {{17, RejectCode::SchemaViolation, "line \"17\"\n"}},
                          .warnings = {{"altered", "a NUL", 5}}});
  const auto receiver = httptransport::makeReceiver(withDefaults({{"listen", "127.0.0.1:0"}})).value();
  ASSERT_TRUE(receiver->start(sink).ok());
  for (const char* compression : {"none", "gzip", "zstd"}) {
    const auto sender =
        httptransport::makeSender(withDefaults({{"url", receiver->endpoint() + "/"}, {"compression", compression}}))
            .value();
    for (const BatchFormat format : {BatchFormat::NdJson, BatchFormat::Json}) {
      const auto receipt = sender->send({.body = body, .format = format}, patience());
      ASSERT_TRUE(receipt.ok()) << receipt.status().toString();
      EXPECT_EQ(receipt->accepted, 3u);
      EXPECT_EQ(receipt->duplicates, 4u);
      ASSERT_EQ(receipt->rejected.size(), 1u);
      EXPECT_EQ(receipt->rejected[0].line, 17u);
      EXPECT_EQ(receipt->rejected[0].code, RejectCode::SchemaViolation);
      EXPECT_EQ(receipt->rejected[0].detail, "line \"17\"\n");
      ASSERT_EQ(receipt->warnings.size(), 1u);
      EXPECT_EQ(receipt->warnings[0].code, "altered");
      EXPECT_EQ(receipt->warnings[0].count, 5u);
      EXPECT_TRUE(sink.batches().back().body == body);
      EXPECT_EQ(sink.batches().back().format, format);
    }
    EXPECT_TRUE(sender->flush(patience()).ok());
  }
  EXPECT_TRUE(receiver->stop(patience()).ok());
}

TEST(HttpSender, Send_BatchOverTheReceiversLimit_IsTooLargeAlthoughItIsAnsweredEarly) {
  RecordingSink sink;
  const auto receiver =
      httptransport::makeReceiver(withDefaults({{"listen", "127.0.0.1:0"}, {"max_body_bytes", "64KiB"}})).value();
  ASSERT_TRUE(receiver->start(sink).ok());
  const auto sender =
      httptransport::makeSender(withDefaults({{"url", receiver->endpoint()}, {"compression", "none"}})).value();
  const auto refused = sender->send({.body = std::string(20 << 20, ' ')}, patience());
  EXPECT_EQ(refused.status().code(), StatusCode::TooLarge) << refused.status().toString();
  EXPECT_THAT(refused.status().message(), HasSubstr("more than 65536 bytes"));
  EXPECT_TRUE(sender->send(kBatch, patience()).ok());
  EXPECT_TRUE(receiver->stop(patience()).ok());
}

TEST(HttpSender, Send_AnswerBeforeTheBodyIsRead_IsSeenAlthoughTheConnectionIsReset) {
  ScriptedServer server({{answer(413, ""), Then::Early}});
  const auto sender = senderTo(server.port(), {{"compression", "none"}});
  EXPECT_EQ(sender->send({.body = std::string(20 << 20, ' ')}, patience()).status().code(), StatusCode::TooLarge);
}

TEST(HttpSender, Send_Request_SaysWhatItIs) {
  ScriptedServer server({{kReceipt}, {kReceipt}});
  const auto sender = senderTo(server.port(), {{"compression", "gzip"}, {"key", "xyz-123"}});
  ASSERT_TRUE(sender->send(kBatch, patience()).ok());
  ASSERT_TRUE(sender->send(kBatch, patience()).ok());
  for (const auto& request : server.requests()) {
    EXPECT_THAT(request.head, testing::StartsWith("POST /v1/events HTTP/1.1\r\n"));
    EXPECT_THAT(request.head, HasSubstr("Host: 127.0.0.1:" + std::to_string(server.port()) + "\r\n"));
    EXPECT_THAT(request.head, HasSubstr("Content-Type: application/x-ndjson\r\n"));
    EXPECT_THAT(request.head, HasSubstr("Content-Encoding: gzip\r\n"));
    EXPECT_THAT(request.head, HasSubstr("Authorization: Bearer xyz-123\r\n"));
    EXPECT_EQ(http::decompress(http::Encoding::Gzip, request.body, 1000).value(), kBatch.body);
    EXPECT_EQ(request.connection, 1);
  }
}

TEST(HttpSender, Send_RefusalsThatMayPass_AreRetriedWithTheSameBytes) {
  const std::string now = "Retry-After: 0\r\n";
  const std::vector<std::vector<ScriptedServer::Step>> scripts{
      {{answer(503, "", now)}, {answer(503, "", now)}, {kReceipt}},
      {{answer(429, "{}", now)},
       {answer(502, "<html>")},
       {answer(504, "")},
       {answer(503, "", "Retry-After: Sun, 22 Nov 2026 18:00:00 GMT\r\n")},
       {kReceipt}},
      {{answer(503, "", now + "Connection: close\r\n"), Then::Close}, {kReceipt}},
      {{"", Then::Close}, {kReceipt}},
      {{kReceipt.substr(0, 10), Then::Close}, {kReceipt}},
      {{kReceipt.substr(0, kReceipt.size() - 10), Then::Close}, {"", Then::Close}, {kReceipt}},
      {{"garbage\r\n\r\n", Then::Close}, {kReceipt}},
  };
  for (const auto& script : scripts) {
    SCOPED_TRACE(script.front().bytes);
    ScriptedServer server(script);
    const auto sender = senderTo(server.port());
    const auto receipt = sender->send(kBatch, patience());
    ASSERT_TRUE(receipt.ok()) << receipt.status().toString();
    EXPECT_EQ(receipt->accepted, 2u);
    EXPECT_EQ(receipt->duplicates, 1u);
    const auto requests = server.requests();
    ASSERT_EQ(requests.size(), script.size());
    for (std::size_t i = 0; i < requests.size(); ++i) {
      EXPECT_EQ(requests[i].body, requests[0].body);
      if (i > 0) {
        EXPECT_EQ(requests[i].connection - requests[i - 1].connection, script[i - 1].then == Then::Keep ? 0 : 1);
      }
    }
  }
}

TEST(HttpSender, Send_RetryAfterZero_StillBacksOff) {
  ScriptedServer server({{answer(503, "", "Retry-After: 0\r\n")}, {kReceipt}});
  const auto sender = senderTo(server.port(), {{"retry_min", "1h"}, {"retry_max", "1h"}});
  const auto refused = sender->send(kBatch, steady_clock::now() + milliseconds(200));
  EXPECT_EQ(refused.status().code(), StatusCode::Unavailable);
  EXPECT_EQ(server.requests().size(), 1u);
}

TEST(HttpSender, Send_ConnectionThatWasClosedMeanwhile_IsReplaced) {
  ScriptedServer server({{kReceipt, Then::Close}, {kReceipt, Then::Close}, {kReceipt}});
  // A pause after a failure would be noticed: it is longer than the test's patience.
  const auto sender = senderTo(server.port(), {{"retry_min", "1h"}, {"retry_max", "1h"}});
  for (int i = 0; i < 3; ++i) {
    const auto receipt = sender->send(kBatch, patience());
    ASSERT_TRUE(receipt.ok()) << receipt.status().toString();
  }
}

TEST(HttpSender, Send_OtherAnswers_AreNotRetried) {
  struct Case {
    int status;
    StatusCode code;
  };
  const std::string problem = R"({"type":"t","title":"t","status":400,"detail":"line 7 is bad"})";
  for (const Case& c : {Case{400, StatusCode::InvalidArgument},
                        {401, StatusCode::Unauthenticated},
                        {403, StatusCode::PermissionDenied},
                        {404, StatusCode::InvalidArgument},
                        {405, StatusCode::InvalidArgument},
                        {411, StatusCode::InvalidArgument},
                        {413, StatusCode::TooLarge},
                        {415, StatusCode::InvalidArgument},
                        {301, StatusCode::InvalidArgument},
                        {408, StatusCode::InvalidArgument},
                        {422, StatusCode::InvalidArgument},
                        {500, StatusCode::Internal},
                        {501, StatusCode::Internal},
                        {507, StatusCode::Internal},
                        {201, StatusCode::Internal}}) {
    ScriptedServer server({{answer(c.status, problem)}, {kReceipt}});
    const auto sender = senderTo(server.port(), {{"key", "xyz-123"}});
    const auto refused = sender->send(kBatch, patience());
    EXPECT_EQ(refused.status().code(), c.code) << c.status;
    EXPECT_EQ(refused.status().message(), "http://127.0.0.1:" + std::to_string(server.port()) +
                                              "/v1/events: " + std::to_string(c.status) + " Because: line 7 is bad");
    EXPECT_EQ(server.requests().size(), 1u);
    EXPECT_TRUE(sender->send(kBatch, patience()).ok());
  }
}

TEST(HttpSender, Send_200WithoutAReceipt_IsNoSuccess) {
  for (const char* body : {"", "hello", "{}", "[]", "null", R"({"accepted":1,"duplicates":0,"rejected":[]})",
                           R"({"accepted":-1,"duplicates":0,"rejected":[],"warnings":[]})",
                           R"({"accepted":1.5,"duplicates":0,"rejected":[],"warnings":[]})",
                           R"({"accepted":1,"duplicates":0,"rejected":[{"line":1}],"warnings":[]})",
                           R"({"accepted":1,"duplicates":0,"rejected":{},"warnings":[]})",
                           R"({"accepted":1,"duplicates":0,"rejected":[],"warnings":[]} x)"}) {
    ScriptedServer server({{answer(200, body)}, {kReceipt}});
    const auto refused = senderTo(server.port())->send(kBatch, patience());
    EXPECT_EQ(refused.status().code(), StatusCode::Internal) << body;
    EXPECT_THAT(refused.status().message(), HasSubstr("without a receipt"));
    EXPECT_EQ(server.requests().size(), 1u);
  }
}

TEST(HttpSender, Send_ServerThatNeverAnswers_IsGivenUpAtTheDeadline) {
  for (const ScriptedServer::Step& step : {ScriptedServer::Step{"", Then::Hang},
                                           {"HTTP/1.1 200 OK\r\nX: ", Then::Trickle},
                                           {"HTTP/1.1 200 OK\r\nContent-Length: 60000000\r\n\r\n", Then::Trickle}}) {
    ScriptedServer server({step});
    const auto sender = senderTo(server.port());
    const auto failed = sender->send(kBatch, steady_clock::now() + milliseconds(100));
    EXPECT_EQ(failed.status().code(), StatusCode::Unavailable);
    EXPECT_TRUE(failed.status().retryable());
  }
}

TEST(HttpSender, Send_TryThatTakesTooLong_IsRepeatedWithinTheDeadline) {
  ScriptedServer server({{"", Then::Hang}, {kReceipt}});
  const auto sender = senderTo(server.port(), {{"timeout", "50ms"}});
  EXPECT_TRUE(sender->send(kBatch, patience()).ok());
  EXPECT_EQ(server.requests().size(), 2u);
}

TEST(HttpSender, Send_NobodyListens_RetriesUntilTheDeadline) {
  std::uint16_t port = 0;
  {
    const ScriptedServer gone({});
    port = gone.port();
  }
  const auto failed = senderTo(port)->send(kBatch, steady_clock::now() + milliseconds(200));
  EXPECT_EQ(failed.status().code(), StatusCode::Unavailable);
  EXPECT_THAT(failed.status().message(), HasSubstr("refused"));
  EXPECT_THAT(failed.status().message(), EndsWith(" (stopped while trying again)"));
}

TEST(HttpSender, Send_DeadlineOver_SendsNothing) {
  ScriptedServer server({{kReceipt}});
  EXPECT_EQ(senderTo(server.port())->send(kBatch, steady_clock::now()).status().code(), StatusCode::DeadlineExceeded);
  EXPECT_TRUE(server.requests().empty());
}

TEST(HttpSender, Send_RetryAfterBeyondTheDeadline_ReturnsAtOnceAndSaysIt) {
  ScriptedServer server({{answer(503, "", "Retry-After: 3600\r\n")}, {answer(429, "", "Retry-After: 3600\r\n")}});
  const auto sender = senderTo(server.port());
  for (const StatusCode code : {StatusCode::Unavailable, StatusCode::Overloaded}) {
    const auto refused = sender->send(kBatch, patience());
    EXPECT_EQ(refused.status().code(), code);
    EXPECT_EQ(refused.status().retryAfter(), std::chrono::seconds(3600));
  }
}

TEST(HttpSender, Cancel_WakesEveryWait_AndNothingIsSentLater) {
  for (const ScriptedServer::Step& step :
       {ScriptedServer::Step{answer(503, "", "Retry-After: 19\r\n")}, {"", Then::Hang}}) {
    ScriptedServer server({step, {kReceipt}});
    const auto sender = senderTo(server.port());
    auto sent = std::async(std::launch::async,
                           [&] { return sender->send(kBatch, steady_clock::now() + std::chrono::hours(1)); });
    ASSERT_TRUE(server.waitForRequests(1));
    sender->cancel();
    const auto failed = sent.get();
    EXPECT_EQ(failed.status().code(), StatusCode::Unavailable);
    // Whether the 503 was read before the cancellation is open.
    EXPECT_THAT(failed.status().message(), AnyOf(EndsWith(": cancelled"), EndsWith(" (stopped while trying again)")));
    EXPECT_EQ(sender->send(kBatch, patience()).status().code(), StatusCode::Unavailable);
    EXPECT_EQ(server.requests().size(), 1u);
  }
}

TEST(HttpSender, Cancel_AfterAFailure_ReturnsThatFailureAndSaysThatItWasStopped) {
  struct Case {
    ScriptedServer::Step first;
    StatusCode code;
    const char* says;
  };
  for (const Case& c : {Case{{answer(503, "", "Retry-After: 0\r\n")}, StatusCode::Unavailable, ": 503 Because"},
                        {{answer(429, "", "Retry-After: 0\r\n")}, StatusCode::Overloaded, ": 429 Because"},
                        {{"", Then::Close}, StatusCode::Unavailable, "No message received"}}) {
    SCOPED_TRACE(c.says);
    // The second request shows that the first has failed.
    ScriptedServer server({c.first, {"", Then::Hang}});
    const auto sender = senderTo(server.port());
    auto sent = std::async(std::launch::async,
                           [&] { return sender->send(kBatch, steady_clock::now() + std::chrono::hours(1)); });
    ASSERT_TRUE(server.waitForRequests(2));
    sender->cancel();
    const Status failed = sent.get().status();
    EXPECT_EQ(failed.code(), c.code);
    EXPECT_THAT(failed.message(), HasSubstr(c.says));
    EXPECT_THAT(failed.message(), EndsWith(" (stopped while trying again)"));
  }
}

}  // namespace
}  // namespace xray::test
