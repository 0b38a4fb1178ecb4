// The real `xray serve` while its database is away.

#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/StreamCopier.h>
#include <Poco/URI.h>
#include <stdlib.h>

#include "e2e/backend.h"
#include "support/temp_folder.h"
#include "test_server.h"

namespace xray::postgres::test {
namespace {

using ::testing::HasSubstr;

constexpr const char* kBatch =
    "{\"event\":\"run.started\",\"run_id\":\"0190b2a4-7c11-7000-8000-00000000000a\",\"pipeline\":\"p\","
    "\"at\":\"2026-11-22T16:00:00Z\"}\n";

struct Answer {
  int status;
  std::string retryAfter;
  std::string body;
};

Answer post(const std::string& url) {
  const Poco::URI address(url);
  Poco::Net::HTTPClientSession session(address.getHost(), address.getPort());
  Poco::Net::HTTPRequest request("POST", "/v1/events", Poco::Net::HTTPMessage::HTTP_1_1);
  request.setContentType("application/x-ndjson");
  request.setContentLength64(static_cast<Poco::Int64>(std::string(kBatch).size()));
  session.sendRequest(request) << kBatch;
  Poco::Net::HTTPResponse response;
  std::string body;
  Poco::StreamCopier::copyToString(session.receiveResponse(response), body);
  return {response.getStatus(), response.get("Retry-After", ""), body};
}

/// A connection string of keywords.
std::string textOf(const Dsn& dsn) {
  std::string text;
  for (const auto& [keyword, value] : dsn) {
    text += keyword + "='";
    for (const char c : value) text += (c == '\'' || c == '\\' ? "\\" : "") + std::string(1, c);
    text += "' ";
  }
  return text;
}

TEST(Served, WhileTheDatabaseIsAway_IngestSays503_ReadinessSaysWhy_AndAllIsWellAfterwards) {
  if (!TestServer::available()) GTEST_SKIP() << "there is no PostgreSQL server under /usr/lib/postgresql";
  TestServer server;
  ::setenv("XRAY_PG_DSN", textOf(server.dsn()).c_str(), 1);
  const xray::test::TempFolder folder;
  e2e::Backend backend(folder.path(), {"{plugin: postgres, options: {dsn: \"${XRAY_PG_DSN}\"}}", ""});
  EXPECT_EQ(post(backend.eventsUrl()).status, 200);
  EXPECT_EQ(backend.count("runs"), 1);

  server.stop(true);
  const Answer away = post(backend.eventsUrl());
  EXPECT_EQ(away.status, 503) << away.body;
  EXPECT_NE(away.retryAfter, "");
  std::string readiness;
  try {
    readiness = backend.getText("/readyz");
  } catch (const std::runtime_error& error) {
    readiness = error.what();
  }
  EXPECT_THAT(readiness, HasSubstr("503"));
  EXPECT_THAT(readiness, HasSubstr("postgres: connection to server on socket"));

  server.start();
  EXPECT_TRUE(e2e::eventually([&] { return post(backend.eventsUrl()).status == 200; }));
  EXPECT_TRUE(e2e::eventually([&] { return backend.count("runs") == 1; }));
  EXPECT_THAT(backend.getText("/readyz"), HasSubstr("ready"));
  EXPECT_EQ(backend.stop(), 0);
  EXPECT_EQ(backend.log().find("secret"), std::string::npos) << "no part of the dsn is logged";
}

TEST(Served, WithoutADatabaseAtTheStart_EndsWithOneClearLine) {
  ::setenv("XRAY_PG_DSN", "host=/nonexistent user=me password=zq7secret", 1);
  const xray::test::TempFolder folder;
  try {
    const e2e::Backend backend(folder.path(), {"{plugin: postgres, options: {dsn: \"${XRAY_PG_DSN}\"}}", ""});
    FAIL() << "it started";
  } catch (const std::runtime_error& error) {
    EXPECT_THAT(error.what(), HasSubstr("postgres: connection to server on socket \"/nonexistent/"));
    EXPECT_EQ(std::string(error.what()).find("zq7secret"), std::string::npos);
  }
}

}  // namespace
}  // namespace xray::postgres::test
