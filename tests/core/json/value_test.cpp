#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "xray/json.h"

namespace xray {
namespace {

TEST(JsonCursor, Object_GivesMembersInOrder) {
  const std::string text = R"( { "a" : 1 , "b\"}" : "x}\"]" , "c":{"d":[1,{"e":"]"}]},"f" : [ ], "g":null,"h":true } )";
  const std::vector<std::array<std::string, 3>> expected = {{"a", "1", "number"},
                                                            {"b\"}", R"("x}\"]")", "string"},
                                                            {"c", R"({"d":[1,{"e":"]"}]})", "object"},
                                                            {"f", "[ ]", "array"},
                                                            {"g", "null", "null"},
                                                            {"h", "true", "boolean"}};
  JsonCursor cursor(text);
  for (const auto& [key, value, type] : expected) {
    ASSERT_TRUE(cursor.next());
    EXPECT_EQ(cursor.key(), key);
    EXPECT_TRUE(cursor.keyEquals(key));
    EXPECT_FALSE(cursor.keyEquals(key + "x"));
    EXPECT_EQ(cursor.value().text, value);
    EXPECT_EQ(toString(cursor.value().type), type);
  }
  EXPECT_FALSE(cursor.next());
  EXPECT_FALSE(cursor.next());
}

TEST(JsonCursor, ArrayAndOthers_GiveElementsOrNothing) {
  JsonCursor cursor("[ 1,[2], \"a,b\" ]");
  std::vector<std::string> elements;
  while (cursor.next()) elements.emplace_back(cursor.value().text);
  EXPECT_EQ(elements, (std::vector<std::string>{"1", "[2]", "\"a,b\""}));
  for (const char* text : {"", " ", "1", "\"[1]\"", "null", "[]", "{ }"}) EXPECT_FALSE(JsonCursor(text).next()) << text;
}

TEST(JsonValue, Strings_AreUnescaped) {
  const auto value = jsonValue(R"(  "a\n\u00e9\ud834\udd1e\/\\\"\u0000\ud800" )");
  const std::string expected("a\n\xC3\xA9\xF0\x9D\x84\x9E/\\\"\0\xEF\xBF\xBD", 15);
  EXPECT_EQ(value.string(), expected);
  EXPECT_TRUE(value.stringEquals(expected));
  EXPECT_FALSE(value.stringEquals(expected.substr(1)));
  EXPECT_FALSE(value.stringEquals(expected + "x"));
  EXPECT_FALSE(value.stringEquals(""));
  EXPECT_TRUE(jsonValue("\"\"").stringEquals(""));
}

TEST(JsonValue, Numbers_AreTheNearestDouble) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  const std::vector<std::pair<std::string, double>> cases = {{"0", 0},
                                                             {"-1.5", -1.5},
                                                             {"1e2", 100},
                                                             {"1E+2", 100},
                                                             {"0.1", 0.1},
                                                             {"9007199254740993", 9007199254740992.0},
                                                             {"1e400", kInfinity},
                                                             {"-1e400", -kInfinity},
                                                             {"1e-400", 0},
                                                             {"5e-324", 5e-324},
                                                             {"1.7976931348623157e308", 1.7976931348623157e308},
                                                             {"1" + std::string(400, '0'), kInfinity},
                                                             {"1" + std::string(400, '0') + "e-400", 1},
                                                             {"0." + std::string(400, '0') + "1", 0},
                                                             {"0." + std::string(400, '0') + "1e401", 1},
                                                             {"1e99999999999999999999", kInfinity},
                                                             {"1e-99999999999999999999", 0},
                                                             {"0e99999999999999999999", 0}};
  for (const auto& [text, number] : cases) EXPECT_EQ(jsonValue(text).number(), number) << text;
}

TEST(FindJson, Path_WalksObjectsOnly) {
  const std::string text = R"({"a":{"b":{"c":7},"":{"d":"deep"}},"list":[{"b":1}],"n":null})";
  const auto find = [&](std::vector<std::string> path) -> std::string {
    const auto value = findJson(text, path);
    return value ? std::string(value->text) : "nothing";
  };
  EXPECT_EQ(find({"a", "b", "c"}), "7");
  EXPECT_EQ(find({"a", "", "d"}), "\"deep\"");
  EXPECT_EQ(find({"n"}), "null");
  EXPECT_EQ(find({}), text);
  EXPECT_EQ(find({"a", "x"}), "nothing");
  EXPECT_EQ(find({"list", "b"}), "nothing");
  EXPECT_EQ(find({"list", "0"}), "nothing");
  EXPECT_EQ(find({"list", ""}), "nothing");
  EXPECT_EQ(find({"n", "x"}), "nothing");
  EXPECT_EQ(findJsonMember(R"({"\u0061":1})", "a")->text, "1");
}

}  // namespace
}  // namespace xray
