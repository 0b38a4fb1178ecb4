#include "xray/sql/filter_sql.h"

#include <algorithm>

#include "core/sql/plain_dialect.h"

namespace xray::sql::test {
namespace {

const Timestamp kNow = *parseTimestamp("2026-11-22T16:00:00Z");
const ReadContext kContext{kNow, std::chrono::minutes(15), {}};
const PlainDialect kDialect;

struct Lowered {
  std::string condition;
  std::string values;
};

Lowered lower(Entity entity, std::string_view text) {
  const Result<Filter> filter = parseFilter(text, entity, kNow);
  if (!filter) return {filter.status().toString(), ""};
  StatementBuilder builder(kDialect);
  Lowered lowered;
  lowered.condition = lowerFilter(*filter->root, kContext, builder);
  lowered.values = toText(builder.take().values);
  return lowered;
}

TEST(FilterSql, EveryKindOfRestriction_BecomesItsConditionAndBoundValues) {
  const std::string id = "0191e0c5-8a3b-7c22-8f00-0123456789ab";
  struct Case {
    Entity entity;
    std::string filter;
    std::string condition;
    std::string values;
  };
  const Case cases[] = {
      {Entity::Run, "run_id = " + id, "r.run_id = $1::uuid", id},
      {Entity::Run, "parent_run_id != \"" + id + "\"", "r.parent_run_id <> $1::uuid", id},
      {Entity::Run, "parent_run_id:*", "r.parent_run_id IS NOT NULL", ""},
      {Entity::Run, "pipeline = picker", "r.pipeline = $1", "'picker'"},
      {Entity::Run, "pipeline >= \"b\"", "r.pipeline >= $1", "'b'"},
      {Entity::Run, "pipeline:\"%'_\"", "strpos(r.pipeline, $1) > 0", "'%'_'"},
      {Entity::Run, "status = crashed", "r.outcome = 'crashed'", ""},
      {Entity::Run, "status != completed", "(r.outcome = 'completed') IS NOT TRUE", ""},
      {Entity::Run, "status = incomplete",
       "(r.outcome IS NULL AND later(r.last_activity_at, COALESCE(r.timeout_us, $1)) < $2)",
       "900000000, 2026-11-22T16:00:00.000000Z"},
      {Entity::Run, "status != running",
       "((r.outcome IS NULL AND later(r.last_activity_at, COALESCE(r.timeout_us, $1)) >= $2)) IS NOT TRUE",
       "900000000, 2026-11-22T16:00:00.000000Z"},
      {Entity::Run, "status:*", "1 = 1", ""},
      {Entity::Run, "started_at > ago(1h)", "r.started_at > $1", "2026-11-22T15:00:00.000000Z"},
      {Entity::Run, "ended_at <= \"2026-11-22T17:00:00+01:00\"", "r.ended_at <= $1", "2026-11-22T16:00:00.000000Z"},
      {Entity::Run, "duration > 1.5s", "r.duration_us > $1", "1500000"},
      {Entity::Run, "missing_steps > 0", "CAST(r.missing_steps AS DOUBLE PRECISION) > $1", "0d"},
      {Entity::Run, "schema.name = x AND schema.version = 3",
       "(r.schema_name = $1 AND CAST(r.schema_version AS DOUBLE PRECISION) = $2)", "'x', 3d"},
      {Entity::Run, "error.message:\"' OR 1=1 --\"", "strpos(r.error_message, $1) > 0", "'' OR 1=1 --'"},
      {Entity::Run, "metadata.market = US", "text(r.metadata #> $1) = $2", "'/market', 'US'"},
      {Entity::Step, "reasoning.percentage_eliminated > 90", "number(s.reasoning #> $1) > $2",
       "'/percentage_eliminated', 90d"},
      {Entity::Step, "output_data.\"a'b\".\"c/d\" != true", "boolean(s.output_data #> $1) <> $2", "'/a'b/c~1d', true"},
      {Entity::Step, "input_data.tags:red", "has(s.input_data #> $1, $2)", "'/tags', 'red'"},
      {Entity::Step, "input_data.tags:5", "has(s.input_data #> $1, $2)", "'/tags', 5d"},
      {Entity::Step, "input_data.tags:*", "present(s.input_data #> $1)", "'/tags'"},
      {Entity::Step, "status = error", "s.status = $1", "'error'"},
      {Entity::Step, "schema_checked = false", "s.schema_checked = $1", "false"},
      {Entity::Step, "run.pipeline = a AND name = b", "(r.pipeline = $1 AND s.name = $2)", "'a', 'b'"},
      {Entity::Step, "NOT seq = 1", "((CAST(s.seq AS DOUBLE PRECISION) = $1) IS NOT TRUE)", "1d"},
      {Entity::Step, "name = a OR (name = b AND -step_type = c)",
       "(s.name = $1 OR (s.name = $2 AND ((s.step_type = $3) IS NOT TRUE)))", "'a', 'b', 'c'"},
      {Entity::Run, "pipeline = a AND steps:(status = error AND run.pipeline = b)",
       "(r.pipeline = $1 AND EXISTS (SELECT 1 FROM steps s WHERE s.run_id = r.run_id AND (s.status = $2 AND r.pipeline "
       "= $3)))",
       "'a', 'error', 'b'"},
  };
  for (const Case& expected : cases) {
    const Lowered lowered = lower(expected.entity, expected.filter);
    EXPECT_EQ(lowered.condition, expected.condition) << expected.filter;
    EXPECT_EQ(lowered.values, expected.values) << expected.filter;
  }
}

TEST(FilterSql, EveryFieldOfTheLanguage_HasAColumn) {
  for (int number = 0; number <= static_cast<int>(Field::Reasoning); ++number) {
    const auto field = static_cast<Field>(number);
    FilterNode node{FilterNode::Kind::Restriction, {}, {field, {}, Comparator::Present, {}}};
    if (typeOf(field) == FieldType::Json) node.restriction.path = {"x"};
    StatementBuilder builder(kDialect);
    const std::string condition = lowerFilter(node, kContext, builder);
    if (field == Field::RunStatus) continue;
    std::string column = (entityOf(field) == Entity::Run ? "r." : "s.") + std::string(nameOf(field));
    std::ranges::replace(column.begin() + 2, column.end(), '.', '_');
    EXPECT_THAT(condition, ::testing::HasSubstr(column)) << nameOf(field);
    EXPECT_EQ(usesRunFields(node), entityOf(field) == Entity::Run) << nameOf(field);
  }
}

TEST(FilterSql, NoCharacterOfTheQuestion_ReachesTheText) {
  const std::string mark = "zq7z";
  for (const char* filter :
       {"pipeline = zq7z", "pipeline:zq7z", "metadata.zq7z = zq7z", "metadata.zq7z:zq7z", "metadata.zq7z:*",
        "NOT metadata.a.zq7z.b > \"zq7z\"", "steps:(reasoning.zq7z = true OR name = zq7z)"}) {
    const Lowered lowered = lower(Entity::Run, filter);
    EXPECT_EQ(lowered.condition.find(mark), std::string::npos) << lowered.condition;
    EXPECT_NE(lowered.values.find(mark), std::string::npos) << filter;
  }
}

}  // namespace
}  // namespace xray::sql::test
