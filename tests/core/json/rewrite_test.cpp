#include <gtest/gtest.h>

#include <algorithm>

#include "xray/json.h"

namespace xray {
namespace {

struct Case {
  std::string text;
  std::string expected;
  std::vector<std::string> alterations;  // "pointer: reason"
};

TEST(RewriteJson, Cases_GiveTheStorableFormAndTellEachAlteration) {
  const std::vector<Case> cases = {
      {R"({})", R"({})", {}},
      {R"( { "a" : [ 1 , "x" , null ] , "b" : { } } )", R"({"a":[1,"x",null],"b":{}})", {}},
      {R"({"a":1,"b":2,"a":3})", R"({"b":2,"a":3})", {}},
      {R"({"a":1,"\u0061":2})", R"({"a":2})", {}},
      {R"({"a":{"x":1,"x":{"y":1,"y":2}},"b":[{"k":1,"k":2}]})", R"({"a":{"x":{"y":2}},"b":[{"k":2}]})", {}},
      {R"({"tab\u0009 \u00e9 \/ \" \\":1})", "{\"tab\\t \xC3\xA9 / \\\" \\\\\":1}", {}},
      {R"(["\u00e9\/"])", R"(["\u00e9\/"])", {}},
      {R"({"a":"x\u0000y"})", "{\"a\":\"x\xEF\xBF\xBDy\"}", {"/p/a: NUL character"}},
      {R"({"a":["ok","\ud800!"]})", "{\"a\":[\"ok\",\"\xEF\xBF\xBD!\"]}", {"/p/a/1: lone surrogate"}},
      {R"("\ud834\udd1e\udd1e\u0000")", "\"\xF0\x9D\x84\x9E\xEF\xBF\xBD\xEF\xBF\xBD\"", {"/p: lone surrogate"}},
      {R"({"n":[1e400,-1e400,1e-400,1e300]})",
       R"({"n":["1e400","-1e400","1e-400",1e300]})",
       {"/p/n/0: number outside double range", "/p/n/1: number outside double range",
        "/p/n/2: number outside double range"}},
      {R"([123456789012345678901234567890,1.10,1E+5,-0,-0.0e-0])",
       R"([123456789012345678901234567890,1.10,1E+5,-0,-0.0e-0])",
       {}},
      {R"({"a\u0000":1})", "{\"a\xEF\xBF\xBD\":1}", {"/p/a\xEF\xBF\xBD: NUL character"}},
      {R"({"a\u0000":1,"a\ud800":2})", "{\"a\xEF\xBF\xBD\":2}", {"/p/a\xEF\xBF\xBD: lone surrogate"}},
      {R"({"a/b~c":{"\u0000":1e999}})",
       "{\"a/b~c\":{\"\xEF\xBF\xBD\":\"1e999\"}}",
       {"/p/a~1b~0c/\xEF\xBF\xBD: NUL character", "/p/a~1b~0c/\xEF\xBF\xBD: number outside double range"}},
      // What was altered in a member that a later one replaces is gone, and so is its story.
      {R"({"a":"\u0000","b":1e999,"a":"fine"})", R"({"b":"1e999","a":"fine"})", {"/p/b: number outside double range"}},
      {R"({"":{"":1,"":2}})", R"({"":{"":2}})", {}},
  };
  for (const Case& test : cases) {
    ASSERT_TRUE(checkJson(test.text, 128).ok()) << test.text;
    std::string out = "before ";
    std::vector<JsonAlteration> alterations;
    rewriteJson(test.text, "/p", out, alterations);
    EXPECT_EQ(out, "before " + test.expected) << test.text;
    std::vector<std::string> told;
    for (const JsonAlteration& alteration : alterations) told.push_back(alteration.pointer + ": " + alteration.reason);
    EXPECT_EQ(told, test.alterations) << test.text;
    const auto again = checkJson(out.substr(7), 128);
    ASSERT_TRUE(again.ok()) << out;
  }
}

TEST(RewriteJson, AlterationsBeyondTheLimit_AreCounted) {
  const auto alterationsOf = [](const std::string& name, int faults) {
    std::string text = "{\"" + name + "\":[1e999";
    for (int i = 1; i < faults; ++i) text += ",1e999";
    std::string out;
    std::vector<JsonAlteration> alterations;
    rewriteJson(text + "]}", "/p", out, alterations);
    EXPECT_EQ(std::count(out.begin(), out.end(), 'e'), faults);
    return alterations;
  };
  EXPECT_EQ(alterationsOf("a", 100).back().pointer, "/p/a/99");
  const auto many = alterationsOf("a", 1500);
  ASSERT_EQ(many.size(), 101u);
  EXPECT_EQ(many.back().pointer + ": " + many.back().reason, "/p: 1400 more that are not listed");
  const auto large = alterationsOf(std::string(100'000, 'x'), 500);
  ASSERT_EQ(large.size(), 3u);
  EXPECT_EQ(large.back().reason, "498 more that are not listed");
}

TEST(RewriteJson, EveryEscape_KeepsItsMeaning) {
  for (unsigned code = 1; code < 0x10000; ++code) {
    if (code >= 0xD800 && code < 0xE000) continue;
    char escape[8];
    std::snprintf(escape, sizeof escape, "\\u%04X", code);
    const std::string text = "{\"" + std::string(escape) + "\":\"" + escape + "\"}";
    std::string out;
    std::vector<JsonAlteration> alterations;
    rewriteJson(text, "", out, alterations);
    EXPECT_TRUE(alterations.empty());
    JsonCursor before(text), after(out);
    ASSERT_TRUE(before.next() && after.next());
    ASSERT_EQ(before.key(), after.key());
    ASSERT_EQ(before.value().string(), after.value().string());
    ASSERT_EQ(after.key(), after.value().string());
    ASSERT_TRUE(after.value().stringEquals(after.key()));
  }
}

TEST(CanonicalJson, EqualContents_GiveEqualTexts) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {R"( { "b" : 1 , "a" : [ true , { "d":1,"c":2 } ] } )", R"({"a":[true,{"c":2,"d":1}],"b":1})"},
      {R"({"a":1,"a":2})", R"({"a":2})"},
      {R"(["\u0041\/\u000a"])", R"(["A/\n"])"},
      // By the bytes of the name, not of its escapes: a line feed comes before "!".
      {R"({"!":1,"\n":2,"\u0061":3,"Z":4})", R"({"\n":2,"!":1,"Z":4,"a":3})"},
      {"{\"\xC3\xA9\":1,\"z\":2}", "{\"z\":2,\"\xC3\xA9\":1}"},
      {"[1.0,1,1e0]", "[1.0,1,1e0]"},
      {" 7 ", "7"},
  };
  for (const auto& [text, expected] : cases) {
    EXPECT_EQ(canonicalJson(text), expected);
    EXPECT_EQ(canonicalJson(expected), expected);
  }
}

TEST(OverlayJson, LaterMembersReplaceEarlierOnes) {
  EXPECT_EQ(overlayJson(R"({"a":1,"b":{"x":1}})", R"({ "b" : {"y":2}, "c":[ 3 ] })"),
            R"({"a":1,"b":{"y":2},"c":[ 3 ]})");
  EXPECT_EQ(overlayJson("", R"({"a":1})"), R"({"a":1})");
  EXPECT_EQ(overlayJson(R"({"a":1})", ""), R"({"a":1})");
  EXPECT_EQ(overlayJson("", ""), "{}");
  EXPECT_EQ(overlayJson(R"({"\u0061":1})", R"({"a":2})"), R"({"a":2})");
}

}  // namespace
}  // namespace xray
