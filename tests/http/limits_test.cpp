// What one listener gives its clients, and what it keeps from them.

#include <gtest/gtest.h>

#include <filesystem>

#include "http/test_server.h"
#include "xray/http/decompress.h"

namespace xray::test {
namespace {

using std::chrono::milliseconds;

std::size_t threadCount() {
  const std::filesystem::directory_iterator tasks("/proc/self/task");
  return static_cast<std::size_t>(std::distance(begin(tasks), end(tasks)));
}

TEST(Limits, ManyIdleConnections_AreServedByTheSameTwoThreads) {
  const std::size_t before = threadCount();
  TestServer server({.threads = 2});
  const std::size_t started = threadCount();
  EXPECT_EQ(started, before + 2);
  std::vector<std::unique_ptr<RawClient>> clients;
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < 200; ++i) {
      if (round == 0) {
        clients.push_back(std::make_unique<RawClient>(server.port()));
      }
      ASSERT_TRUE(clients[i]->send(get("/hello")));
      ASSERT_EQ(clients[i]->response().value().body, "hello");
    }
  }
  EXPECT_EQ(server.listener().counters().connectionsOpen, 200u);
  EXPECT_EQ(threadCount(), started);
  clients.clear();
  EXPECT_TRUE(eventually([&] { return server.listener().counters().connectionsOpen == 0; }));
}

TEST(Limits, Bodies_UpToTheLimitPass_OneMoreByteIs413) {
  constexpr std::size_t kLimit = 100'000;
  TestServer server({.maxBodyBytes = kLimit});
  for (const http::Encoding encoding : {http::Encoding::Identity, http::Encoding::Gzip, http::Encoding::Zstd}) {
    const std::string name(http::toString(encoding));
    SCOPED_TRACE(name);
    for (const std::size_t size : {kLimit, kLimit + 1, kLimit * 100}) {
      const std::string body = http::compress(encoding, std::string(size, 'x')).value();
      const std::string header = "Content-Encoding: " + name + "\r\n";
      const auto framed = ask(server.port(), post("/echo", body, header));
      ASSERT_TRUE(framed.has_value());
      EXPECT_EQ(framed->status, size == kLimit ? 200 : 413);
      EXPECT_EQ(framed->headers.at("connection"), size == kLimit ? "keep-alive" : "close");
      char chunkSize[32];
      std::snprintf(chunkSize, sizeof chunkSize, "%zx\r\n", body.size());
      const auto chunked = ask(server.port(), "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n" +
                                                  header + "\r\n" + chunkSize + body + "\r\n0\r\n\r\n");
      ASSERT_TRUE(chunked.has_value());
      EXPECT_EQ(chunked->status, size == kLimit ? 200 : 413);
    }
  }
  EXPECT_TRUE(eventually([&] { return server.listener().counters().responses[4] == 12; }));
}

TEST(Limits, BodyOverTheLimit_ClientThatSendsAllOfItFirst_SeesTheAnswer) {
  TestServer server({.maxBodyBytes = 8 << 20});
  RawClient client(server.port());
  EXPECT_TRUE(client.send(post("/echo", std::string(16 << 20, 'x'))));
  EXPECT_EQ(client.response().value().status, 413);
  EXPECT_TRUE(client.closedByServer());
}

TEST(Limits, BodyWithoutHandler_ClientThatSendsAllOfItFirst_SeesTheAnswer) {
  TestServer server({.maxBodyBytes = 0});
  for (const auto& [path, status] : {std::pair("/hello", 405), {"/nope", 404}}) {
    RawClient client(server.port());
    EXPECT_TRUE(client.send(post(path, std::string(16 << 20, 'x'))));
    const auto response = client.response();
    ASSERT_TRUE(response.has_value());
    EXPECT_EQ(response->status, status);
    EXPECT_TRUE(client.closedByServer());
  }
}

TEST(Limits, MoreConnections_AreToldToComeBackLater) {
  TestServer server({.maxConnections = 2});
  RawClient first(server.port());
  {
    RawClient second(server.port());
    for (RawClient* client : {&first, &second}) {
      client->send(get("/hello"));
      ASSERT_EQ(client->response().value().status, 200);
    }
    RawClient third(server.port());
    third.send(get("/hello"));
    const auto refused = third.response().value();
    EXPECT_EQ(refused.status, 503);
    EXPECT_EQ(refused.headers.at("retry-after"), "1");
    EXPECT_TRUE(third.closedByServer());
    EXPECT_EQ(server.listener().counters().connectionsRefused, 1u);
  }
  EXPECT_TRUE(eventually([&] {
    const auto response = ask(server.port(), get("/hello"));
    return response && response->status == 200;
  }));
  first.send(get("/hello"));
  EXPECT_EQ(first.response().value().status, 200);
}

TEST(Limits, SlowRequests_AreCutOffWith408) {
  TestServer server({.requestTimeout = milliseconds(50)});
  for (const std::string& part :
       {std::string("GET /hello HTTP/1.1\r\nHo"),
        std::string("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhello"),
        std::string("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhe")}) {
    RawClient client(server.port());
    client.send(part);
    EXPECT_EQ(client.response().value().status, 408) << part;
    EXPECT_TRUE(client.closedByServer());
  }
}

TEST(Limits, SlowRequest_EachByteInTime_IsCutOffNevertheless) {
  TestServer server({.requestTimeout = milliseconds(100)});
  RawClient client(server.port());
  client.send("GET /hello HTTP/1.1\r\nX: ");
  while (server.listener().counters().badRequests == 0 && client.send("x")) {
  }
  const auto response = client.response();
  ASSERT_TRUE(response.has_value());
  EXPECT_TRUE(response->status == 408 || response->status == 431) << response->status;
}

TEST(Limits, IdleConnections_AreClosed_AndWorkingOnesAreNot) {
  TestServer server({.idleTimeout = milliseconds(50), .requestTimeout = milliseconds(50)});
  RawClient silent(server.port()), used(server.port()), working(server.port());
  used.send(get("/hello"));
  ASSERT_EQ(used.response().value().status, 200);
  working.send(get("/held"));
  const http::Respond respond = server.takeHeld();
  EXPECT_TRUE(silent.closedByServer());
  EXPECT_TRUE(used.closedByServer());
  respond({.body = "late"});
  EXPECT_EQ(working.response().value().body, "late");
}

TEST(Limits, ClientThatDoesNotRead_IsCutOff) {
  TestServer server({.idleTimeout = milliseconds(100)});
  RawClient client(server.port());
  client.send(get("/held"));
  server.takeHeld()({.body = std::string(64 << 20, 'x')});
  EXPECT_TRUE(eventually([&] { return server.listener().counters().connectionsOpen == 0; }));
  EXPECT_EQ(client.response(), std::nullopt);
}

}  // namespace
}  // namespace xray::test
