// GET /v1/analysis/…: shapes of the answers, and every parameter that is wrong.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/test_backend.h"

namespace xray::server {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string failed(const std::string& runId, const std::string& error) {
  return R"({"event":"run.failed","run_id":")" + runId + R"(","at":"2026-11-22T16:00:05Z","error":)" + error + "}\n";
}

/// A crashed run of two steps, one of them without a number.
void fill(TestBackend& backend) {
  ASSERT_EQ(describe(backend.send(runStarted(kRun, R"(,"schema":{"name":"s","version":3})") +
                                  stepEnded(kRun, kStep, R"(,"reasoning":{"percent left":2.5,"rule":"price"})") +
                                  stepEnded(kRun, kOtherStep, R"(,"reasoning":{"percent left":"much","rule":7})") +
                                  failed(kRun, R"({"type":"Timeout","message":"m","step_id":")" + kStep + "\"}"))),
            "4 accepted, 0 duplicates, rejected");
}

std::string body(const TestBackend& backend, const std::string& target) {
  const Reply reply = backend.get("/v1/analysis/" + target);
  EXPECT_EQ(reply.status, 200) << reply.body;
  return reply.body;
}

TEST(Analysis, Latency_HasAMemberForEachGroup_AndMilliseconds) {
  TestBackend backend;
  fill(backend);
  EXPECT_EQ(body(backend, "latency"),
            R"({"rows":[{"count":2,"errors":0,"min_ms":1000,"avg_ms":1000,"p50_ms":1000,"p95_ms":1000,"p99_ms":1000,)"
            R"("max_ms":1000}],"truncated":false})");
  EXPECT_EQ(body(backend, "latency?group_by=step_type, run.status,run.schema.version&interval=5m&filter=name = rank"),
            R"({"rows":[{"step_type":"llm","run.status":"crashed","run.schema.version":3,)"
            R"("bucket":"2026-11-22T16:00:00.000000Z","count":2,"errors":0,"min_ms":1000,"avg_ms":1000,"p50_ms":1000,)"
            R"("p95_ms":1000,"p99_ms":1000,"max_ms":1000}],"truncated":false})");
  const Reply byRule = backend.get("/v1/analysis/latency?group_by=reasoning.rule");
  EXPECT_THAT(byRule.column("rows", "reasoning.rule"), ElementsAre("\"price\"", "7"));
}

TEST(Analysis, NothingMatches_OneRowOfNothing_NoneWithGroups) {
  TestBackend backend;
  EXPECT_EQ(body(backend, "latency"),
            R"({"rows":[{"count":0,"errors":0,"min_ms":null,"avg_ms":null,"p50_ms":null,"p95_ms":null,"p99_ms":null,)"
            R"("max_ms":null}],"truncated":false})");
  EXPECT_EQ(body(backend, "values?field=reasoning.x"),
            R"({"rows":[{"count":0,"missing":0,"min":null,"avg":null,"p50":null,"p95":null,"p99":null,"max":null,)"
            R"("histogram":null}],"truncated":false})");
  EXPECT_EQ(body(backend, "counts?of=steps"), R"({"rows":[{"count":0}],"truncated":false})");
  EXPECT_EQ(body(backend, "counts?of=runs"), R"({"rows":[{"count":0}],"truncated":false})");
  const std::string none = R"({"rows":[],"truncated":false})";
  EXPECT_EQ(body(backend, "failures"), none);
  EXPECT_EQ(body(backend, "latency?group_by=name"), none);
  EXPECT_EQ(body(backend, "values?field=reasoning.x&group_by=name"), none);
  EXPECT_EQ(body(backend, "counts?of=runs&interval=1h"), none);
}

TEST(Analysis, Values_CountWhatIsNoNumberAsMissing) {
  TestBackend backend;
  fill(backend);
  const std::string target = "values?field=reasoning.\"percent left\"&group_by=run.pipeline";
  const std::string answer = body(backend, target);
  EXPECT_THAT(answer,
              HasSubstr(R"({"rows":[{"run.pipeline":"picker","count":1,"missing":1,"min":2.5,"avg":2.5,)"
                        R"("p50":2.5,"p95":2.5,"p99":2.5,"max":2.5,"histogram":[{"lo":2.5,"hi":2.5,"count":0},)"));
  EXPECT_THAT(answer, HasSubstr(R"({"lo":2.5,"hi":2.5,"count":1}]}],"truncated":false})"));
  const Reply reply = backend.get("/v1/analysis/" + target);
  std::size_t bins = 0;
  for (std::size_t at = answer.find("\"lo\""); at != std::string::npos; at = answer.find("\"lo\"", at + 1)) ++bins;
  EXPECT_EQ(bins, 20u);
}

TEST(Analysis, Failures_EachRule_WithItsExample) {
  TestBackend backend;
  const auto run = [](int n) { return "0190b2a4-7c11-7000-8000-00000000010" + std::to_string(n); };
  const std::string error = R"({"message":"m"})";
  const std::string bad = R"(,"status":"error")";
  const auto step = [&](int n, const std::string& status) {
    return R"({"event":"step.ended","run_id":")" + run(n) + R"(","step_id":")" + kStep +
           R"(","name":"rank","step_type":"llm","started_at":"2026-11-22T16:00:01Z","at":"2026-11-22T16:00:02Z","status":")" +
           status + "\"}\n";
  };
  const std::string running = R"({"event":"step.started","run_id":")" + run(3) + R"(","step_id":")" + kStep +
                              R"(","name":"rank","step_type":"llm","at":"2026-11-22T16:00:01Z"})" + "\n";
  ASSERT_TRUE(backend
                  .send(step(1, "success") +
                        failed(run(1), R"({"message":"m","type":"T","step_id":")" + kStep + "\"}") + step(2, "error") +
                        failed(run(2), error) + running + failed(run(3), error) + step(4, "success") +
                        failed(run(4), error) + failed(run(5), error))
                  .ok());
  const Reply rules = backend.get("/v1/analysis/failures?group_by=rule");
  EXPECT_THAT(rules.column("rows", "rule"), ElementsAre("4", "3", "2", "1", "null"));
  EXPECT_THAT(rules.column("rows", "runs"), ElementsAre("1", "1", "1", "1", "1"));
  EXPECT_THAT(rules.column("rows", "share"), ElementsAre("0.2", "0.2", "0.2", "0.2", "0.2"));
  EXPECT_THAT(rules.column("rows", "examples"),
              ElementsAre(HasSubstr(run(4)), HasSubstr(run(3)), HasSubstr(run(2)),
                          R"([{"run_id":")" + run(1) + R"(","step_id":")" + kStep + "\"}]",
                          R"([{"run_id":")" + run(5) + R"(","step_id":null}])"));
  const Reply types = backend.get("/v1/analysis/failures");
  EXPECT_THAT(types.column("rows", "step_type"), ElementsAre("\"llm\"", "null"));
  EXPECT_THAT(types.column("rows", "runs"), ElementsAre("4", "1"));
  EXPECT_EQ(body(backend, "failures?group_by=error.type,name&filter=error.type = T"),
            R"({"rows":[{"error.type":"T","name":"rank","runs":1,"share":1,"examples":[{"run_id":")" + run(1) +
                R"(","step_id":")" + kStep + R"("}]}],"truncated":false})");
}

TEST(Analysis, SilentRun_FailsByTheClock) {
  TestBackend backend;
  ASSERT_TRUE(backend.send(runStarted(kRun)).ok());
  EXPECT_EQ(body(backend, "counts?of=runs&group_by=status"),
            R"({"rows":[{"status":"running","count":1}],"truncated":false})");
  backend.clock().advance(std::chrono::hours(1));
  EXPECT_EQ(body(backend, "counts?of=runs&group_by=status"),
            R"({"rows":[{"status":"incomplete","count":1}],"truncated":false})");
  EXPECT_THAT(body(backend, "failures?group_by=rule"), HasSubstr("\"rule\":null,\"runs\":1"));
}

TEST(Analysis, MoreThanAThousandRows_AreCut) {
  TestBackend backend;
  const auto line = [](int n) {
    return R"({"event":"step.ended","run_id":")" + kRun + R"(","step_id":"0190b2a4-7c11-7000-8000-0000000)" +
           std::to_string(10'000 + n) + R"(","name":"n)" + std::to_string(n) +
           R"(","step_type":"t","started_at":"2026-11-22T16:00:01Z","at":"2026-11-22T16:00:02Z","status":"success"})" +
           "\n";
  };
  std::string lines;
  for (int n = 0; n < 1000; ++n) lines += line(n);
  ASSERT_TRUE(backend.send(lines).ok());
  const std::string target = "/v1/analysis/counts?of=steps&group_by=name";
  EXPECT_EQ(backend.get(target).member("truncated"), "false");
  ASSERT_TRUE(backend.send(line(1000)).ok());
  const Reply cut = backend.get(target);
  EXPECT_EQ(cut.member("truncated"), "true");
  EXPECT_EQ(cut.column("rows", "name").size(), 1000u);
  EXPECT_EQ(cut.column("rows", "name").front(), "\"n999\"");
}

TEST(Analysis, StoreThatFails_IsTold) {
  TestBackend backend;
  backend.store().failReads(Status(StatusCode::DeadlineExceeded, "too late"));
  for (const char* target : {"latency", "failures", "values?field=reasoning.x", "counts?of=runs", "counts?of=steps"}) {
    EXPECT_EQ(backend.get(std::string("/v1/analysis/") + target).status, 504) << target;
  }
}

struct BadRequest {
  std::string target;
  std::string detail;
};

class AnalysisRefuses : public testing::TestWithParam<BadRequest> {};

TEST_P(AnalysisRefuses, Request_WithItsWords) {
  const TestBackend backend;
  const Reply reply = backend.get("/v1/analysis/" + GetParam().target);
  EXPECT_EQ(reply.status, 400) << reply.body;
  EXPECT_THAT(reply.text("detail"), HasSubstr(GetParam().detail));
}

const std::string kLong(5000, 'a');

const BadRequest kBadRequests[] = {
    {"latency?of=runs", "unknown query parameter \"of\" (allowed: filter, group_by, interval)"},
    {"latency?group_bye=name", "did you mean \"group_by\"?"},
    {"latency?group_by=name&group_by=name", "query parameter \"group_by\" is given more than once"},
    {"latency?group_by=", "group_by: must name what to group by, or be left out"},
    {"latency?group_by", "group_by: must name what to group by, or be left out"},
    {"latency?group_by= ", "group_by: must name"},
    {"latency?group_by=nam", "did you mean \"name\"? (allowed: step_type, name, status, run.pipeline, run.status, "},
    {"latency?group_by=reasoning." + kLong, "at most 4096 bytes"},
    {"latency?group_by=" + kLong, "is not allowed"},
    {"latency?group_by=reasoning.a,reasoning.b", "only one path is allowed"},
    {"latency?interval=", "interval: must be a duration greater than 0, such as 250ms, 5m, 1h or 7d, not \"\""},
    {"latency?interval=0s", "interval: must be a duration greater than 0"},
    {"latency?interval=-1h", "not \"-1h\""},
    {"latency?interval=5", "not \"5\""},
    {"latency?interval=hour", "not \"hour\""},
    {"latency?interval=1h&interval=1h", "query parameter \"interval\" is given more than once"},
    {"latency?interval=99999999999999999999d", "interval: must be"},
    {"latency?filter=statuss = error", "filter:1: unknown field \"statuss\"; did you mean \"status\"?"},
    {"latency?filter=pipeline = x", "filter:1: unknown field \"pipeline\""},
    {"latency?filter=name = a&filter=name = b", "query parameter \"filter\" is given more than once"},
    {"latency?filter=name = " + kLong, "4096"},
    {"values", "field: must be given"},
    {"values?field=", "field: must be given"},
    {"values?field=reasoning", "field: "},
    {"values?field=duration", "field: \"duration\" is no JSON field"},
    {"values?field=reasonng.x", "did you mean \"reasoning.x\"?"},
    {"values?field=reasoning.x&field=reasoning.x", "query parameter \"field\" is given more than once"},
    {"values?field=reasoning." + kLong, "at most 4096 bytes"},
    {"values?field=reasoning.x&interval=1h", "unknown query parameter \"interval\" (allowed: field, filter, group_by)"},
    {"values?field=reasoning.x&group_by=", "group_by: must name"},
    {"values?field=reasoning.x&filter=nam = a", "did you mean \"name\"?"},
    {"failures?group_by=status", "(allowed: step_type, name, run.pipeline, error.type, rule)"},
    {"failures?group_by=", "group_by: must name"},
    {"failures?group_by=rule,rule", "\"rule\" is named twice"},
    {"failures?interval=1h", "unknown query parameter \"interval\" (allowed: filter, group_by)"},
    {"failures?filter=step_type = llm", "filter:1: unknown field \"step_type\""},
    {"failures?filter=steps:(", "filter:"},
    {"counts", "of: \"\" is not allowed (allowed: runs, steps)"},
    {"counts?of=", "of: \"\" is not allowed"},
    {"counts?of=run", "of: \"run\" is not allowed; did you mean \"runs\"? (allowed: runs, steps)"},
    {"counts?of=runs&of=runs", "query parameter \"of\" is given more than once"},
    {"counts?of=runs&group_by=name", "group_by: \"name\" is not allowed (allowed: status, pipeline, schema.version)"},
    {"counts?of=runs&group_by=metadata.x", "group_by: \"metadata.x\" is not allowed"},
    {"counts?of=steps&group_by=pipeline", "did you mean \"run.pipeline\"?"},
    {"counts?of=runs&filter=name = a", "filter:1: unknown field \"name\""},
    {"counts?of=steps&interval=x", "interval: must be"},
};

INSTANTIATE_TEST_SUITE_P(Api, AnalysisRefuses, testing::ValuesIn(kBadRequests));

}  // namespace
}  // namespace xray::server
