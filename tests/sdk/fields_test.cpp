// Values of the application as JSON.
#include <cmath>
#include <limits>
#include <list>
#include <map>
#include <set>
#include <stdexcept>

#include "fake_backend.h"
#include "payload.h"
#include "xray/json.h"

namespace xray::sdk {
namespace {

std::string textOf(const Fields& fields) {
  LiveCounters counters;
  std::string text;
  addMembers(text, fields, counters);
  EXPECT_EQ(counters.invalidJson, 0u);
  return text;
}

TEST(FieldsText, EveryKindOfValue_IsWritten) {
  const std::map<std::string, int> map = {{"a", 1}, {"b", 2}};
  const std::vector<std::vector<double>> matrix = {{1, 2.5}, {}};
  const std::list<std::pair<std::string_view, bool>> pairs = {{"x", true}};
  const std::vector<bool> flags = {true, false};
  const char* none = nullptr;
  const std::string text = "a\"b";
  const std::pair<std::string, std::string> cases[] = {
      {textOf({}), "{}"},
      {textOf({{"n", nullptr}, {"none", none}, {"t", true}, {"f", false}}),
       R"({"n":null,"none":null,"t":true,"f":false})"},
      {textOf({{"i", -7},
               {"u", 18446744073709551615ull},
               {"s", std::int8_t{5}},
               {"l", std::numeric_limits<std::int64_t>::min()}}),
       R"({"i":-7,"u":18446744073709551615,"s":5,"l":-9223372036854775808})"},
      {textOf({{"d", 94.2}, {"f", 0.5f}, {"nan", std::nan("")}, {"inf", INFINITY}}),
       R"({"d":94.2,"f":0.5,"nan":null,"inf":null})"},
      {textOf({{"c", "x"}, {"s", text}, {"v", std::string_view("\n")}, {"e", ""}}),
       R"({"c":"x","s":"a\"b","v":"\n","e":""})"},
      {textOf({{"o", std::optional<int>(3)}, {"no", std::optional<std::string>()}}), R"({"o":3,"no":null})"},
      {textOf({{"m", map}, {"v", matrix}, {"p", pairs}, {"b", flags}}),
       R"({"m":{"a":1,"b":2},"v":[[1,2.5],[]],"p":{"x":true},"b":[true,false]})"},
      {textOf({{"a", array({1, "two", nullptr, array({}), json("{}")})}}), R"({"a":[1,"two",null,[],{}]})"},
      {textOf({{"o", {{"a", 1}, {"b", {{"c", "d"}}}}}, {"after", 2}}), R"({"o":{"a":1,"b":{"c":"d"}},"after":2})"},
      {textOf({{"j", json(" [1, 2] ")}, {"s", json("\"x\"")}}), R"({"j":[1, 2],"s":"x"})"},
      {textOf(map), R"({"a":1,"b":2})"},
      {textOf(json(R"( {"a": 1 } )")), R"({"a": 1})"},
      {textOf(json("{ }")), "{}"},
      {textOf(json("[1]")), R"({"value":[1]})"},
      {textOf({{"bad \xFF", "\xC3("}}), "{\"bad \uFFFD\":\"\uFFFD(\"}"},
  };
  for (const auto& [written, expected] : cases) {
    EXPECT_EQ(written, expected);
    EXPECT_TRUE(checkJson(written, 128).ok()) << written;
  }
}

TEST(FieldsText, Calls_AddUp) {
  LiveCounters counters;
  std::string text;
  addMembers(text, {}, counters);
  addMembers(text, {{"a", 1}}, counters);
  addMembers(text, json(R"({"b": [ ] })"), counters);
  addMembers(text, json(R"({"c": 1 })"), counters);
  addMembers(text, {}, counters);
  addMembers(text, {{"d", 2}}, counters);
  EXPECT_EQ(text, R"({"a":1,"b": [ ],"c": 1,"d":2})");
}

TEST(FieldsText, ReadyJsonThatIsNone_BecomesAStringAndIsCounted) {
  const std::string tooDeep = std::string(127, '[') + std::string(127, ']');
  const std::string deepest = std::string(126, '[') + std::string(126, ']');
  LiveCounters counters;
  std::string text;
  addMembers(text, {{"a", json("{broken")}, {"b", json("")}, {"c", json("1 2")}, {"d", json("\"\xFF\"")}}, counters);
  EXPECT_EQ(text, "{\"a\":\"{broken\",\"b\":\"\",\"c\":\"1 2\",\"d\":\"\\\"\uFFFD\\\"\"}");
  EXPECT_EQ(counters.invalidJson, 4u);
  text.clear();
  addMembers(text, json("nothing"), counters);
  EXPECT_EQ(text, R"({"value":"nothing"})");
  text.clear();
  addMembers(text, {{"deepest", json(deepest)}, {"deeper", json(tooDeep)}}, counters);
  EXPECT_EQ(text, R"({"deepest":)" + deepest + R"(,"deeper":")" + tooDeep + "\"}");
  EXPECT_EQ(counters.invalidJson, 6u);
}

// A range that throws when it is read.
struct Broken {
  struct Iterator {
    using value_type = int;
    using difference_type = std::ptrdiff_t;
    int operator*() const { throw std::runtime_error("broken"); }
    Iterator& operator++() { return *this; }
    Iterator operator++(int) { return *this; }
    bool operator==(const Iterator&) const { return false; }
  };
  Iterator begin() const { return {}; }
  Iterator end() const { return {}; }
};

TEST(FieldsText, ARangeThatThrows_LeavesTheRecordAsItWas) {
  FakeBackend backend;
  Client client = makeClient(backend);
  auto run = client.startRun("p", {{"x", Broken()}});
  auto step = run.step("s", "t");
  step.input({{"b", Broken()}});
  step.output({{"a", 1}});
  step.output({{"a", 2}, {"b", Broken()}});
  step.end();
  run.metadata({{"b", Broken()}});
  run.end();
  ASSERT_TRUE(client.flush(std::chrono::seconds(20)).status.ok());
  const auto events = backend.events();
  ASSERT_EQ(events.size(), 3u);
  EXPECT_EQ(factsOf<RunStarted>(events).at(0).metadata, "{}");
  EXPECT_EQ(factsOf<StepEvent>(events).at(0).inputData, "{}");
  EXPECT_EQ(factsOf<StepEvent>(events).at(0).outputData, R"({"a":1})");
  EXPECT_EQ(client.counters().misuses, 4u);
}

}  // namespace
}  // namespace xray::sdk
