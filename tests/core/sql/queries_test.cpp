#include "core/sql/plain_dialect.h"
#include "xray/sql/page_sql.h"
#include "xray/sql/run_queries.h"
#include "xray/sql/schema_queries.h"
#include "xray/sql/step_queries.h"

namespace xray::sql::test {
namespace {

const PlainDialect kDialect;
const ReadContext kContext{*parseTimestamp("2026-11-22T16:00:00Z"), std::chrono::minutes(15), {}};
const Id kRun = *Id::parse("0191e0c5-8a3b-7c22-8f00-0123456789ab");
const Id kStep = *Id::parse("0191e0c5-8a3b-7c22-8f00-0123456789ac");

/// What stands behind WHERE, for that is where pages differ.
std::string conditionOf(const Statement& statement) {
  return statement.text.substr(statement.text.find(" WHERE ") + 7);
}

PageQuery pageOf(SortKey key, bool descending, std::optional<PageCursor> after = {}) {
  PageQuery query;
  query.order = {key, descending};
  query.pageSize = 20;
  query.after = after;
  return query;
}

TEST(Pages, EachOrderAndCursor_BecomesARangeAndAnOrder) {
  struct Case {
    PageQuery query;
    std::string runs;
    std::string values;
  };
  const PageCursor withKey{5, kRun, {}};
  const PageCursor withoutKey{std::nullopt, kRun, {}};
  const std::string at = "1970-01-01T00:00:00.000005Z";
  const Case cases[] = {
      {pageOf(SortKey::StartedAt, true), "1 = 1 ORDER BY r.started_at DESC, r.run_id LIMIT $1", "21"},
      {pageOf(SortKey::StartedAt, true, withKey),
       "1 = 1 AND (r.started_at <= $1 AND (r.started_at < $1 OR r.run_id > $2::uuid)) ORDER BY r.started_at DESC, "
       "r.run_id LIMIT $3",
       at + ", " + kRun.toString() + ", 21"},
      {pageOf(SortKey::LastActivityAt, false, withKey),
       "1 = 1 AND (r.last_activity_at >= $1 AND (r.last_activity_at > $1 OR r.run_id > $2::uuid))"
       " ORDER BY r.last_activity_at ASC, r.run_id LIMIT $3",
       at + ", " + kRun.toString() + ", 21"},
      {pageOf(SortKey::Duration, true, withKey),
       "1 = 1 AND ((r.duration_us <= $1 AND (r.duration_us < $1 OR r.run_id > $2::uuid)) OR r.duration_us IS NULL)"
       " ORDER BY r.duration_us DESC NULLS LAST, r.run_id LIMIT $3",
       "5, " + kRun.toString() + ", 21"},
      {pageOf(SortKey::Duration, false, withoutKey),
       "1 = 1 AND (r.duration_us IS NULL AND r.run_id > $1::uuid) ORDER BY r.duration_us ASC NULLS LAST, r.run_id "
       "LIMIT $2",
       kRun.toString() + ", 21"},
  };
  for (const Case& expected : cases) {
    const Statement statement = selectRuns(kDialect, expected.query, kContext);
    EXPECT_EQ(conditionOf(statement), expected.runs);
    EXPECT_EQ(toText(statement.values), expected.values);
  }
}

TEST(Pages, OfSteps_AreOrderedByBothIdsAndJoinRunsOnlyWhenAsked) {
  const Statement plain =
      selectSteps(kDialect, pageOf(SortKey::StartedAt, true, PageCursor{5, kStep, kRun}), true, kContext);
  EXPECT_EQ(conditionOf(plain),
            "1 = 1 AND (s.started_at <= $1 AND (s.started_at < $1 OR (s.step_id, s.run_id) > ($2::uuid, $3::uuid)))"
            " ORDER BY s.started_at DESC, s.step_id, s.run_id LIMIT $4");
  EXPECT_THAT(plain.text, ::testing::Not(::testing::HasSubstr("JOIN")));
  EXPECT_THAT(plain.text, ::testing::Not(::testing::HasSubstr("input_data"))) << "a skeleton reads no payloads";

  const auto filter = parseFilter("run.pipeline = x", Entity::Step, kContext.now);
  PageQuery query = pageOf(SortKey::StartedAt, true);
  query.filter = &*filter;
  const Statement joined = selectSteps(kDialect, query, false, kContext);
  EXPECT_THAT(joined.text,
              ::testing::HasSubstr("FROM steps s JOIN runs r ON r.run_id = s.run_id WHERE r.pipeline = $1"));
  EXPECT_THAT(joined.text, ::testing::HasSubstr("s.reasoning"));
}

TEST(Pages, WrongParameters_AreRefused) {
  const auto stepFilter = parseFilter("name = a", Entity::Step, kContext.now);
  PageQuery wrongEntity;
  wrongEntity.filter = &*stepFilter;
  PageQuery empty;
  empty.pageSize = 0;
  PageQuery tooBig;
  tooBig.pageSize = 1001;
  for (const PageQuery& query : {wrongEntity, empty, tooBig}) {
    EXPECT_EQ(checkPageQuery(query, Entity::Run).code(), StatusCode::InvalidArgument);
  }
  EXPECT_EQ(checkPageQuery(pageOf(SortKey::LastActivityAt, true), Entity::Step).code(), StatusCode::InvalidArgument);
  EXPECT_TRUE(checkPageQuery(wrongEntity, Entity::Step).ok());
}

Page<Step> pageFrom(const std::vector<Step>& rows, const PageQuery& query, const ReadContext& context) {
  PageBuilder<Step, decltype(&stepCursor)> page(query, context, &stepCursor);
  for (const Step& row : rows) {
    if (!page.take([&] { return row; })) break;
  }
  return page.finish();
}

TEST(Pages, RowTooMany_BecomesTheCursorOfTheNextPage) {
  std::vector<Step> rows(3);
  rows[1].stepId = kStep;
  rows[1].runId = kRun;
  rows[1].duration = Microseconds(7);
  PageQuery query = pageOf(SortKey::Duration, true);
  query.pageSize = 2;
  const Page<Step> page = pageFrom(rows, query, {});
  EXPECT_EQ(page.rows.size(), 2u);
  ASSERT_TRUE(page.next.has_value());
  EXPECT_EQ(page.next->key, 7);
  EXPECT_EQ(page.next->id, kStep);
  EXPECT_EQ(page.next->runId, kRun);
  query.pageSize = 3;
  EXPECT_FALSE(pageFrom(rows, query, {}).next.has_value());
}

TEST(Pages, TextsOverTheBudget_EndThePageAfterTheRowThatReachesIt) {
  std::vector<Step> rows(3);
  for (Step& row : rows) row.inputData = std::string(100, ' ');
  ReadContext context{};
  context.pageBytes = 150;
  const Page<Step> page = pageFrom(rows, pageOf(SortKey::StartedAt, true), context);
  EXPECT_EQ(page.rows.size(), 2u);
  EXPECT_TRUE(page.next.has_value());
  context.pageBytes = 0;
  EXPECT_EQ(pageFrom(rows, pageOf(SortKey::StartedAt, true), context).rows.size(), 1u);
  rows.resize(1);
  EXPECT_FALSE(pageFrom(rows, pageOf(SortKey::StartedAt, true), context).next.has_value());
}

TEST(Schemas, OnlyRegisteredOnesAreSelected) {
  EXPECT_EQ(toText(selectSchemas(kDialect, "").values), "");
  const Statement one = selectSchema(kDialect, {"it's", 3});
  EXPECT_THAT(one.text, ::testing::EndsWith("WHERE d.definition IS NOT NULL AND d.name = $1 AND d.version = $2"));
  EXPECT_EQ(toText(one.values), "'it's', 3");
}

}  // namespace
}  // namespace xray::sql::test
