// Answers in gzip, answers that the client has already, HEAD.

#include <gmock/gmock.h>

#include "server/api/entity_tag.h"
#include "server/test_backend.h"
#include "xray/http/content_coding.h"
#include "xray/http/decompress.h"

namespace xray::server {
namespace {

using testing::Contains;
using testing::Pair;

http::Response ask(const TestBackend& backend, const std::string& target,
                   std::vector<std::pair<std::string, std::string>> headers = {}) {
  http::Request request = requestOf(target);
  request.headers = std::move(headers);
  return backend.api().handle(std::move(request));
}

std::string headerOf(const http::Response& response, const std::string& name) {
  for (const auto& [key, value] : response.headers) {
    if (key == name) return value;
  }
  return "(none)";
}

const std::string kOfRun = "/v1/runs/" + kRun;

TEST(ApiCoding, Lists_ComeInGzipForWhoAsks) {
  TestBackend backend;
  ASSERT_TRUE(backend.send(runStarted(kRun, ",\"metadata\":{\"k\":\"" + std::string(5000, 'x') + "\"}")).ok());
  const http::Response plain = ask(backend, "/v1/runs");
  const http::Response gzip = ask(backend, "/v1/runs", {{"Accept-Encoding", "gzip"}});
  EXPECT_THAT(plain.headers, Contains(Pair("Vary", "Accept-Encoding")));
  EXPECT_THAT(gzip.headers, Contains(Pair("Vary", "Accept-Encoding")));
  EXPECT_THAT(gzip.headers, Contains(Pair("Content-Encoding", "gzip")));
  EXPECT_EQ(*http::decompress(http::Encoding::Gzip, gzip.body, 1 << 20), plain.body);
}

TEST(ApiEntityTag, TerminalRun_IsNotSentAgain) {
  TestBackend backend;
  ASSERT_TRUE(backend.send(runStarted(kRun) + stepEnded(kRun, kStep) + runEnded(kRun)).ok());
  const http::Response first = ask(backend, kOfRun);
  const std::string tag = headerOf(first, "ETag");
  EXPECT_EQ(first.status, 200);
  EXPECT_EQ(tag.size(), 34u);
  EXPECT_THAT(first.headers, Contains(Pair("Cache-Control", "no-cache")));
  EXPECT_EQ(headerOf(ask(backend, kOfRun), "ETag"), tag);
  for (const std::string& known : {tag, "W/" + tag, "\"x\", " + tag, std::string("*"), std::string(" * "),
                                   tag.substr(0, tag.size() - 1) + "-gzip\"", "\"a,b\" ,W/\"c\"," + tag}) {
    const http::Response again = ask(backend, kOfRun, {{"If-None-Match", known}});
    EXPECT_EQ(again.status, 304) << known;
    EXPECT_EQ(again.body, "");
    EXPECT_EQ(headerOf(again, "ETag"), tag);
    EXPECT_THAT(again.headers, Contains(Pair("Vary", "Accept-Encoding")));
  }
  for (const std::string& known :
       {std::string("\"x\""), tag.substr(1), tag.substr(0, 33), std::string(), std::string("**"), std::string("\"")}) {
    EXPECT_EQ(ask(backend, kOfRun, {{"If-None-Match", known}}).body, first.body) << known;
  }
}

TEST(ApiEntityTag, TerminalRunThatChangesAfterAll_HasAnotherTag) {
  TestBackend backend;
  ASSERT_TRUE(backend.send(runStarted(kRun) + runEnded(kRun)).ok());
  const std::string tag = headerOf(ask(backend, kOfRun), "ETag");
  ASSERT_TRUE(backend.send(stepEnded(kRun, kStep)).ok());
  const http::Response changed = ask(backend, kOfRun, {{"If-None-Match", tag}});
  EXPECT_EQ(changed.status, 200);
  EXPECT_NE(headerOf(changed, "ETag"), tag);
}

TEST(ApiEntityTag, GzippedRun_HasATagOfItsOwn) {
  TestBackend backend;
  ASSERT_TRUE(
      backend.send(runStarted(kRun, ",\"metadata\":{\"k\":\"" + std::string(5000, 'x') + "\"}") + runEnded(kRun)).ok());
  const std::string plain = headerOf(ask(backend, kOfRun), "ETag");
  const std::string gzip = headerOf(ask(backend, kOfRun, {{"Accept-Encoding", "gzip"}}), "ETag");
  EXPECT_EQ(gzip, plain.substr(0, 33) + "-gzip\"");
  EXPECT_EQ(ask(backend, kOfRun, {{"Accept-Encoding", "gzip"}, {"If-None-Match", gzip}}).status, 304);
}

TEST(ApiEntityTag, RunThatMayChange_HasNone) {
  TestBackend backend;
  ASSERT_TRUE(backend.send(runStarted(kRun)).ok());
  EXPECT_EQ(headerOf(ask(backend, kOfRun), "ETag"), "(none)");
  EXPECT_EQ(ask(backend, kOfRun, {{"If-None-Match", "*"}}).status, 200);
  backend.clock().set(*parseTimestamp("2026-11-23T16:10:00Z"));  // incomplete by now
  EXPECT_EQ(headerOf(ask(backend, kOfRun), "ETag"), "(none)");
  EXPECT_EQ(headerOf(ask(backend, "/v1/runs"), "ETag"), "(none)");
}

TEST(ApiHead, IsAnsweredWhereGetIs) {
  TestBackend backend;
  ASSERT_TRUE(backend.send(runStarted(kRun) + stepEnded(kRun, kStep)).ok());
  for (const std::string& target :
       {std::string("/livez"), std::string("/readyz"), std::string("/v1/plugins"), std::string("/v1/rejections"),
        std::string("/v1/runs"), kOfRun, kOfRun + "/steps/" + kStep, std::string("/v1/schemas"),
        std::string("/v1/steps"), std::string("/v1/export?of=runs")}) {
    http::Request request = requestOf(target);
    request.method = "HEAD";
    EXPECT_EQ(backend.api().handle(std::move(request)).status, 200) << target;
  }
}

}  // namespace
}  // namespace xray::server
