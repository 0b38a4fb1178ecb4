// Every parameter of every endpoint, given in every wrong way: 400, what is allowed, nothing of the inside.

#include <gmock/gmock.h>

#include "server/test_backend.h"

namespace xray::server {
namespace {

using testing::HasSubstr;
using testing::Not;

enum class Kind { Filter, PageSize, PageToken, Choice, Version, GroupBy, Path, Interval };

struct Parameter {
  const char* target;  // of the endpoint, with what it needs besides
  const char* name;
  Kind kind;
  const char* allowed;  // what a refusal says
};

const std::string kAnyRun = "/v1/runs/" + kRun;

const Parameter kParameters[] = {
    {"/v1/runs", "filter", Kind::Filter, ""},
    {"/v1/runs", "order_by", Kind::Choice,
     "(allowed: started_at desc, started_at, duration, duration desc, last_activity_at desc)"},
    {"/v1/runs", "page_size", Kind::PageSize, "a whole number from 1 to 1000"},
    {"/v1/runs", "page_token", Kind::PageToken, "pass next_page_token of the page before as it is, or leave it out"},
    {"/v1/steps", "filter", Kind::Filter, ""},
    {"/v1/steps", "order_by", Kind::Choice, "(allowed: started_at desc, started_at, duration, duration desc)"},
    {"/v1/steps", "page_size", Kind::PageSize, "a whole number from 1 to 1000"},
    {"/v1/steps", "page_token", Kind::PageToken, "pass next_page_token of the page before as it is, or leave it out"},
    {"/v1/steps", "view", Kind::Choice, "(allowed: full, skeleton)"},
    {"/v1/rejections", "page_size", Kind::PageSize, "a whole number from 1 to 1000"},
    {"/v1/rejections", "page_token", Kind::PageToken,
     "pass next_page_token of the page before as it is, or leave it out"},
    {"/v1/export?of=runs", "filter", Kind::Filter, ""},
    {"/v1/export?of=steps", "filter", Kind::Filter, ""},
    {"/v1/export?of=runs", "format", Kind::Choice, "(allowed: jsonl, csv)"},
    {"/v1/export", "of", Kind::Choice, "(allowed: runs, steps)"},
    {"/v1/analysis/latency", "filter", Kind::Filter, ""},
    {"/v1/analysis/latency", "group_by", Kind::GroupBy, ""},
    {"/v1/analysis/latency", "interval", Kind::Interval, "a duration greater than 0"},
    {"/v1/analysis/counts?of=runs", "filter", Kind::Filter, ""},
    {"/v1/analysis/counts?of=runs", "group_by", Kind::GroupBy, ""},
    {"/v1/analysis/counts?of=runs", "interval", Kind::Interval, "a duration greater than 0"},
    {"/v1/analysis/counts?of=steps", "filter", Kind::Filter, ""},
    {"/v1/analysis/counts?of=steps", "group_by", Kind::GroupBy, ""},
    {"/v1/analysis/counts?of=steps", "interval", Kind::Interval, "a duration greater than 0"},
    {"/v1/analysis/values?field=reasoning.x", "filter", Kind::Filter, ""},
    {"/v1/analysis/values?field=reasoning.x", "group_by", Kind::GroupBy, ""},
    {"/v1/analysis/failures", "filter", Kind::Filter, ""},
    {"/v1/analysis/failures", "group_by", Kind::GroupBy, ""},
    {"/v1/analysis/counts", "of", Kind::Choice, "(allowed: runs, steps)"},
    {"/v1/analysis/values", "field", Kind::Path, ""},
    {"/v1/schemas/s/1", "diff_to", Kind::Version, "a whole number from 1 to 2147483647"},
};

std::vector<std::string> wrongValues(Kind kind) {
  const std::string longText(12'000, 'x');
  switch (kind) {
    case Kind::Filter:
      return {"=",
              "a",
              "a =",
              "(",
              ")",
              "status = nonsense",
              "nothing = 1",
              "page_size = 1",
              "run_id = 7",
              "started_at > yesterday",
              "duration > 5",
              "name",
              "\"",
              "1 = 1; DROP TABLE runs",
              longText,
              std::string(2000, '('),
              "status = running AND status = running OR status = running"};
    case Kind::PageSize:
    case Kind::Version:
      return {"", "0", "-1", "x", "1.0", "1e3", "0x10", " 1", "1 ", "+1", "99999999999999999999", "true", longText};
    case Kind::PageToken:
      return {"x", "AAAA", "null", "1", "%", longText, std::string(67, 'A')};
    case Kind::GroupBy:
      return {"", ",", " ", "nothing", "name;", "run.pipeline,", "status,status", "=", "1", "reasoning", longText};
    case Kind::Path:
      return {"",      " ", "reasoning", "name", "reasoning.", "reasoning..x", "x.y", "1", "reasoning.x,reasoning.y",
              longText};
    case Kind::Interval:
      return {"", "0s", "-1h", "5", "h", "1 h", "1e3s", "99999999999999999999d", "inf", longText};
    case Kind::Choice:
      return {"", "x", "FULL", "1", "runs,steps", " ", longText};
  }
  return {};
}

std::string with(const std::string& target, const std::string& name, const std::string& value) {
  return target + (target.find('?') == std::string::npos ? "?" : "&") + name + "=" + value;
}

/// Nothing that only the inside knows.
void expectClean(const Reply& reply) {
  for (const char* word : {"SELECT", "WHERE ", "sqlite", "postgres", "/tmp", "/home", "/usr", "/work", "std::", "0x7f"})
    EXPECT_THAT(reply.body, Not(HasSubstr(word)));
  EXPECT_LT(reply.body.size(), 2000u) << "an answer does not repeat a long parameter";
}

class BadParameter : public testing::TestWithParam<Parameter> {
 protected:
  BadParameter() { (void)backend_.send(schemaRegistered("s", 1, "{}") + runStarted(kRun)); }
  TestBackend backend_;
};

TEST_P(BadParameter, WrongValues_AreRefusedWithWhatIsAllowed) {
  for (const std::string& value : wrongValues(GetParam().kind)) {
    const Reply reply = backend_.get(with(GetParam().target, GetParam().name, value));
    SCOPED_TRACE(value.substr(0, 60) + ": " + reply.body);
    EXPECT_EQ(reply.status, 400);
    EXPECT_THAT(reply.text("detail"), HasSubstr(GetParam().name));
    EXPECT_THAT(reply.text("detail"), HasSubstr(GetParam().allowed));
    if (GetParam().kind == Kind::Filter) {
      EXPECT_NE(reply.member("position"), "(none)");
    }
    expectClean(reply);
  }
}

TEST_P(BadParameter, GivenTwice_IsRefusedWhateverItSays) {
  const std::string once = with(GetParam().target, GetParam().name, "1");
  for (const char* second : {"1", "", "2"}) {
    const Reply reply = backend_.get(with(once, GetParam().name, second));
    EXPECT_EQ(reply.status, 400);
    EXPECT_EQ(reply.text("detail"), "query parameter \"" + std::string(GetParam().name) + "\" is given more than once");
  }
}

INSTANTIATE_TEST_SUITE_P(Table, BadParameter, testing::ValuesIn(kParameters));

TEST(BadParameters, TokensOfOtherQuestions_AreRefused) {
  TestBackend backend;
  ASSERT_TRUE(backend
                  .send(runStarted(kRun) + runStarted(kOtherRun) + stepEnded(kRun, kStep) +
                        stepEnded(kRun, kOtherStep) + "{}\n{\"event\":1}\n")
                  .ok());
  const std::vector<std::string> questions = {
      "/v1/runs?page_size=1",  "/v1/runs?page_size=1&order_by=started_at",  "/v1/runs?page_size=1&filter=pipeline:*",
      "/v1/steps?page_size=1", "/v1/steps?page_size=1&order_by=started_at", "/v1/rejections?page_size=1"};
  for (const std::string& from : questions) {
    const std::string token = backend.get(from).text("next_page_token");
    ASSERT_NE(token, "(none)") << from;
    for (const std::string& to : questions) {
      const Reply reply = backend.get(to + "&page_token=" + token);
      EXPECT_EQ(reply.status, from == to ? 200 : 400) << from << " → " << to;
      if (from != to) {
        EXPECT_THAT(reply.text("detail"), HasSubstr("page_token: "));
      }
    }
  }
}

TEST(BadParameters, PathsThatNameNothing_Are400Or404) {
  TestBackend backend;
  ASSERT_TRUE(backend.send(schemaRegistered("s", 1, "{}") + runStarted(kRun)).ok());
  const std::string longText(12'000, 'x');
  const struct {
    std::string target;
    int status;
  } cases[] = {{"/v1/runs/" + kOtherRun, 404},
               {kAnyRun + "/steps/" + kStep, 404},
               {"/v1/runs/" + kOtherRun + "/steps/" + kStep, 404},
               {"/v1/runs/x", 400},
               {"/v1/runs/" + longText, 400},
               {"/v1/runs/00000000000000000000000000000000", 400},
               {kAnyRun + "/steps/x", 400},
               {kAnyRun + "/steps", 404},
               {kAnyRun + "/steps/" + kStep + "/x", 404},
               {"/v1/schemas/none", 404},
               {"/v1/schemas/" + longText, 404},
               {"/v1/schemas/none/1", 404},
               {"/v1/schemas/s/2", 404},
               {"/v1/schemas/s/1?diff_to=2", 404},
               {"/v1/schemas/s/0", 400},
               {"/v1/schemas/s/-1", 400},
               {"/v1/schemas/s/1.0", 400},
               {"/v1/schemas/s/2147483648", 400},
               {"/v1/schemas/s/" + longText, 400},
               {"/v1/exports", 404},
               {"/v2/runs", 404}};
  for (const auto& [target, status] : cases) {
    const Reply reply = backend.get(target);
    EXPECT_EQ(reply.status, status) << target.substr(0, 100);
    expectClean(reply);
  }
}

TEST(BadParameters, UnknownOnes_AreRefusedEverywhere) {
  TestBackend backend;
  for (const std::string& target :
       {std::string("/livez"), std::string("/readyz"), std::string("/metrics"), std::string("/openapi.json"),
        std::string("/v1/plugins"), std::string("/v1/runs"), kAnyRun, kAnyRun + "/steps/" + kStep,
        std::string("/v1/steps"), std::string("/v1/schemas"), std::string("/v1/schemas/s"),
        std::string("/v1/schemas/s/1"), std::string("/v1/rejections"), std::string("/v1/export"),
        std::string("/v1/analysis/latency"), std::string("/v1/analysis/counts"), std::string("/v1/analysis/values"),
        std::string("/v1/analysis/failures")}) {
    for (const std::string& name :
         {std::string("nothing"), std::string(), std::string("FILTER"), std::string(12'000, 'x')}) {
      const Reply reply = backend.get(target + "?" + name + "=1");
      EXPECT_EQ(reply.status, 400) << target;
      EXPECT_THAT(reply.text("detail"), HasSubstr("unknown query parameter"));
      expectClean(reply);
    }
  }
}

}  // namespace
}  // namespace xray::server
