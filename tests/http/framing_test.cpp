// What a message on the wire may look like, and what is answered to one that may not.

#include <gtest/gtest.h>

#include "http/test_server.h"

namespace xray::test {
namespace {

struct BadMessage {
  const char* what;
  std::string bytes;
  int status;
  const char* says = "";
};

std::vector<BadMessage> badMessages() {
  const std::string chunked = "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
  const auto request = [](const std::string& headers, const std::string& body = "") {
    return "POST /echo HTTP/1.1\r\nHost: a\r\n" + headers + "\r\n" + body;
  };
  return {
      {"length, then coding", request("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"), 400},
      {"coding, then length", request("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", "0\r\n\r\n"), 400},
      {"unknown coding and length", request("Transfer-Encoding: gzip\r\nContent-Length: 5\r\n", "hello"), 400,
       "together"},
      {"two lengths that differ", request("Content-Length: 5\r\nContent-Length: 6\r\n", "hello!"), 400},
      {"a list of lengths that differ", request("Content-Length: 5, 6\r\n", "hello!"), 400},
      {"a length that is no number", request("Content-Length: five\r\n", "hello"), 400},
      {"a signed length", request("Content-Length: +5\r\n", "hello"), 400},
      {"a negative length", request("Content-Length: -5\r\n", "hello"), 400},
      {"a hexadecimal length", request("Content-Length: 0x5\r\n", "hello"), 400},
      {"an empty length", request("Content-Length:\r\n", "hello"), 400},
      {"a length over 64 bits", request("Content-Length: 18446744073709551621\r\n", "hello"), 400},
      {"a folded header", request("X-A: 1\r\n and more\r\nContent-Length: 5\r\n", "hello"), 400, "folded"},
      {"a folded first header", "GET /hello HTTP/1.1\r\n Host: a\r\n\r\n", 400, "folded"},
      {"white space before the colon", request("Content-Length : 5\r\n", "hello"), 400},
      {"a header without colon", request("Content-Length\r\n"), 400},
      {"a header without name", request(": 5\r\n"), 400},
      {"a control character in a header", request(std::string("X-A: a\0b\r\n", 10)), 400, "control"},
      {"a bare line feed", "GET /hello HTTP/1.1\nHost: a\n\n", 400, "line feed"},
      {"a bare line feed between headers", request("X-A: 1\nX-B: 2\r\n"), 400, "line feed"},
      {"a bare carriage return", request("X-A: 1\rX-B: 2\r\n"), 400, "carriage return"},
      {"no host", "GET /hello HTTP/1.1\r\n\r\n", 400, "Host"},
      {"two hosts", "GET /hello HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400, "Host"},
      {"neither length nor chunked", request(""), 411, "Content-Length"},
      {"neither length nor chunked in PUT", "PUT /echo HTTP/1.1\r\nHost: a\r\n\r\n", 411, "Content-Length"},
      {"unknown transfer encoding", request("Transfer-Encoding: gzip\r\n"), 501, "chunked"},
      {"chunked is not last", request("Transfer-Encoding: chunked, gzip\r\n"), 501},
      {"chunked twice", request("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"), 400},
      {"chunked in HTTP/1.0", "POST /echo HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400, "HTTP/1.0"},
      {"a chunk size that is no number", chunked + "five\r\nhello\r\n0\r\n\r\n", 400},
      {"a negative chunk size", chunked + "-5\r\nhello\r\n0\r\n\r\n", 400},
      {"a chunk size over 64 bits", chunked + "10000000000000005\r\nhello\r\n0\r\n\r\n", 400},
      {"a chunk longer than its size", chunked + "3\r\nhello\r\n0\r\n\r\n", 400},
      {"a length in the trailer", chunked + "5\r\nhello\r\n0\r\nContent-Length: 5\r\n\r\n", 400},
      {"a chunk extension without end", chunked + "5;" + std::string(200'000, 'x'), 400},
      {"a trailer without end", chunked + "0\r\nX: " + std::string(200'000, 'x'), 400},
      {"another expectation", request("Expect: a-miracle\r\nContent-Length: 5\r\n", "hello"), 417, "100-continue"},
      {"unknown content encoding", request("Content-Encoding: br\r\nContent-Length: 5\r\n", "hello"), 415,
       "gzip, zstd"},
      {"two content encodings", request("Content-Encoding: gzip, zstd\r\nContent-Length: 5\r\n", "hello"), 415},
      {"two content encoding headers",
       request("Content-Encoding: gzip\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n", "hello"), 415},
      {"not gzip", request("Content-Encoding: gzip\r\nContent-Length: 5\r\n", "hello"), 400, "gzip"},
      {"not zstd", request("Content-Encoding: zstd\r\nContent-Length: 5\r\n", "hello"), 400, "zstd"},
      {"gzip that is cut off", request("Content-Encoding: gzip\r\nContent-Length: 3\r\n", "\x1f\x8b\x08"), 400, "gzip"},
      {"headers too large", request("X-A: " + std::string(20'000, 'x') + "\r\n"), 431},
      {"a target too large", "GET /" + std::string(20'000, 'x') + " HTTP/1.1\r\nHost: a\r\n\r\n", 431},
      {"the HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400, "HTTP/1.1"},
      {"HTTP/0.9", "GET /hello\r\n", 400, "HTTP/1.1"},
      {"a later version", "GET /hello HTTP/1.2\r\nHost: a\r\n\r\n", 400},
      {"a TLS greeting", std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11), 400, "control"},
      {"a line of text", "hello, world\r\n", 400, "HTTP/1.1"},
      {"no method", " /hello HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"two spaces", "GET  /hello HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"a space in the target", "GET /hel lo HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"a target that is no path", "GET hello HTTP/1.1\r\nHost: a\r\n\r\n", 400, "path"},
      {"CONNECT", "CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n", 400, "path"},
      {"broken percent-encoding", get("/hel%lo"), 400, "percent"},
      {"broken percent-encoding in the query", get("/hello?x=%f"), 400, "percent"},
      {"a path that is not UTF-8", get("/hello%ff"), 400, "UTF-8"},
      {"a NUL in the query", get("/hello?x=%00"), 400},
      {"a fragment", get("/hello#x"), 400},
  };
}

TEST(Framing, BadMessages_AreRefusedAndClosed_AndOthersAreServed) {
  TestServer server;
  for (const BadMessage& bad : badMessages()) {
    SCOPED_TRACE(bad.what);
    RawClient client(server.port());
    client.send(bad.bytes);
    client.finishSending();
    const auto response = client.response();
    ASSERT_TRUE(response.has_value());
    EXPECT_EQ(response->status, bad.status) << response->body;
    EXPECT_EQ(response->headers.at("content-type"), "application/problem+json");
    EXPECT_EQ(response->headers.at("connection"), "close");
    EXPECT_NE(response->body.find("\"status\":" + std::to_string(bad.status)), std::string::npos) << response->body;
    EXPECT_NE(response->body.find(bad.says), std::string::npos) << response->body;
    EXPECT_TRUE(client.closedByServer());
    EXPECT_EQ(ask(server.port(), get("/hello")).value().body, "hello");
  }
  const http::ListenerCounters counters = server.listener().counters();
  EXPECT_EQ(counters.badRequests, badMessages().size());
  EXPECT_EQ(counters.requests, badMessages().size());
}

struct GoodMessage {
  const char* what;
  std::string bytes;
  std::string body;
};

std::vector<GoodMessage> goodMessages() {
  return {
      {"length", post("/echo", "hello"), "hello"},
      {"no body", post("/echo", ""), ""},
      {"the same length twice", "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello",
       "hello"},
      {"chunks",
       "POST /echo HTTP/1.1\r\nhost: a\r\ntransfer-encoding: Chunked\r\n\r\n3\r\nhel\r\n2;x=1\r\nlo\r\n0\r\n\r\n",
       "hello"},
      {"chunks and a trailer",
       "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n00\r\nX-Sum: 1\r\n\r\n",
       "hello"},
      {"no chunk", "PUT /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", ""},
      {"empty lines before it", "\r\n\r\n" + get("/hello"), "hello"},
      {"an empty host", "GET /hello HTTP/1.1\r\nHost:\r\n\r\n", "hello"},
      {"HTTP/1.0", "GET /hello HTTP/1.0\r\n\r\n", "hello"},
      {"the absolute form", "GET http://a/hello HTTP/1.1\r\nHost: a\r\n\r\n", "hello"},
      {"an escaped path", get("/h%65llo?q=%E2%82%AC&&x=+"), "hello"},
      {"a body in a GET", "GET /hello HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc", "hello"},
  };
}

TEST(Framing, LastChunkInThreePieces_IsServed) {
  http::Limits limits;
  limits.threads = 1;  // so that an answer on another connection says that what came before it was looked at
  TestServer server(limits);
  RawClient client(server.port());
  const std::string head = "PUT /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (const std::string& piece : {head + "0\r\n", std::string("\r"), std::string("\n")}) {
    ASSERT_TRUE(client.send(piece));
    ASSERT_TRUE(ask(server.port(), post("/echo", "x")).has_value());
  }
  const auto response = client.response();
  ASSERT_TRUE(response.has_value());
  EXPECT_EQ(response->status, 200) << response->body;
}

TEST(Framing, GoodMessages_InOnePieceAndByteByByte_AreServed) {
  TestServer server;
  for (const GoodMessage& good : goodMessages()) {
    SCOPED_TRACE(good.what);
    const auto whole = ask(server.port(), good.bytes);
    ASSERT_TRUE(whole.has_value());
    EXPECT_EQ(whole->status, 200) << whole->body;
    EXPECT_EQ(whole->body, good.body);
    RawClient client(server.port());
    for (const char byte : good.bytes) {
      ASSERT_TRUE(client.send({&byte, 1}));
    }
    const auto pieces = client.response();
    ASSERT_TRUE(pieces.has_value());
    EXPECT_EQ(pieces->status, 200) << pieces->body;
    EXPECT_EQ(pieces->body, good.body);
  }
}

TEST(Framing, Pipelined_AllGoodMessagesInOneWrite_AreAnsweredInOrder) {
  TestServer server;
  std::string all;
  for (const GoodMessage& good : goodMessages()) {
    if (good.bytes.find("HTTP/1.0") == std::string::npos) {
      all += good.bytes;
    }
  }
  RawClient client(server.port());
  ASSERT_TRUE(client.send(all));
  client.finishSending();
  for (const GoodMessage& good : goodMessages()) {
    if (good.bytes.find("HTTP/1.0") == std::string::npos) {
      EXPECT_EQ(client.response().value().body, good.body) << good.what;
    }
  }
  EXPECT_TRUE(client.closedByServer());
}

TEST(Framing, KeepAlive_FollowsVersionAndConnectionHeader) {
  TestServer server;
  struct Case {
    std::string bytes;
    const char* connection;
  };
  for (const Case& c : {Case{get("/hello"), "keep-alive"},
                        {get("/hello", "Connection: close\r\n"), "close"},
                        {"GET /hello HTTP/1.0\r\n\r\n", "close"},
                        {"GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", "keep-alive"}}) {
    RawClient client(server.port());
    client.send(c.bytes);
    EXPECT_EQ(client.response().value().headers.at("connection"), c.connection) << c.bytes;
    if (std::string_view(c.connection) == "close") {
      EXPECT_TRUE(client.closedByServer());
    } else {
      client.send(get("/hello"));
      EXPECT_EQ(client.response().value().body, "hello");
    }
  }
}

TEST(Framing, Head_IsAnsweredWithoutBody) {
  TestServer server;
  RawClient client(server.port());
  client.send("HEAD /hello HTTP/1.1\r\nHost: a\r\n\r\nHEAD /nothing HTTP/1.1\r\nHost: a\r\n\r\n" + get("/hello"));
  const auto known = client.response(true).value();
  EXPECT_EQ(known.status, 200);
  EXPECT_EQ(known.headers.at("content-length"), "5");
  EXPECT_EQ(client.response(true).value().status, 404);
  EXPECT_EQ(client.response().value().body, "hello");
}

struct Unrouted {
  const char* what;
  std::string bytes;
  int status;
  const char* allow;  // of a 405
  const char* connection;
};

std::vector<Unrouted> unrouted() {
  const auto head = [](const std::string& line, const std::string& headers) {
    return line + " HTTP/1.1\r\nHost: a\r\n" + headers + "\r\n";
  };
  return {
      {"no length", head("POST /nope", ""), 404, "", "close"},
      {"no length, other method", head("POST /hello", ""), 405, "GET, HEAD", "close"},
      {"an empty body", post("/nope", ""), 404, "", "keep-alive"},
      {"an empty body, other method", post("/hello", ""), 405, "GET, HEAD", "keep-alive"},
      {"no body", get("/echo"), 405, "PATCH, POST, PUT", "keep-alive"},
      {"a body that would do", post("/nope", "hello"), 404, "", "close"},
      {"a body that would do, other method", post("/hello", "hello"), 405, "GET, HEAD", "close"},
      {"a body over the limit", head("POST /hello", "Content-Length: 101\r\n"), 405, "GET, HEAD", "close"},
      {"a body over the limit in a GET", head("GET /echo", "Content-Length: 101\r\n"), 405, "PATCH, POST, PUT",
       "close"},
      {"chunks", head("DELETE /echo", "Transfer-Encoding: chunked\r\n"), 405, "PATCH, POST, PUT", "close"},
      {"an unknown coding", post("/nope", "hello", "Content-Encoding: br\r\n"), 404, "", "close"},
      {"an unknown expectation", post("/nope", "hello", "Expect: a-miracle\r\n"), 404, "", "close"},
      {"a client that waits", head("POST /nope", "Content-Length: 5\r\nExpect: 100-continue\r\n"), 404, "", "close"},
      {"two lengths", head("POST /nope", "Content-Length: 5\r\nContent-Length: 6\r\n"), 400, "", "close"},
      {"length and coding", head("POST /nope", "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"), 400, "",
       "close"},
      {"no host", "POST /nope HTTP/1.1\r\nContent-Length: 5\r\n\r\n", 400, "", "close"},
      {"no length, where it is taken", head("POST /echo", ""), 411, "", "close"},
      {"over the limit, where it is taken", head("POST /echo", "Content-Length: 101\r\n"), 413, "", "close"},
  };
}

TEST(Framing, NoHandler_IsSaidBeforeWhatTheBodyLacks_AndAfterWhatTheHeadDoes) {
  TestServer server({.maxBodyBytes = 100});
  for (const Unrouted& c : unrouted()) {
    SCOPED_TRACE(c.what);
    RawClient client(server.port());
    ASSERT_TRUE(client.send(c.bytes));
    const auto response = client.response();  // though the announced body may never come
    ASSERT_TRUE(response.has_value());
    EXPECT_EQ(response->status, c.status) << response->body;
    EXPECT_EQ(response->headers.at("content-type"), "application/problem+json");
    EXPECT_EQ(response->headers.contains("allow") ? response->headers.at("allow") : "", c.allow);
    EXPECT_EQ(response->headers.at("connection"), c.connection);
    if (std::string_view(c.connection) == "close") {
      EXPECT_TRUE(client.closedByServer());
    } else {
      client.send(get("/hello"));
      EXPECT_EQ(client.response().value().body, "hello");
    }
  }
}

TEST(Framing, ExpectContinue_IsToldToGoOn_UnlessTheBodyWouldBeRefused) {
  TestServer server({.maxBodyBytes = 100});
  RawClient client(server.port());
  client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(client.response().value().status, 100);
  client.send("hello");
  EXPECT_EQ(client.response().value().body, "hello");

  client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 101\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(client.response().value().status, 413);
  EXPECT_TRUE(client.closedByServer());
}

}  // namespace
}  // namespace xray::test
