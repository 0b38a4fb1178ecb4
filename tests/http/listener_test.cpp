#include "xray/http/listener.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <random>
#include <thread>

#include "http/test_server.h"

namespace xray::test {
namespace {

using testing::HasSubstr;

TEST(Listener, Respond_FromAnotherThread_AnswersOnce) {
  TestServer server;
  RawClient client(server.port());
  client.send(get("/held"));
  std::thread([respond = server.takeHeld()] {
    respond({.status = 202, .body = "1", .headers = {{"X-Evil", "a\r\nSet-Cookie: b"}}});
    respond({.body = "2"});
  }).join();
  const auto response = client.response().value();
  EXPECT_EQ(response.status, 202);
  EXPECT_EQ(response.body, "1");
  EXPECT_EQ(response.headers.at("x-evil"), "a  Set-Cookie: b");
  EXPECT_EQ(response.headers.count("set-cookie"), 0u);
  client.send(get("/hello"));
  EXPECT_EQ(client.response().value().body, "hello");
}

TEST(Listener, Pipelined_SecondRequestWaitsForTheAnswerToTheFirst) {
  TestServer server;
  RawClient client(server.port());
  client.send(get("/held") + get("/hello") + post("/echo", "third"));
  const http::Respond respond = server.takeHeld();
  EXPECT_EQ(server.listener().counters().requests, 1u);
  respond({.body = "first"});
  EXPECT_EQ(client.response().value().body, "first");
  EXPECT_EQ(client.response().value().body, "hello");
  EXPECT_EQ(client.response().value().body, "third");
}

TEST(Listener, HandlersThatThrowOrForget_Are500_AndTheConnectionLives) {
  TestServer server;
  RawClient client(server.port());
  for (const char* path : {"/throw", "/forget"}) {
    client.send(get(path));
    const auto response = client.response().value();
    EXPECT_EQ(response.status, 500);
    EXPECT_EQ(response.headers.at("content-type"), "application/problem+json");
    EXPECT_THAT(response.body, testing::Not(HasSubstr("secret")));
  }
  client.send(get("/hello"));
  EXPECT_EQ(client.response().value().body, "hello");
}

TEST(Listener, ClientGoneBeforeTheAnswer_LeaksNothing) {
  TestServer server;
  for (int i = 0; i < 20; ++i) {
    RawClient client(server.port());
    client.send(get("/held"));
    const http::Respond respond = server.takeHeld();
    client.reset();
    respond({.body = std::string(1 << 20, 'x')});
  }
  EXPECT_TRUE(eventually([&] { return server.listener().counters().connectionsOpen == 0; }));
}

TEST(Listener, ClientGoneAtAnyByte_LeaksNothing) {
  TestServer server;
  const std::string request = post("/echo", "hello", "Connection: close\r\n");
  for (std::size_t size = 0; size <= request.size(); ++size) {
    RawClient dying(server.port()), leaving(server.port());
    dying.send(request.substr(0, size));
    dying.reset();
    leaving.send(request.substr(0, size));
    leaving.finishSending();
    EXPECT_EQ(leaving.response().has_value(), size == request.size()) << size;
    EXPECT_TRUE(leaving.closedByServer());
  }
  EXPECT_TRUE(eventually([&] { return server.listener().counters().connectionsOpen == 0; }));
}

TEST(Listener, ManyClientsAtOnce_GetTheirOwnAnswers) {
  TestServer server({.threads = 3});
  std::vector<std::thread> clients;
  std::atomic<int> answered{0};
  for (unsigned seed = 0; seed < 8; ++seed) {
    clients.emplace_back([&, seed] {
      std::mt19937 random(seed);
      RawClient client(server.port());
      for (int i = 0; i < 100; ++i) {
        const std::string body(random() % 100'000, static_cast<char>('a' + seed));
        const std::string request = post("/echo", body);
        const std::size_t cut = random() % request.size();
        if (client.send(request.substr(0, cut)) && client.send(request.substr(cut)) &&
            client.response().value().body == body) {
          ++answered;
        }
      }
    });
  }
  for (std::thread& client : clients) {
    client.join();
  }
  EXPECT_EQ(answered, 800);
  EXPECT_TRUE(eventually([&] { return server.listener().counters().responses[2] == 800; }));
}

TEST(Listener, Stop_RequestsInFlight_AreFinished) {
  TestServer server;
  RawClient idle(server.port()), working(server.port()), sending(server.port());
  const std::string pipelined = get("/held") + get("/hello");
  const std::string half = "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhe";
  working.send(pipelined);
  sending.send(half);
  idle.send(get("/hello"));
  ASSERT_EQ(idle.response().value().status, 200);
  const http::Respond respond = server.takeHeld();
  const std::size_t sent = pipelined.size() + half.size() + get("/hello").size();
  ASSERT_TRUE(eventually([&] { return server.listener().counters().bytesReceived == sent; }));
  auto stopped = std::async(std::launch::async, [&] { return server.listener().stop(soon()); });
  EXPECT_TRUE(idle.closedByServer());
  respond({.body = "done"});
  const auto response = working.response().value();
  EXPECT_EQ(response.body, "done");
  EXPECT_EQ(response.headers.at("connection"), "close");
  working.finishSending();
  sending.send("llo");
  EXPECT_EQ(sending.response().value().body, "hello");
  EXPECT_TRUE(stopped.get().ok());
  EXPECT_EQ(ask(server.port(), get("/hello")), std::nullopt);
  EXPECT_TRUE(server.listener().stop(soon()).ok());
}

TEST(Listener, Stop_DeadlineOver_CutsOffAndLateAnswersDoNothing) {
  http::Respond respond;
  {
    TestServer server;
    RawClient client(server.port());
    client.send(get("/held"));
    respond = server.takeHeld();
    const Status stopped = server.listener().stop(std::chrono::steady_clock::now());
    EXPECT_EQ(stopped.code(), StatusCode::DeadlineExceeded);
    EXPECT_THAT(stopped.message(), HasSubstr("1 connections"));
    EXPECT_TRUE(client.closedByServer());
    EXPECT_EQ(server.listener().counters().connectionsOpen, 0u);
  }
  respond({.body = "too late"});
}

TEST(Listener, StopAccepting_OpenConnectionsGoOn) {
  TestServer server;
  RawClient client(server.port());
  client.send(get("/hello"));
  ASSERT_EQ(client.response().value().status, 200);
  server.listener().stopAccepting();
  EXPECT_TRUE(eventually([&] { return ask(server.port(), get("/hello")) == std::nullopt; }));
  client.send(get("/hello"));
  EXPECT_EQ(client.response().value().status, 200);
}

TEST(Listener, Start_AddressThatCannotBeUsed_SaysWhy) {
  TestServer server;
  const auto inUse = http::Listener::start(server.listener().address(), {}, {});
  ASSERT_FALSE(inUse.ok());
  EXPECT_EQ(inUse.status().code(), StatusCode::Unavailable);
  EXPECT_EQ(inUse.status().message(),
            "cannot listen on 127.0.0.1:" + std::to_string(server.port()) + ": address already in use");
  const auto elsewhere = http::Listener::start({.host = "192.0.2.1", .port = 0}, {}, {});
  ASSERT_FALSE(elsewhere.ok());
  EXPECT_EQ(elsewhere.status().message(), "cannot listen on 192.0.2.1:0: no such address on this machine");
  const auto noName = http::Listener::start({.host = "no-such-host.invalid", .port = 0}, {}, {});
  ASSERT_FALSE(noName.ok());
  EXPECT_EQ(noName.status().code(), StatusCode::InvalidArgument);
}

}  // namespace
}  // namespace xray::test
