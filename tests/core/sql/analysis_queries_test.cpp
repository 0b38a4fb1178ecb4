// What of the analysis shows in its statements; that they answer rightly is for the conformance suite.

#include "xray/sql/analysis_queries.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/sql/plain_dialect.h"

namespace xray::sql::test {
namespace {

using testing::HasSubstr;
using testing::Not;

const PlainDialect kDialect;
const ReadContext kContext{*parseTimestamp("2026-11-22T16:00:00Z"), std::chrono::minutes(15), {}};

GroupQuery grouped(std::string_view groupBy, GroupedQuestion question) {
  GroupQuery query;
  query.groupBy = *parseGroupBy(groupBy, question);
  return query;
}

TEST(AnalysisQueries, RunsAreJoined_OnlyWhereSomebodyAsksForThem) {
  const std::string join = "JOIN runs r";
  const auto latency = [&](std::string_view groupBy, const std::string& filter) {
    const auto parsed = parseFilter(filter, Entity::Step, kContext.now);
    GroupQuery query = grouped(groupBy, GroupedQuestion::Latency);
    query.filter = &*parsed;
    return selectLatency(kDialect, query, kContext).text;
  };
  EXPECT_THAT(latency("step_type,reasoning.x", "status = error"), Not(HasSubstr(join)));
  EXPECT_THAT(latency("step_type", "run.pipeline = a"), HasSubstr(join));
  EXPECT_THAT(latency("run.pipeline", ""), HasSubstr(join));
  EXPECT_THAT(selectValues(kDialect, {nullptr, *parseValueField("run.metadata.x"), {}}, kContext).text,
              HasSubstr(join));
  EXPECT_THAT(selectValues(kDialect, {nullptr, *parseValueField("reasoning.x"), {}}, kContext).text,
              Not(HasSubstr(join)));
}

TEST(AnalysisQueries, WhatIsAskedWith_IsOnlyBound) {
  const std::string evil = "x'; DROP TABLE runs; --";
  const auto filter = parseFilter("name = \"" + evil + "\"", Entity::Step, kContext.now);
  ASSERT_TRUE(filter.ok());
  GroupQuery query = grouped("run.status,reasoning.\"" + evil + "\"", GroupedQuestion::Latency);
  query.filter = &*filter;
  query.interval = Microseconds(7);
  for (const Statement& statement :
       {selectLatency(kDialect, query, kContext), selectCounts(kDialect, Entity::Step, query, kContext),
        selectValues(kDialect, {&*filter, query.groupBy.back(), query.groupBy}, kContext)}) {
    EXPECT_THAT(statement.text, Not(HasSubstr("DROP")));
    EXPECT_THAT(toText(statement.values), HasSubstr(evil));
  }
}

TEST(AnalysisQueries, Groups_AreColumnsInTheAnswersOrder) {
  GroupQuery query = grouped("status,schema.version", GroupedQuestion::RunCounts);
  query.interval = std::chrono::hours(1);
  EXPECT_EQ(
      selectCounts(kDialect, Entity::Run, query, kContext).text,
      "SELECT g1, g2, g3, COUNT(*) AS n FROM (SELECT CASE WHEN r.outcome IS NOT NULL THEN r.outcome"
      " WHEN later(r.last_activity_at, COALESCE(r.timeout_us, $1)) < $2 THEN 'incomplete' ELSE 'running' END AS g1,"
      " r.schema_version AS g2, microseconds(r.started_at) - microseconds(r.started_at) % $3"
      " - CASE WHEN microseconds(r.started_at) % $3 < 0 THEN $3 ELSE 0 END AS g3, 1 FROM runs r WHERE 1 = 1"
      " LIMIT 9223372036854775807) grouped GROUP BY g1, g2, g3"
      " ORDER BY n DESC, g1 DESC NULLS LAST, g2 DESC NULLS LAST, g3 DESC NULLS LAST LIMIT 1001");
}

TEST(AnalysisQueries, FilterOverTheOtherEntity_IsRefused) {
  const Filter ofRuns{Entity::Run, nullptr};
  EXPECT_TRUE(checkFilter(nullptr, Entity::Step).ok());
  EXPECT_TRUE(checkFilter(&ofRuns, Entity::Run).ok());
  EXPECT_EQ(checkFilter(&ofRuns, Entity::Step).code(), StatusCode::InvalidArgument);
}

TEST(Failures, LinesOfAGroup_BecomeOneRow) {
  const auto line = [](const char* group, std::int64_t runs) {
    return FailureLine{{std::string(group)}, runs, 8, {newId(), std::nullopt}};
  };
  const FailuresQuery query;
  const auto answer = makeFailures({line("a", 2), line("a", 2), line("b", 1)}, query);
  ASSERT_EQ(answer.rows.size(), 2u);
  EXPECT_EQ(answer.rows[0].examples.size(), 2u);
  EXPECT_EQ(answer.rows[0].runs, 2);
  EXPECT_EQ(answer.rows[0].share, 0.25);
  EXPECT_EQ(answer.rows[1].examples.size(), 1u);
  EXPECT_FALSE(answer.truncated);
  EXPECT_TRUE(makeFailures({}, query).rows.empty());
  EXPECT_EQ(makeFailures({}, {nullptr, {}}).rows.size(), 1u);
  std::vector<FailureLine> many;
  for (std::size_t i = 0; i <= kMaxAnalysisRows; ++i) many.push_back(line(std::to_string(i).c_str(), 1));
  EXPECT_EQ(makeFailures(many, query).rows.size(), kMaxAnalysisRows);
  EXPECT_TRUE(makeFailures(many, query).truncated);
}

}  // namespace
}  // namespace xray::sql::test
