// Filters that are wrong: the exact message, which begins with the place counted from 1; position() counts from 0.

#include <gtest/gtest.h>

#include "xray/filter.h"

namespace xray {
namespace {

const Timestamp kNow = *parseTimestamp("2026-11-22T16:07:00Z");

struct Case {
  Entity entity;
  std::string text;
  std::string message;
};

constexpr Entity R = Entity::Run;
constexpr Entity S = Entity::Step;

const std::string kRunFields =
    "run_id, parent_run_id, pipeline, status, started_at, ended_at, last_activity_at, duration, step_count, "
    "error_count, missing_steps, violation_count, schema.name, schema.version, error.type, error.message, "
    "metadata.<path>";
const std::string kSigns = "(= != < <= > >= :)";
const std::string kQuoteNames = "; a name that is no identifier must be quoted: reasoning.\"percent left\"";
const std::string kNeedTime =
    " needs an RFC 3339 time with Z or an offset such as 2026-11-22T16:07:00Z, or ago(24h), not ";
const std::string kNeedText = " needs text: a word, or anything in quotes, not ";

const Case kCases[] = {
    // Fields.
    {S, "name = a AND     reasonng.x = 1", "filter:18: unknown field \"reasonng.x\"; did you mean \"reasoning.x\"?"},
    {S, "reasonng.\"a b\".c = 1",
     R"(filter:1: unknown field "reasonng.\"a b\".c"; did you mean "reasoning.\"a b\".c"?)"},
    {R, "Status = crashed", "filter:1: unknown field \"Status\"; did you mean \"status\"?"},
    {R, "error_type = x", "filter:1: unknown field \"error_type\"; did you mean \"error.type\"?"},
    {R, "schema = x", "filter:1: unknown field \"schema\"; did you mean \"schema.name\"?"},
    {R, "error:*", "filter:1: unknown field \"error\"; did you mean \"error.type\"?"},
    {R, "status.x = 1", "filter:1: unknown field \"status.x\"; did you mean \"status\"?"},
    {R, "\"schema.name\" = x", R"(filter:1: unknown field "\"schema.name\""; did you mean "schema.name"?)"},
    {R, "step:(status = error)", "filter:1: unknown field \"step\"; did you mean \"steps\"?"},
    {R, "zebra = 1", "filter:1: unknown field \"zebra\" (fields: " + kRunFields + ")"},
    {R, "step_type = llm", "filter:1: unknown field \"step_type\"; it is a field of steps: write steps:(step_type …)"},
    {R, "reasoning.\"a\nb\" = 1",
     R"(filter:1: unknown field "reasoning.\"a\nb\""; it is a field of steps: write steps:(reasoning.<path> …))"},
    {R, "metadata.\"a\x1B[1m\" < true", "filter:18: < does not order true and false; use = or !="},
    {R, "metadata.\"a\nb\" = null",
     R"(filter:18: nothing equals null; write NOT "metadata.\"a\nb\"":* for missing, or quote it to mean the text)"},
    {R, "run.status = crashed", "filter:1: unknown field \"run.status\"; did you mean \"status\"?"},
    {S, "pipeline = x", "filter:1: unknown field \"pipeline\"; did you mean \"run.pipeline\"?"},
    {R, "steps:(metadata.x = 1)", "filter:8: unknown field \"metadata.x\"; did you mean \"run.metadata.x\"?"},
    {S, "run.stats = crashed", "filter:1: unknown field \"run.stats\"; did you mean \"run.status\"?"},
    {S, "run.step_type = x", "filter:1: unknown field \"run.step_type\"; did you mean \"step_type\"?"},
    {S, "run = x", "filter:1: \"run\" needs a field of the run, such as run.status"},
    {S, "run.steps:(name = a)", "filter:1: run.steps is not allowed: the filter is about steps already"},
    {R, "steps:(run.steps:(name = a))", "filter:8: run.steps is not allowed: the filter is about steps already"},
    {R, "steps:(steps:(name = a))", "filter:8: steps:( … ) cannot stand within another"},
    {S, "steps:(name = a)", "filter:1: steps:( … ) stands only in a filter over runs; name the step's fields directly"},
    {R, "steps = 1", "filter:7: steps takes a condition on steps: steps:(status = error)"},
    {R, "steps:*", "filter:6: steps takes a condition on steps: steps:(status = error)"},
    {S, "reasoning = 1", "filter:1: reasoning needs the name of a member: reasoning.<path>"},
    {S, "reasoning:*", "filter:1: reasoning needs the name of a member: reasoning.<path>"},
    {S, "run.metadata:x", "filter:1: run.metadata needs the name of a member: run.metadata.<path>"},
    {S, "reasoning. = 1", "filter:11: expected a name after \".\", found \" \"" + kQuoteNames},
    {S, "reasoning.0 = 1", "filter:11: expected a name after \".\", found \"0\"" + kQuoteNames},
    {S, "reasoning.größe = 1",
     "filter:13: expected a comparator " + kSigns + " after \"reasoning.gr\", found \"öße\"" + kQuoteNames},
    {S, "reasoning.a-b = 1",
     "filter:12: expected a comparator " + kSigns + " after \"reasoning.a\", found \"-b\"" + kQuoteNames},

    // Comparators.
    {R, "status", "filter:7: expected a comparator " + kSigns + " after \"status\", found the end"},
    {R, "status crashed", "filter:8: expected a comparator " + kSigns + " after \"status\", found \"crashed\""},
    {R, "status == crashed", "filter:8: unknown comparator \"==\" (allowed: = != < <= > >= :)"},
    {R, "pipeline =~ x", "filter:10: unknown comparator \"=~\" (allowed: = != < <= > >= :)"},
    {R, "step_count <> 1", "filter:12: unknown comparator \"<>\" (allowed: = != < <= > >= :)"},
    {R, "step_count => 1", "filter:12: unknown comparator \"=>\" (allowed: = != < <= > >= :)"},
    {R, "run_id < 0198f0c2-7d2a-7b44-9c1d-2f0a5e6b7c8d", "filter:8: run_id takes =, != and :*, not <"},
    {R, "status:crashed", "filter:7: status takes =, != and :*, not :"},
    {S, "schema_checked >= true", "filter:16: schema_checked takes =, != and :*, not >="},
    {R, "duration:5m", "filter:9: duration takes =, !=, <, <=, >, >= and :*, not :"},
    {R, "step_count:5", "filter:11: step_count takes =, !=, <, <=, >, >= and :*, not :"},
    {R, "metadata.x < true", "filter:12: < does not order true and false; use = or !="},

    // Literals that do not fit.
    {R, "duration>12", "filter:10: duration needs a duration such as 250ms or 5m, not \"12\""},
    {R, "duration > '5m'", "filter:12: duration needs a duration such as 250ms or 5m, not the text \"5m\""},
    {R, "duration > -5m", "filter:12: duration needs a duration such as 250ms or 5m, not \"-5m\""},
    {R, "duration > 5 m", "filter:12: duration needs a duration such as 250ms or 5m, not \"5\""},
    {R, "duration > ago(5m)", "filter:12: duration needs a duration such as 250ms or 5m, not ago(…), which is a time"},
    {R, "status = crash",
     "filter:10: status needs one of running, completed, crashed, incomplete, not \"crash\"; did you mean "
     "\"crashed\"?"},
    {S, "status = failed", "filter:10: status needs one of running, success, error, not \"failed\""},
    {S, "run.status = success",
     "filter:14: run.status needs one of running, completed, crashed, incomplete, not \"success\""},
    {R, "status = Crashed",
     "filter:10: status needs one of running, completed, crashed, incomplete, not \"Crashed\"; did you mean "
     "\"crashed\"?"},
    {R, "run_id = 123", "filter:10: run_id needs a UUID such as 0198f0c2-7d2a-7b44-9c1d-2f0a5e6b7c8d, not \"123\""},
    {R, "started_at > 2026-11-22T16:07:00",
     "filter:14: started_at" + kNeedTime + "\"2026-11-22T16:07:00\"; add Z or an offset"},
    {R, "started_at > yesterday", "filter:14: started_at" + kNeedTime + "\"yesterday\""},
    {R, "started_at > 5m", "filter:14: started_at" + kNeedTime + "\"5m\""},
    {R, "started_at > ago(5)", "filter:18: ago needs a duration such as 250ms or 5m, not \"5\""},
    {R, "started_at > ago()", "filter:18: ago needs a duration such as 250ms or 5m, not \")\""},
    {R, "started_at > ago(\"5m\")", "filter:18: ago needs a duration such as 250ms or 5m, not \"\\\"\""},
    {R, "started_at > ago(5m", "filter:20: expected \")\" after the duration of ago, found the end"},
    {R, "started_at > ago(800000d)", "filter:18: ago(800000d) is before the year 1"},
    {R, "step_count > x", "filter:14: step_count needs a number such as 5 or -1.5e3, not \"x\""},
    {R, "step_count > '5'", "filter:14: step_count needs a number such as 5 or -1.5e3, not the text \"5\""},
    {R, "step_count > .5", "filter:14: step_count needs a number such as 5 or -1.5e3, not \".5\""},
    {R, "step_count > 05", "filter:14: step_count needs a number such as 5 or -1.5e3, not \"05\""},
    {R, "step_count > +5", "filter:14: step_count needs a number such as 5 or -1.5e3, not \"+5\""},
    {R, "step_count > 5.", "filter:14: step_count needs a number such as 5 or -1.5e3, not \"5.\""},
    {R, "step_count > 0x5", "filter:14: step_count needs a number such as 5 or -1.5e3, not \"0x5\""},
    {R, "step_count > nan", "filter:14: step_count needs a number such as 5 or -1.5e3, not \"nan\""},
    {R, "step_count > 1e999", "filter:14: the number \"1e999\" is outside the range of a double"},
    {S, "schema_checked = yes", "filter:18: schema_checked needs true or false, not \"yes\""},
    {S, "schema_checked = \"true\"", "filter:18: schema_checked needs true or false, not the text \"true\""},
    {R, "pipeline = 5", "filter:12: pipeline" + kNeedText + "\"5\"; quote it to mean the text"},
    {R, "pipeline:true", "filter:10: pipeline" + kNeedText + "\"true\"; quote it to mean the text"},
    {R, "pipeline = ago(5m)", "filter:12: pipeline" + kNeedText + "ago(…), which is a time"},
    {R, "pipeline = null",
     "filter:12: nothing equals null; write NOT pipeline:* for missing, or quote it to mean the text"},
    {R, "metadata.x != null",
     "filter:15: nothing equals null; write NOT metadata.x:* for missing, or quote it to mean the text"},
    {R, "metadata.x = ago(5m)",
     "filter:14: metadata.x needs a number, a text, true or false, not ago(…), which is a time"},
    {R, "metadata.x = .5",
     "filter:14: \".5\" is not written as a JSON number (such as 0.5); quote it to mean the text"},
    {R, "metadata.x = -007",
     "filter:14: \"-007\" is not written as a JSON number (such as 0.5); quote it to mean the text"},
    {R, "metadata.x = *", "filter:14: * stands only after \":\" (present); quote it to mean the text"},
    {R, "status = *", "filter:10: * stands only after \":\" (present); quote it to mean the text"},
    {R, "pipeline =", "filter:11: expected a value after =, found the end"},
    {R, "pipeline = )", "filter:12: expected a value after =, found \")\""},
    {R, "pipeline = AND step_count = 1",
     "filter:12: expected a value after =, found \"AND\"; quote it to mean the text"},

    // Quoted texts.
    {R, "pipeline = \"a", "filter:12: the text that begins here has no closing \""},
    {R, "pipeline = 'a\"", "filter:12: the text that begins here has no closing '"},
    {R, "pipeline = \"a\\", R"(filter:14: unknown escape (allowed: \" \' \\ \n \t \uXXXX); write \\ for a backslash)"},
    {R, R"(pipeline = "a\q")",
     R"(filter:14: unknown escape \q (allowed: \" \' \\ \n \t \uXXXX); write \\ for a backslash)"},
    {R, R"(pipeline = "\u12g4")", R"(filter:13: \u needs four hexadecimal digits, such as \u00e9)"},
    {R, R"(pipeline = "\u12)", R"(filter:13: \u needs four hexadecimal digits, such as \u00e9)"},
    {R, R"(pipeline = "\ud83d")", R"(filter:13: half of a surrogate pair; write both, such as \ud83d\ude00)"},
    {R, R"(pipeline = "\ud83d\u0041")", R"(filter:13: half of a surrogate pair; write both, such as \ud83d\ude00)"},
    {R, R"(pipeline = "\ude00")", R"(filter:13: half of a surrogate pair; write both, such as \ud83d\ude00)"},
    {R, R"(pipeline = "a\u0000")", "filter:14: a text cannot hold the NUL character"},

    // Structure.
    {R, "step_count = 1 AND step_count = 2 OR step_count = 3",
     "filter:35: AND and OR are mixed; put parentheses around one of them"},
    {R, "status = crashed and step_count = 1", "filter:18: \"and\" is not a keyword; write AND"},
    {R, "status = crashed Or step_count = 1", "filter:18: \"Or\" is not a keyword; write OR"},
    {R, "not status = crashed", "filter:1: \"not\" is not a keyword; write NOT"},
    {R, "status = crashed step_count = 1", "filter:18: expected AND or OR, found \"step_count\""},
    {R, "status = crashed, step_count = 1",
     "filter:10: status needs one of running, completed, crashed, incomplete, not \"crashed,\"; did you mean "
     "\"crashed\"?"},
    {R, "status = crashed AND", "filter:21: expected a condition such as status = crashed after AND, found the end"},
    {R, "NOT", "filter:4: expected a condition such as status = crashed after NOT, found the end"},
    {R, "AND status = crashed", "filter:1: expected a condition before AND"},
    {R, "status = crashed AND OR step_count = 1", "filter:22: expected a condition before OR"},
    {R, "NOT NOT status = crashed", "filter:5: NOT of NOT needs parentheses: NOT (NOT …)"},
    {R, "--status = crashed", "filter:2: NOT of NOT needs parentheses: NOT (NOT …)"},
    {R, "()", "filter:2: expected a condition such as status = crashed, found \")\""},
    {R, "steps:()", "filter:8: expected a condition such as status = crashed, found \")\""},
    {R, "(status = crashed", "filter:1: this \"(\" is not closed"},
    {R, "steps:(status = error", "filter:7: this \"(\" is not closed"},
    {R, "status = crashed)", "filter:17: \")\" closes nothing"},
    {R, "5 = step_count", "filter:1: expected a condition such as status = crashed, found \"5\""},
    {R, "status = crashed AND \\",
     "filter:22: expected a condition such as status = crashed after AND, found \"\\\\\""},

    // Bytes.
    {R, std::string("pipeline = a\0b", 14), "filter:13: a filter cannot hold the NUL character"},
    {R, "pipeline = é\xC3(", "filter:14: not UTF-8"},
    {R, "pipeline = \"\xED\xA0\x80\"", "filter:13: not UTF-8"},
};

TEST(FilterErrors, EveryMistake_IsToldWithItsPlace) {
  for (const Case& expected : kCases) {
    SCOPED_TRACE(expected.text);
    const auto filter = parseFilter(expected.text, expected.entity, kNow);
    ASSERT_FALSE(filter.ok());
    const Status status = filter.status();
    EXPECT_EQ(status.code(), StatusCode::InvalidArgument);
    EXPECT_EQ(status.message(), expected.message);
    ASSERT_TRUE(status.position().has_value());
    EXPECT_EQ(expected.message.substr(0, expected.message.find(' ')),
              "filter:" + std::to_string(*status.position() + 1) + ":");
  }
}

}  // namespace
}  // namespace xray
