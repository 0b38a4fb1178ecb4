// Filters that are right, and the trees that they mean.

#include <gtest/gtest.h>

#include "support/filter_printer.h"
#include "xray/filter.h"

namespace xray {
namespace {

const Timestamp kNow = *parseTimestamp("2026-11-22T16:07:00Z");

struct Case {
  Entity entity;
  const char* text;
  const char* tree;
};

constexpr Entity R = Entity::Run;
constexpr Entity S = Entity::Step;

const Case kCases[] = {
    // Nothing and white space match everything.
    {R, "", ""},
    {S, " \t\r\n ", ""},

    // Every type with its literals.
    {R, "run_id = 0198F0C2-7d2a-7b44-9c1d-2f0a5e6b7c8d", "run.run_id = 0198f0c2-7d2a-7b44-9c1d-2f0a5e6b7c8d"},
    {R, "parent_run_id != \"0198f0c2-7d2a-7b44-9c1d-2f0a5e6b7c8d\"",
     "run.parent_run_id != 0198f0c2-7d2a-7b44-9c1d-2f0a5e6b7c8d"},
    {R, "pipeline = product-selection", "run.pipeline = \"product-selection\""},
    {R, "pipeline: 'sel'", "run.pipeline has \"sel\""},
    {R, "status = crashed", "run.status = crashed"},
    {R, "status != 'incomplete'", "run.status != incomplete"},
    {R, "started_at >= 2026-11-22T17:07:00.1234567+01:00", "run.started_at >= 2026-11-22T16:07:00.123456Z"},
    {R, "ended_at < \"2026-11-22 16:07:00Z\"", "run.ended_at < 2026-11-22T16:07:00.000000Z"},
    {R, "last_activity_at > ago(90m)", "run.last_activity_at > 2026-11-22T14:37:00.000000Z"},
    {R, "last_activity_at > ago ( 90m )", "run.last_activity_at > 2026-11-22T14:37:00.000000Z"},
    {R, "duration > 250ms", "run.duration > 250ms"},
    {R, "duration = 1.5s", "run.duration = 1500ms"},
    {R, "duration <= 7d", "run.duration <= 7d"},
    {R, "step_count > 5", "run.step_count > 5"},
    {R, "error_count >= -1", "run.error_count >= -1"},
    {R, "missing_steps:*", "run.missing_steps present"},
    {R, "violation_count = 1e3", "run.violation_count = 1000"},
    {R, "schema.name = x AND schema.version = 2.0", "and(run.schema.name = \"x\", run.schema.version = 2)"},
    {R, "error.type = Timeout", "run.error.type = \"Timeout\""},
    {R, "error.message:'no route'", "run.error.message has \"no route\""},
    {S, "schema_checked = false", "step.schema_checked = false"},
    {S, "status = success", "step.status = success"},
    {S, "step_id:*", "step.step_id present"},
    {S, "run_id:*", "step.run_id present"},
    {S, "parent_step_id:*", "step.parent_step_id present"},
    {S, "name > a AND step_type <= b", "and(step.name > \"a\", step.step_type <= \"b\")"},
    {S, "seq < 3 AND violation_count = 0", "and(step.seq < 3, step.violation_count = 0)"},
    {S, "error.type:* AND error.message:*", "and(step.error.type present, step.error.message present)"},
    {S, "started_at:* AND ended_at:* AND duration:*",
     "and(step.started_at present, step.ended_at present, step.duration present)"},

    // JSON: the literal's own type decides.
    {R, "metadata.market = US", "run.metadata[\"market\"] = \"US\""},
    {R, "metadata.market = \"5\"", "run.metadata[\"market\"] = \"5\""},
    {R, "metadata.market = 5", "run.metadata[\"market\"] = 5"},
    {R, "metadata.market = -0.5E-2", "run.metadata[\"market\"] = -0.005"},
    {R, "metadata.market = true", "run.metadata[\"market\"] = true"},
    {R, "metadata.market = True", "run.metadata[\"market\"] = \"True\""},
    {R, "metadata.version = 1.2.3", "run.metadata[\"version\"] = \"1.2.3\""},
    {R, "metadata.day = 2026-11-22", "run.metadata[\"day\"] = \"2026-11-22\""},
    {R, "metadata.a.b.c:*", "run.metadata[\"a\"][\"b\"][\"c\"] present"},
    {S, "input_data.tags:x", "step.input_data[\"tags\"] has \"x\""},
    {S, "output_data.tags:5", "step.output_data[\"tags\"] has 5"},
    {S, "reasoning.tags:false", "step.reasoning[\"tags\"] has false"},
    {S, "reasoning.rule:\"*\"", "step.reasoning[\"rule\"] has \"*\""},
    {S, "reasoning.x = 9007199254740993", "step.reasoning[\"x\"] = 9007199254740992"},

    // Names and texts in quotes.
    {S, "reasoning.\"percent left\" > 5", "step.reasoning[\"percent left\"] > 5"},
    {S, "reasoning.'a.b'.c > 5", "step.reasoning[\"a.b\"][\"c\"] > 5"},
    {S, "reasoning.\"\" = x", "step.reasoning[\"\"] = \"x\""},
    {S, "\"reasoning\".x = 1", "step.reasoning[\"x\"] = 1"},
    {S, R"(name = "a\"b\\c\n\t'd")", "step.name = \"a\"b\\c\n\t'd\""},
    {S, R"(name = 'it\'s "x"')", "step.name = \"it's \"x\"\""},
    {S, R"(name = "\u00e9\u20AC\ud83d\ude00")", "step.name = \"é€😀\""},
    {S, "name = größe", "step.name = \"größe\""},
    {S, "name = \"\"", "step.name = \"\""},
    {S, "name = \"AND\"", "step.name = \"AND\""},
    {S, "name = and", "step.name = \"and\""},
    {S, "name = a=b", "step.name = \"a=b\""},
    {S, "name = ago", "step.name = \"ago\""},
    {S, "name = 5m", "step.name = \"5m\""},
    {S, "name:<b>", "step.name has \"<b>\""},
    {S, "name = *x*", "step.name = \"*x*\""},

    // White space is free around comparators and parentheses.
    {R, "status=crashed", "run.status = crashed"},
    {R, "\nstatus\t!=\r\ncrashed ", "run.status != crashed"},
    {R, "(status=crashed)AND(step_count>1)", "and(run.status = crashed, run.step_count > 1)"},
    {R, "pipeline=\"a\"OR pipeline='b'", "or(run.pipeline = \"a\", run.pipeline = \"b\")"},

    // AND, OR, NOT.
    {R, "step_count = 1 OR step_count = 2 OR step_count = 3",
     "or(run.step_count = 1, run.step_count = 2, run.step_count = 3)"},
    {R, "step_count = 1 AND (step_count = 2 OR step_count = 3)",
     "and(run.step_count = 1, or(run.step_count = 2, run.step_count = 3))"},
    {R, "(step_count = 1 AND step_count = 2) AND step_count = 3",
     "and(and(run.step_count = 1, run.step_count = 2), run.step_count = 3)"},
    {R, "NOT status = crashed AND step_count = 1", "and(not(run.status = crashed), run.step_count = 1)"},
    {R, "-status = crashed", "not(run.status = crashed)"},
    {R, "- (status = crashed OR step_count = -1)", "not(or(run.status = crashed, run.step_count = -1))"},
    {R, "NOT(NOT status = crashed)", "not(not(run.status = crashed))"},
    {R, "((status = crashed))", "run.status = crashed"},

    // Across runs and steps.
    {R, "steps:(status = error)", "any_step(step.status = error)"},
    {R, "steps : ( status = error AND NOT reasoning.x > 5 )",
     "any_step(and(step.status = error, not(step.reasoning[\"x\"] > 5)))"},
    {R, "status = crashed AND steps:(status = error) AND -steps:(name = a)",
     "and(run.status = crashed, any_step(step.status = error), not(any_step(step.name = \"a\")))"},
    {R, "steps:(run.status = crashed AND run.metadata.x = 1)",
     "any_step(and(run.status = crashed, run.metadata[\"x\"] = 1))"},
    {S, "run.pipeline = p AND run.schema.version > 1 AND run.metadata.a.b = 1",
     "and(run.pipeline = \"p\", run.schema.version > 1, run.metadata[\"a\"][\"b\"] = 1)"},
    {S, "run.run_id:* AND run.started_at < ago(7d) AND run.duration > 1s",
     "and(run.run_id present, run.started_at < 2026-11-15T16:07:00.000000Z, run.duration > 1s)"},
};

TEST(FilterParse, EveryForm_GivesItsTree) {
  for (const Case& expected : kCases) {
    SCOPED_TRACE(expected.text);
    const auto filter = parseFilter(expected.text, expected.entity, kNow);
    ASSERT_TRUE(filter.ok()) << filter.status().message();
    EXPECT_EQ(test::printFilter(*filter), expected.tree);
    EXPECT_EQ(filter->entity, expected.entity);
  }
}

TEST(FilterFields, EveryField_IsFoundByItsNameAndEntity) {
  for (int i = 0; i <= static_cast<int>(Field::Reasoning); ++i) {
    const auto field = static_cast<Field>(i);
    SCOPED_TRACE(nameOf(field));
    const bool json = typeOf(field) == FieldType::Json;
    const std::string text = std::string(nameOf(field)) + (json ? ".x:*" : ":*");
    const auto filter = parseFilter(text, entityOf(field), kNow);
    ASSERT_TRUE(filter.ok()) << filter.status().message();
    EXPECT_EQ(filter->root->restriction.field, field);
    if (entityOf(field) == Entity::Step) continue;
    const auto ofStep = parseFilter("run." + text, Entity::Step, kNow);
    ASSERT_TRUE(ofStep.ok()) << ofStep.status().message();
    EXPECT_EQ(ofStep->root->restriction.field, field);
  }
}

}  // namespace
}  // namespace xray
