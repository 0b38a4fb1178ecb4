// The API behind a listener: queries on their own threads.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

#include "server/api/worker_pool.h"
#include "server/test_backend.h"

namespace xray::server {
namespace {

/// Asks through the router; the reply may come later.
std::future<http::Response> ask(const http::Router& router, const std::string& target) {
  auto promise = std::make_shared<std::promise<http::Response>>();
  std::future<http::Response> future = promise->get_future();
  router.handle(requestOf(target), [promise](http::Response response) { promise->set_value(std::move(response)); });
  return future;
}

TEST(ApiAsync, Queries_RunOnThePoolAndProbesDoNotWaitBehindThem) {
  TestBackend backend;
  std::vector<std::function<void()>> jobs, probes;
  const http::Router router = backend.api().router([&](Api::Work work, std::function<void()> job) {
    (work == Api::Work::Query ? jobs : probes).push_back(std::move(job));
    return true;
  });
  auto runs = ask(router, "/v1/runs");
  auto livez = ask(router, "/livez");
  EXPECT_EQ(livez.wait_for(std::chrono::seconds(0)), std::future_status::ready);
  EXPECT_EQ(runs.wait_for(std::chrono::seconds(0)), std::future_status::timeout);
  ASSERT_EQ(jobs.size(), 1u);
  auto readyz = ask(router, "/readyz");
  EXPECT_EQ(probes.size(), 1u);
  probes[0]();
  EXPECT_EQ(readyz.get().status, 200);
  jobs[0]();
  EXPECT_EQ(runs.get().status, 200);
}

TEST(ApiAsync, NoRoomForAQuery_Is503WithRetryAfter) {
  TestBackend backend;
  const http::Router router = backend.api().router([](Api::Work work, const std::function<void()>& job) {
    if (work == Api::Work::Probe) job();
    return work == Api::Work::Probe;
  });
  const http::Response response = ask(router, "/v1/runs").get();
  EXPECT_EQ(response.status, 503);
  EXPECT_THAT(response.headers, testing::Contains(testing::Pair("Retry-After", "1")));
  EXPECT_EQ(ask(router, "/readyz").get().status, 200);
}

TEST(ApiAsync, QueryThatWaitedTooLong_Is504) {
  TestBackend backend;
  ApiContext context = backend.context();
  context.queryTimeout = Microseconds(0);
  const Api api(context);
  const http::Response response = ask(api.router([](Api::Work, const std::function<void()>& job) {
                                    job();
                                    return true;
                                  }),
                                      "/v1/runs")
                                      .get();
  EXPECT_EQ(response.status, 504);
  EXPECT_THAT(response.body, testing::HasSubstr("query_timeout"));
}

TEST(WorkerPool, Post_BeyondCapacity_IsRefusedAndStopRunsWhatWaits) {
  WorkerPool pool(1, 2);
  std::promise<void> started, gate;
  std::atomic<int> ran{0};
  ASSERT_TRUE(pool.post([&] {
    started.set_value();
    gate.get_future().wait();
    ++ran;
  }));
  started.get_future().wait();
  EXPECT_TRUE(pool.post([&] { ++ran; }));
  EXPECT_TRUE(pool.post([&] { ++ran; }));
  EXPECT_FALSE(pool.post([&] { ++ran; }));
  EXPECT_EQ(pool.refused(), 1u);
  gate.set_value();
  pool.stop();
  EXPECT_EQ(ran, 3);
  EXPECT_FALSE(pool.post([] {}));
}

}  // namespace
}  // namespace xray::server
