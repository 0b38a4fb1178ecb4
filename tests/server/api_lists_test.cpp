#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "server/test_backend.h"

namespace xray::server {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string runId(int number) {
  return "0190b2a4-7c11-7000-8000-0000000001" + std::to_string(10 + number);
}

/// Ten runs that started a second apart, each with a step.
void fill(TestBackend& backend) {
  for (int i = 0; i < 10; ++i) {
    const std::string at = "\"2026-11-22T16:00:0" + std::to_string(i) + "Z\"";
    ASSERT_TRUE(backend
                    .send(R"({"event":"run.started","run_id":")" + runId(i) + R"(","pipeline":"p)" +
                          std::to_string(i % 2) + R"(","at":)" + at + "}\n" + R"({"event":"step.started","run_id":")" +
                          runId(i) + R"(","step_id":")" + runId(i) +
                          R"(","name":"n","step_type":"llm","input_data":{"i":)" + std::to_string(i) + R"(},"at":)" +
                          at + "}")
                    .ok());
  }
}

/// All rows of a list, page after page.
std::vector<std::string> walk(const TestBackend& backend, const std::string& list, const std::string& target) {
  std::vector<std::string> ids;
  std::string token;
  do {
    const Reply page = backend.get(target + (token.empty() ? "" : "&page_token=" + token));
    EXPECT_EQ(page.status, 200) << page.body;
    for (std::string& id : page.column(list, "run_id")) ids.push_back(std::move(id));
    token = page.member("next_page_token") == "null" ? "" : page.text("next_page_token");
  } while (!token.empty());
  return ids;
}

TEST(ApiLists, Pages_NeitherSkipNorRepeat_InAnyOrder) {
  TestBackend backend;
  fill(backend);
  for (const char* order : {"started_at desc", "started_at", "duration", "duration desc"}) {
    for (const char* list : {"runs", "steps"}) {
      const std::vector<std::string> ids =
          walk(backend, list, std::string("/v1/") + list + "?page_size=3&order_by=" + order);
      EXPECT_EQ(ids.size(), 10u) << order << list;
      EXPECT_EQ(std::set<std::string>(ids.begin(), ids.end()).size(), 10u);
    }
  }
  const std::vector<std::string> newest = walk(backend, "runs", "/v1/runs?page_size=4");
  EXPECT_EQ(newest.front(), "\"" + runId(9) + "\"");
  EXPECT_EQ(newest.back(), "\"" + runId(0) + "\"");
}

TEST(ApiLists, Pages_RowAddedMeanwhile_DisturbsNothing) {
  TestBackend backend;
  fill(backend);
  const Reply first = backend.get("/v1/runs?page_size=5");
  ASSERT_TRUE(backend.send(runStarted(newId().toString(), "")).ok());
  ASSERT_TRUE(
      backend
          .send(R"({"event":"run.started","run_id":")" + kRun + R"(","pipeline":"late","at":"2026-11-23T00:00:00Z"})")
          .ok());
  const Reply second = backend.get("/v1/runs?page_size=5&page_token=" + first.text("next_page_token"));
  EXPECT_THAT(second.column("runs", "run_id"), testing::Not(testing::Contains("\"" + kRun + "\"")));
  EXPECT_EQ(second.column("runs", "run_id").front(), "\"" + runId(4) + "\"");
}

TEST(ApiLists, Token_WithAnotherQuestion_Is400) {
  TestBackend backend;
  fill(backend);
  const std::string token =
      "&page_token=" + backend.get("/v1/runs?page_size=2&filter=pipeline = p0").text("next_page_token");
  EXPECT_EQ(backend.get("/v1/runs?page_size=9&filter=pipeline = p0" + token).status,
            200);  // another page size is no other question
  for (const char* other :
       {"/v1/runs?page_size=2&filter=pipeline = p1", "/v1/runs?page_size=2",
        "/v1/runs?page_size=2&filter=pipeline = p0&order_by=started_at", "/v1/steps?page_size=2&filter=name = n"}) {
    const Reply reply = backend.get(other + token);
    EXPECT_EQ(reply.status, 400) << other;
    EXPECT_THAT(reply.text("detail"), HasSubstr("belongs to another filter or order_by"));
  }
}

TEST(ApiLists, Filters_SelectRunsAndSteps) {
  TestBackend backend;
  fill(backend);
  EXPECT_EQ(backend.get("/v1/runs?filter=pipeline = p1").column("runs", "run_id").size(), 5u);
  EXPECT_EQ(backend.get("/v1/runs?filter=steps:(input_data.i = 3)").column("runs", "run_id").size(), 1u);
  EXPECT_EQ(backend.get("/v1/steps?filter=input_data.i >= 8").column("steps", "run_id").size(), 2u);
  EXPECT_EQ(backend.get("/v1/steps?filter=run.pipeline = p0 AND input_data.i < 4").column("steps", "run_id").size(),
            2u);
  EXPECT_EQ(backend.get("/v1/runs?filter=").column("runs", "run_id").size(), 10u);
  EXPECT_EQ(backend.get("/v1/runs?filter=pipeline = none").body, R"({"runs":[],"next_page_token":null})");
}

TEST(ApiLists, View_Skeleton_LeavesPayloadsOut) {
  TestBackend backend;
  fill(backend);
  EXPECT_THAT(backend.get("/v1/steps?page_size=1&view=skeleton").column("steps", "input_data"), ElementsAre("(none)"));
  EXPECT_THAT(backend.get("/v1/steps?page_size=1&view=full").column("steps", "input_data"), ElementsAre(R"({"i":9})"));
  EXPECT_THAT(backend.get("/v1/steps?page_size=1").column("steps", "input_data"), ElementsAre(R"({"i":9})"));
}

TEST(ApiLists, Status_AfterTheTimeout_IsIncompleteUntilTheRunSpeaks) {
  TestBackend backend;
  ASSERT_TRUE(backend.send(runStarted(kRun)).ok());
  backend.clock().advance(std::chrono::minutes(15));
  EXPECT_EQ(backend.get("/v1/runs/" + kRun).text("status"), "running");
  backend.clock().advance(Microseconds(1));
  EXPECT_EQ(backend.get("/v1/runs/" + kRun).text("status"), "incomplete");
  EXPECT_EQ(backend.get("/v1/runs?filter=status = incomplete").column("runs", "run_id").size(), 1u);
  ASSERT_TRUE(backend.send(stepEnded(kRun, kStep)).ok());
  EXPECT_EQ(backend.get("/v1/runs/" + kRun).text("status"), "running");
}

TEST(ApiLists, Ago_CountsFromTheFirstPageOnAllPages) {
  TestBackend backend;  // its clock stands at 16:10:00
  fill(backend);
  const std::string question = "/v1/runs?page_size=5&filter=started_at >= ago(10m)";
  const Reply first = backend.get(question);
  EXPECT_EQ(first.column("runs", "run_id").size(), 5u);
  backend.clock().advance(std::chrono::seconds(60));
  EXPECT_EQ(backend.get(question + "&page_token=" + first.text("next_page_token")).column("runs", "run_id").size(), 5u);
  EXPECT_EQ(backend.get(question).column("runs", "run_id").size(), 0u);
}

TEST(ApiLists, Rejections_ArePagedNewestFirst) {
  TestBackend backend;
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(backend.send("bad " + std::to_string(i)).ok());
  const Reply first = backend.get("/v1/rejections?page_size=3");
  EXPECT_THAT(first.column("rejections", "raw"), ElementsAre("\"bad 4\"", "\"bad 3\"", "\"bad 2\""));
  const Reply second = backend.get("/v1/rejections?page_size=3&page_token=" + first.text("next_page_token"));
  EXPECT_THAT(second.column("rejections", "raw"), ElementsAre("\"bad 1\"", "\"bad 0\""));
  EXPECT_EQ(second.member("next_page_token"), "null");
}

}  // namespace
}  // namespace xray::server
