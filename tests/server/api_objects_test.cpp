#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/test_backend.h"

namespace xray::server {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(ApiObjects, Run_HasItsMembersAndSkeletonsOfItsSteps) {
  TestBackend backend;
  ASSERT_TRUE(backend
                  .send(runStarted(kRun, R"(,"metadata":{"m":1})") +
                        stepEnded(kRun, kOtherStep, R"(,"seq":1,"reasoning":{"x":1})") +
                        stepEnded(kRun, kStep, R"(,"seq":0)") + runEnded(kRun))
                  .ok());
  const Reply run = backend.get("/v1/runs/" + kRun);
  EXPECT_EQ(
      run.body.substr(0, run.body.find(",\"steps\":")),
      R"({"run_id":"0190b2a4-7c11-7000-8000-00000000000a","parent_run_id":null,"pipeline":"picker","status":"completed",)"
      R"("started_at":"2026-11-22T16:00:00.000000Z","ended_at":"2026-11-22T16:00:03.000000Z","last_activity_at":"2026-11-22T16:10:00.000000Z",)"
      R"("duration_ms":3000,"schema":null,"error":null,"metadata":{"m":1},"step_count":2,"error_count":0,"missing_steps":null,)"
      R"("violation_count":0,"lost":{})");
  EXPECT_THAT(run.column("steps", "step_id"), ElementsAre("\"" + kStep + "\"", "\"" + kOtherStep + "\""));
  EXPECT_THAT(run.column("steps", "reasoning"), testing::Each("(none)"));

  const Reply step = backend.get("/v1/runs/" + kRun + "/steps/" + kOtherStep);
  EXPECT_EQ(
      step.body,
      R"({"step_id":"0190b2a4-7c11-7000-8000-000000000002","run_id":"0190b2a4-7c11-7000-8000-00000000000a","parent_step_id":null,)"
      R"("seq":1,"name":"rank","step_type":"llm","status":"success","started_at":"2026-11-22T16:00:01.000000Z",)"
      R"("ended_at":"2026-11-22T16:00:02.000000Z","duration_ms":1000,"error":null,"schema_checked":false,"violations":[],)"
      R"("input_data":{},"output_data":{},"reasoning":{"x":1}})");
  EXPECT_EQ(backend.get("/v1/runs/0190B2A4-7C11-7000-8000-00000000000A").status, 200);
}

TEST(ApiObjects, Run_WithoutSteps_HasAnEmptyList) {
  TestBackend backend;
  ASSERT_TRUE(backend.send(runStarted(kRun)).ok());
  EXPECT_EQ(backend.get("/v1/runs/" + kRun).member("steps"), "[]");
}

TEST(ApiObjects, Schemas_AreListedWithTheirRunCountsAndCompared) {
  TestBackend backend;
  ASSERT_TRUE(backend
                  .send(schemaRegistered("a b", 1, R"({"reasoning":["x"]})") +
                        schemaRegistered("a b", 2, R"({"reasoning":["y"]})") + schemaRegistered("c", 1, "{}") +
                        runStarted(kRun, R"(,"schema":{"name":"a b","version":2})"))
                  .ok());
  EXPECT_EQ(backend.get("/v1/schemas").column("schemas", "name").size(), 3u);
  EXPECT_THAT(backend.get("/v1/schemas").column("schemas", "run_count"), ElementsAre("0", "1", "0"));
  EXPECT_THAT(backend.get("/v1/schemas/a%20b").column("schemas", "version"), ElementsAre("1", "2"));
  const Reply one = backend.get("/v1/schemas/a%20b/1");
  EXPECT_EQ(
      one.body,
      R"({"name":"a b","version":1,"registered_at":"2026-11-22T16:10:00.000000Z","run_count":0,"definition":{"reasoning":["x"]}})");
  EXPECT_EQ(backend.get("/v1/schemas/a%20b/1?diff_to=2").member("diff"),
            R"({"to":2,"added":["/reasoning/y"],"removed":["/reasoning/x"],"changed":[]})");
  EXPECT_EQ(backend.get("/v1/schemas/a%20b/1?diff_to=3").status, 404);
}

TEST(ApiObjects, Plugins_TellWhatTheyTakeButNoSecrets) {
  const TestBackend backend;
  const Reply plugins = backend.get("/v1/plugins");
  EXPECT_EQ(plugins.status, 200);
  EXPECT_THAT(plugins.column("plugins", "name"),
              testing::IsSupersetOf({"\"key-list\"", "\"memory\"", "\"sqlite\"", "\"http-transport\""}));
  EXPECT_THAT(plugins.column("plugins", "kinds"), testing::Contains(R"(["sender","receiver"])"));
  EXPECT_THAT(plugins.body, HasSubstr(R"({"name":"path","type":)"));
  EXPECT_THAT(plugins.body, HasSubstr(R"("required":true,"default":null)"));
  EXPECT_THAT(plugins.body, HasSubstr(R"("allowed":["none","gzip","zstd"])"));
}

TEST(ApiObjects, Answers_AreNeitherCachedNorSniffed) {
  const TestBackend backend;
  const http::Response response = backend.api().handle(requestOf("/v1/runs"));
  EXPECT_EQ(response.contentType, "application/json");
  EXPECT_THAT(response.headers, testing::Contains(testing::Pair("Cache-Control", "no-store")));
  EXPECT_THAT(response.headers, testing::Contains(testing::Pair("X-Content-Type-Options", "nosniff")));
  EXPECT_EQ(backend.api().handle(requestOf("/v1/runs/x")).contentType, "application/problem+json");
}

}  // namespace
}  // namespace xray::server
