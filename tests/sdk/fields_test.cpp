// Values of the application as JSON.
#include <cmath>
#include <limits>
#include <list>
#include <map>
#include <set>
#include <stdexcept>

#include "fake_backend.h"
#include "payload.h"
#include "payload_tape.h"
#include "xray/json.h"

namespace xray::sdk {
namespace {

// The object of all the members, and how many texts given as json() were none.
std::pair<std::string, unsigned> rendered(std::initializer_list<Fields> calls) {
  PayloadTape tape;
  for (const Fields& fields : calls) addMembers(tape, fields);
  std::string text;
  const unsigned invalid = renderObject(text, tape.bytes());
  return {text, invalid};
}

std::string textOf(const Fields& fields) {
  const auto [text, invalid] = rendered({fields});
  EXPECT_EQ(invalid, 0u);
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

TEST(FieldsText, Numbers_KeepTheirValue_AtTheEdgesOfEverySize) {
  std::string written = textOf({{"v", std::vector<std::int64_t>{127, 128, -128, -129, 32767, 32768, -32768, -32769,
                                                                2147483647, 2147483648, -2147483648, -2147483649}}});
  EXPECT_EQ(written,
            R"({"v":[127,128,-128,-129,32767,32768,-32768,-32769,2147483647,2147483648,-2147483648,-2147483649]})");
  written = textOf({{"v", std::vector<std::uint64_t>{0, 255, 9223372036854775807u, 9223372036854775808u}}});
  EXPECT_EQ(written, R"({"v":[0,255,9223372036854775807,9223372036854775808]})");
}

TEST(FieldsText, TextsOfAnyLength_AreWhole) {
  for (const std::size_t size : {0, 1, 31, 32, 33, 127, 128, 16383, 16384, 100000}) {
    const std::string text(size, 'x');
    EXPECT_EQ(textOf({{text, text}}), "{\"" + text + "\":\"" + text + "\"}");
  }
}

TEST(FieldsText, Calls_AddUp) {
  const auto [text, invalid] = rendered({{}, {{"a", 1}}, json(R"({"b": [ ] })"), json(R"({"c": 1 })"), {}, {{"d", 2}}});
  EXPECT_EQ(text, R"({"a":1,"b": [ ],"c": 1,"d":2})");
  EXPECT_EQ(invalid, 0u);
}

TEST(FieldsText, ReadyJsonThatIsNone_BecomesAStringAndIsCounted) {
  const std::string tooDeep = std::string(127, '[') + std::string(127, ']');
  const std::string deepest = std::string(126, '[') + std::string(126, ']');
  const auto broken =
      rendered({{{"a", json("{broken")}, {"b", json("")}, {"c", json("1 2")}, {"d", json("\"\xFF\"")}}});
  EXPECT_EQ(broken.first, "{\"a\":\"{broken\",\"b\":\"\",\"c\":\"1 2\",\"d\":\"\\\"\uFFFD\\\"\"}");
  EXPECT_EQ(broken.second, 4u);
  EXPECT_EQ(rendered({json("nothing")}), std::pair(std::string(R"({"value":"nothing"})"), 1u));
  const auto deep = rendered({{{"deepest", json(deepest)}, {"deeper", json(tooDeep)}}});
  EXPECT_EQ(deep.first, R"({"deepest":)" + deepest + R"(,"deeper":")" + tooDeep + "\"}");
  EXPECT_EQ(deep.second, 1u);
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
