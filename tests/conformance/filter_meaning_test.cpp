// What filters mean, said by example (query.md section 1).

#include "conformance/store_test.h"
#include "support/store_dump.h"
#include "xray/json.h"

namespace xray::test {
namespace {

struct Case {
  const char* filter;
  const char* matches;  // the names of the steps, or the pipelines of the runs, in order
};

class FilterMeaningTest : public StoreTest {
 protected:
  std::string matchingSteps(Store& store, const std::string& text) {
    const Filter filter = mustParse(text, Entity::Step);
    PageQuery query;
    query.filter = &filter;
    const auto rows = allSteps(store, query, true, readAt(at(100)));
    if (!rows) return rows.status().toString();
    std::vector<std::string> names;
    for (const Step& step : *rows) names.push_back(step.name);
    return joined(names);
  }

  std::string matchingRuns(Store& store, const std::string& text) {
    const Filter filter = mustParse(text, Entity::Run);
    PageQuery query;
    query.filter = &filter;
    const auto rows = allRuns(store, query, readAt(at(100), std::chrono::seconds(50)));
    if (!rows) return rows.status().toString();
    std::vector<std::string> names;
    for (const xray::Run& run : *rows) names.push_back(run.pipeline.value_or("?"));
    return joined(names);
  }

 private:
  static std::string joined(std::vector<std::string> names) {
    std::sort(names.begin(), names.end());
    std::string out;
    for (const std::string& name : names) out += name;
    return out;
  }
};

// Step a has no reasoning.x; each of the others has one of these.
constexpr const char* kValues[] = {"null",
                                   "5",
                                   "\"5\"",
                                   "true",
                                   "false",
                                   "\"abc\"",
                                   R"([5,"abc",true,null,["q"]])",
                                   R"({"abc":null,"5":1})",
                                   "5.0",
                                   "9007199254740993",
                                   "\"\"",
                                   "\"Abc\"",
                                   "\"ä\"",
                                   "[]",
                                   "{}",
                                   "-0.0"};

std::vector<std::string> stepsWithValues() {
  std::vector<std::string> lines;
  const auto add = [&](const std::string& reasoning) {
    const std::string name(1, static_cast<char>('a' + lines.size()));
    lines.push_back(
        R"({"event":"step.ended","run_id":"R1","step_id":"S)" + std::to_string(lines.size() + 1) + R"(","name":")" +
        name + R"(","step_type":"t","started_at":"T1","at":"T2","status":"success","reasoning":)" + reasoning + "}");
  };
  add("{}");
  for (const char* value : kValues) add(std::string("{\"x\":") + value + "}");
  return lines;
}

const Case kJsonCases[] = {
    {"", "abcdefghijklmnopq"},
    {"reasoning.x:*", "cdefghijklmnopq"},
    {"NOT reasoning.x:*", "ab"},
    // By type, no casts; missing and other types never match, != neither.
    {"reasoning.x = 5", "cj"},
    {"reasoning.x != 5", "kq"},
    {"NOT reasoning.x = 5", "abdefghiklmnopq"},
    {"reasoning.x = \"5\"", "d"},
    {"reasoning.x != \"5\"", "glmn"},
    {"reasoning.x = true", "e"},
    {"reasoning.x != true", "f"},
    {"reasoning.x = 0", "q"},
    {"reasoning.x < 5", "q"},
    {"reasoning.x <= 5", "cjq"},
    {"reasoning.x > 5", "k"},
    {"reasoning.x >= 5", "cjk"},
    {"reasoning.x = 9007199254740992", "k"},
    {"reasoning.x > 9007199254740992", ""},
    // Texts by their bytes: capitals before small letters, ASCII before the rest.
    {"reasoning.x < b", "dglm"},
    {"reasoning.x >= \"abc\"", "gn"},
    {"reasoning.x > \"\"", "dgmn"},
    {"reasoning.x <= \"\"", "l"},
    {"reasoning.x = abc", "g"},
    // Has: part of a text, element of an array, name of a member.
    {"reasoning.x:b", "gm"},
    {"reasoning.x:abc", "ghi"},
    {"reasoning.x:\"\"", "dglmn"},
    {"reasoning.x:5", "h"},
    {"reasoning.x:5.0", "h"},
    {"reasoning.x:\"5\"", "di"},
    {"reasoning.x:true", "h"},
    {"reasoning.x:false", ""},
    {"reasoning.x:q", ""},
    {"reasoning.x:\"%\"", ""},
    // Paths walk objects only.
    {"reasoning.x.abc:*", ""},
    {"reasoning.x.\"5\":*", "i"},
    {"reasoning.x.\"5\" = 1", "i"},
    {"reasoning.x.\"0\" = 5", ""},
    {"reasoning.x.y.z = 1", ""},
    {"reasoning.\"x.abc\":*", ""},
    {"reasoning.X:*", ""},
    {"reasoning.x = 5 OR reasoning.x = abc", "cgj"},
    {"reasoning.x:* AND NOT (reasoning.x:abc OR reasoning.x > 0)", "deflmnopq"},
};

TEST_P(FilterMeaningTest, JsonFields_CompareByType) {
  Store& store = newStore();
  append(store, stepsWithValues());
  for (const Case& expected : kJsonCases) {
    EXPECT_EQ(matchingSteps(store, expected.filter), expected.matches) << expected.filter;
  }
}

// a completed with two steps, b crashed, c is old enough to be incomplete, d runs, ? never started.
const std::vector<std::string> kRuns = {
    R"({"event":"run.started","run_id":"R1","pipeline":"a","at":"T10","schema":{"name":"s","version":2},"metadata":{"m":{"n":"x"}}})",
    R"({"event":"step.ended","run_id":"R1","step_id":"S1","name":"one","step_type":"llm","started_at":"T11","at":"T12","status":"success","seq":0,"reasoning":{"x":5}})",
    R"({"event":"step.ended","run_id":"R1","step_id":"S2","name":"two","step_type":"api","started_at":"T12","at":"T20","status":"error","seq":1,"parent_step_id":"S1","error":{"type":"Timeout","message":"out of time"}})",
    R"({"event":"run.ended","run_id":"R1","at":"T20","last_seq":1})",
    R"({"event":"run.started","run_id":"R2","pipeline":"b","at":"T20","parent_run_id":"R1"})",
    R"({"event":"run.failed","run_id":"R2","at":"T20","error":{"type":"Crash","message":"no memory"},"last_seq":3})",
    R"({"event":"run.started","run_id":"R3","pipeline":"c","at":"T30","timeout_s":1})",
    R"({"event":"run.started","run_id":"R4","pipeline":"d","at":"T40"})",
    R"({"event":"step.started","run_id":"R4","step_id":"S3","name":"three","step_type":"llm","at":"T41","seq":0})",
    R"({"event":"step.started","run_id":"R5","step_id":"S4","name":"four","step_type":"api","at":"T50"})",
};

const Case kRunCases[] = {
    {"status = completed", "a"},
    {"status = crashed", "b"},
    {"status = incomplete", "c"},
    {"status = running", "?d"},
    {"status != running", "abc"},
    {"NOT status = running", "abc"},
    {"pipeline:*", "abcd"},
    {"pipeline != a", "bcd"},
    {"NOT pipeline = a", "?bcd"},
    {"pipeline >= b AND pipeline < d", "bc"},
    {"started_at > 2026-11-22T16:00:30Z", "?d"},
    {"started_at <= \"2026-11-22T17:00:30+01:00\"", "abc"},
    {"ended_at:*", "ab"},
    {"ended_at = 2026-11-22T16:00:20Z", "ab"},
    {"last_activity_at >= ago(20s)", "?abcd"},
    {"last_activity_at > ago(20s)", ""},
    {"duration >= 10s", "a"},
    {"duration = 0s", "b"},
    {"NOT duration < 1s", "?acd"},
    {"step_count > 0", "?ad"},
    {"error_count = 1", "a"},
    {"missing_steps = 0", "a"},
    {"missing_steps > 0", "b"},
    {"missing_steps != 0", "b"},
    {"violation_count = 0", "?abcd"},
    {"schema.name = s AND schema.version = 2", "a"},
    {"schema.version != 2", ""},
    {"error.type = Crash", "b"},
    {"error.message:memory", "b"},
    {"NOT error.type:*", "?acd"},
    {"metadata.m.n = x", "a"},
    {"metadata.m:n", "a"},
    {"metadata.m:*", "a"},
    // Placeholders are replaced by ids.
    {"run_id = \"R2\"", "b"},
    {"parent_run_id = \"R1\"", "b"},
    {"parent_run_id != \"R1\"", ""},
    // Some step matches all of it; another step does not help.
    {"steps:(step_type = llm)", "ad"},
    {"steps:(step_type = llm AND status = error)", ""},
    {"steps:(step_type = llm) AND steps:(status = error)", "a"},
    {"NOT steps:(status = error)", "?bcd"},
    {"steps:(NOT status = error)", "?ad"},
    {"steps:(run.status = running AND step_type = api)", "?"},
    {"steps:(reasoning.x > 4) AND metadata.m.n = x", "a"},
};

const Case kStepCases[] = {
    {"name = one OR name = four", "fourone"},
    {"status = running", "fourthree"},
    {"status = error AND error.type = Timeout", "two"},
    {"error.message:time", "two"},
    {"NOT error.type:*", "fouronethree"},
    {"seq:*", "onethreetwo"},
    {"seq < 1", "onethree"},
    {"parent_step_id = \"S1\"", "two"},
    {"step_id = \"S3\"", "three"},
    {"run_id = \"R1\"", "onetwo"},
    {"duration > 1s", "two"},
    {"NOT duration > 1s", "fouronethree"},
    {"ended_at:* AND started_at < 2026-11-22T16:00:12Z", "one"},
    {"run.pipeline = a", "onetwo"},
    {"NOT run.pipeline:*", "four"},
    {"run.status = completed AND run.metadata.m.n = x AND step_type = api", "two"},
    {"run.duration >= 10s AND run.step_count = 2 AND run.error_count = 1", "onetwo"},
    {"run.schema.name = s AND run.missing_steps = 0", "onetwo"},
    {"violation_count = 0 AND step_type:l", "onethree"},
};

TEST_P(FilterMeaningTest, FieldsOfRunsAndSteps_SelectWhatTheySay) {
  Store& store = newStore();
  append(store, kRuns, at(80));
  for (const Case& expected : kRunCases) {
    EXPECT_EQ(matchingRuns(store, expand(expected.filter)), expected.matches) << expected.filter;
  }
  for (const Case& expected : kStepCases) {
    EXPECT_EQ(matchingSteps(store, expand(expected.filter)), expected.matches) << expected.filter;
  }
}

TEST_P(FilterMeaningTest, SchemaChecked_IsABoolean) {
  Store& store = newStore();
  std::vector<std::string> lines = stepsWithValues();
  append(store, lines);
  const std::string checked = matchingSteps(store, "schema_checked = true");
  const std::string unchecked = matchingSteps(store, "schema_checked = false");
  EXPECT_EQ(matchingSteps(store, "schema_checked != true"), unchecked);
  EXPECT_EQ(checked.size() + unchecked.size(), lines.size());
  EXPECT_FALSE(checked.empty());
  EXPECT_FALSE(unchecked.empty());
}

TEST_P(FilterMeaningTest, WholeNumbersBeyondDoubles_CompareAsDoubles) {
  Store& store = newStore();
  append(
      store,
      {R"({"event":"step.started","run_id":"R1","step_id":"S1","name":"a","step_type":"t","at":"T1","seq":9007199254740993})",
       R"({"event":"step.started","run_id":"R1","step_id":"S2","name":"b","step_type":"t","at":"T1","seq":9223372036854775807})"});
  EXPECT_EQ(matchingSteps(store, "seq = 9007199254740992"), "a");
  EXPECT_EQ(matchingSteps(store, "seq = 9007199254740993"), "a");
  EXPECT_EQ(matchingSteps(store, "seq >= 9223372036854775808"), "b");
  EXPECT_EQ(matchingSteps(store, "seq > 9223372036854775808"), "");
}

TEST_P(FilterMeaningTest, LargestFilters_AreAnswered) {
  Store& store = newStore();
  append(store, kRuns, at(80));
  std::string fifty = "reasoning.x = 5";
  for (int i = 1; i < 50; ++i) fifty += " OR reasoning.a.b.c = " + std::to_string(i);
  EXPECT_EQ(matchingSteps(store, fifty), "one");
  std::string steps = "steps:(reasoning.x = 5)";
  for (int i = 1; i < 25; ++i) steps += " AND NOT steps:(name = 'n" + std::to_string(i) + "')";
  EXPECT_EQ(matchingRuns(store, steps), "a");
  std::string deep = "reasoning.x = 5";
  for (int i = 0; i < 8; ++i) deep = "NOT (" + deep + ")";
  EXPECT_EQ(matchingSteps(store, deep), "one");
  const std::string longText(4000, 'x');
  EXPECT_EQ(matchingSteps(store, "name = '" + longText + "'"), "");
  EXPECT_EQ(matchingSteps(store, "reasoning.'" + longText + "':*"), "");
}

TEST_P(FilterMeaningTest, FilterOfTheOtherEntity_IsRefused) {
  Store& store = newStore();
  const Filter ofSteps = mustParse("name = a", Entity::Step);
  const Filter ofRuns = mustParse("pipeline = a", Entity::Run);
  PageQuery query;
  query.filter = &ofSteps;
  EXPECT_EQ(store.runs(query, readAt(at(100))).status().code(), StatusCode::InvalidArgument);
  query.filter = &ofRuns;
  EXPECT_EQ(store.steps(query, false, readAt(at(100))).status().code(), StatusCode::InvalidArgument);
}

XRAY_STORE_SUITE(FilterMeaningTest);

}  // namespace
}  // namespace xray::test
