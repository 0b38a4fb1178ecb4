// The read API on its socket, over SQLite: cancelled queries, streams, codings, whose file it is.

#include "server/served.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <thread>

#include "server/test_backend.h"
#include "support/temp_folder.h"
#include "xray/http/decompress.h"

namespace xray::server {
namespace {

using testing::HasSubstr;
using testing::Not;

class ServedOnSqlite : public testing::Test {
 protected:
  std::unique_ptr<Served> serve(const std::string& apiOptions = "") const {
    return std::make_unique<Served>("store: {plugin: sqlite, options: {path: \"" + database().string() +
                                        "\", read_connections: 1}}\n" +
                                        "receivers: [{plugin: http-transport, options: {listen: \"127.0.0.1:0\"}}]\n",
                                    apiOptions);
  }
  std::filesystem::path database() const { return folder_.path() / "xray.db"; }

  static std::string steps(int count, std::size_t bytes) {
    std::string body = runStarted(kRun);
    for (int i = 0; i < count; ++i) {
      body += stepEnded(kRun, "0190b2a4-7c11-7000-8000-0000000" + std::to_string(10'000 + i),
                        ",\"input_data\":{\"k\":\"" + std::string(bytes, 'x') + "\"}");
    }
    return body;
  }

  const test::TempFolder folder_;
};

TEST_F(ServedOnSqlite, SlowQuery_IsCancelledInTheDatabaseAtItsDeadline) {
  const auto served = serve(", query_timeout: 20ms");
  ASSERT_EQ(served->post(steps(5000, 1000)), 200);
  std::string filter = "pipeline%20%3D%20picker";
  for (int i = 0; i < 24; ++i) filter += "%20AND%20NOT%20steps:(input_data.k" + std::to_string(i) + "%20%3D%201)";
  const test::RawResponse late = served->get("/v1/runs?filter=" + filter);
  EXPECT_EQ(late.status, 504);
  EXPECT_THAT(late.body, HasSubstr("query_timeout"));
  // The answer came because the database gave the work up, not because somebody stopped waiting for it.
  EXPECT_THAT(served->get("/metrics").body,
              HasSubstr("xray_plugin_call_errors_total{call=\"runs\",code=\"DeadlineExceeded\",plugin=\"sqlite\"} 1"));
  EXPECT_TRUE(test::eventually([&] { return served->get("/v1/steps?page_size=1&view=skeleton").status == 200; }))
      << "the one connection for queries is free again";
}

TEST_F(ServedOnSqlite, Export_StreamsMoreThanAPageInChunks) {
  const auto served = serve();
  ASSERT_EQ(served->post(steps(2500, 10)), 200);
  const test::RawResponse plain = served->get("/v1/export?of=steps");
  EXPECT_EQ(plain.status, 200);
  EXPECT_EQ(plain.headers.at("transfer-encoding"), "chunked");
  EXPECT_EQ(std::count(plain.body.begin(), plain.body.end(), '\n'), 2500);
  const test::RawResponse gzip = served->get("/v1/export?of=steps", "Accept-Encoding: gzip\r\n");
  EXPECT_EQ(gzip.headers.at("content-encoding"), "gzip");
  EXPECT_EQ(*http::decompress(http::Encoding::Gzip, gzip.body, 64 << 20), plain.body);
}

TEST_F(ServedOnSqlite, ExportThatNobodyTakes_HoldsNeitherThreadsNorConnections) {
  const auto served = serve(", threads: 1");
  ASSERT_EQ(served->post(steps(3000, 8000)), 200);  // more than fits into the buffers of a connection
  std::vector<std::unique_ptr<test::RawClient>> clients;
  for (int i = 0; i < 10; ++i) {
    clients.push_back(std::make_unique<test::RawClient>(served->apiPort()));
    ASSERT_TRUE(clients.back()->send(test::get("/v1/export?of=steps")));
  }
  EXPECT_EQ(served->get("/v1/runs").status, 200);
  EXPECT_EQ(served->post(stepEnded(kRun, kStep)), 200);
}

TEST_F(ServedOnSqlite, StoreThatIsGone_IsTheServersBusinessAlone) {
  const auto served = serve();
  ASSERT_EQ(served->post(runStarted(kRun)), 200);
  EXPECT_EQ(served->get("/readyz").status, 200);
  std::filesystem::rename(database(), folder_.path() / "elsewhere.db");
  const test::RawResponse ready = served->get("/readyz");
  EXPECT_EQ(ready.status, 503);
  EXPECT_THAT(ready.body, HasSubstr(R"(sqlite \"…\": the file is gone)"));
  EXPECT_THAT(ready.body, Not(HasSubstr(folder_.path().string())));
  EXPECT_THAT(served->get("/v1/plugins").body, Not(HasSubstr(folder_.path().string())));
}

}  // namespace
}  // namespace xray::server
