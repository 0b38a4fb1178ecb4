#include <gtest/gtest.h>

#include "xray/json.h"

namespace xray {
namespace {

using namespace std::string_literals;

constexpr unsigned kDepth = 128;

TEST(CheckJson, ValidTexts_AreAccepted) {
  const std::vector<std::string> valid = {
      "{}",
      "[]",
      "0",
      "-0",
      "7",
      "-1",
      "10",
      "1.0",
      "0.5",
      "-0.0",
      "1e1",
      "1E+5",
      "1e-5",
      "1.5E10",
      "0e0",
      "0E+1",
      "1e400",
      "-1e400",
      "123456789012345678901234567890",
      "true",
      "false",
      "null",
      "\"\"",
      "\"a\"",
      R"("\"\\\/\b\f\n\r\t")",
      R"("\u0041\uD834\uDD1E")",
      R"("\u0000")",
      R"("\uD800")",
      R"("\udc00\ud800")",
      R"("\uD800\uD800\uDC00")",
      "\"\x7f\"",
      "\"\xC3\xA9\"",
      "\"\xF0\x9F\x98\x80\"",
      " {} ",
      "\t\n\r [ 1 , 2 ] \n",
      R"({"a":1})",
      R"({ "a" : [ { } , [ ] , null ] , "" : "" })",
      R"({"a":1,"a":2})",
      "[[[[]]]]",
      R"(["a","b",1,true,{"x":{"y":[]}}])",
      "[1,\n2,\r\n3]",
      R"({"key with \u0000":1})",
      "\"" + std::string(100, 'x') + "\"",
  };
  for (const std::string& text : valid) {
    const auto facts = checkJson(text, kDepth);
    EXPECT_TRUE(facts.ok()) << text << ": " << facts.status().message();
  }
}

struct Invalid {
  std::string text;
  std::size_t position;
  std::string message;
};

TEST(CheckJson, InvalidTexts_SayWhereAndWhatWasExpected) {
  const std::vector<Invalid> cases = {
      {"", 0, "expected a value at byte 0, found the end"},
      {" \n\t", 3, "expected a value at byte 3, found the end"},
      {"\xEF\xBB\xBF{}", 0, "expected a value at byte 0, found \"\xEF\xBB\xBF\""},
      {"+1", 0, "expected a value at byte 0, found \"+\""},
      {".5", 0, "expected a value at byte 0, found \".\""},
      {"NaN", 0, "expected a value at byte 0, found \"N\""},
      {"Infinity", 0, "expected a value at byte 0, found \"I\""},
      {"-Infinity", 1, "expected a digit after \"-\" at byte 1, found \"I\""},
      {"-", 1, "expected a digit after \"-\" at byte 1, found the end"},
      {"01", 1, "expected no digit after a leading 0 at byte 1, found \"1\""},
      {"-01", 2, "expected no digit after a leading 0 at byte 2, found \"1\""},
      {"1.", 2, "expected a digit after the decimal point at byte 2, found the end"},
      {"1.e5", 2, "expected a digit after the decimal point at byte 2, found \"e\""},
      {"1e", 2, "expected a digit in the exponent at byte 2, found the end"},
      {"1e+", 3, "expected a digit in the exponent at byte 3, found the end"},
      {"0x10", 1, "expected the end of the text at byte 1, found \"x\""},
      {"1 2", 2, "expected the end of the text at byte 2, found \"2\""},
      {"{}{}", 2, "expected the end of the text at byte 2, found \"{\""},
      {"[] x", 3, "expected the end of the text at byte 3, found \"x\""},
      {"1,", 1, "expected the end of the text at byte 1, found \",\""},
      {"tru", 0, "expected a value at byte 0, found \"t\""},
      {"True", 0, "expected a value at byte 0, found \"T\""},
      {"nul", 0, "expected a value at byte 0, found \"n\""},
      {"truefalse", 4, "expected the end of the text at byte 4, found \"f\""},
      {"'a'", 0, "expected a value at byte 0, found \"'\""},
      {"\"", 1, "expected a closing quote at byte 1, found the end"},
      {"\"abc", 4, "expected a closing quote at byte 4, found the end"},
      {"\"abc\\\"", 6, "expected a closing quote at byte 6, found the end"},
      {"\"a\nb\"", 2, "expected control characters in strings escaped, as in \\n at byte 2, found \"\\n\""},
      {"\"a\x01\"", 2, "expected control characters in strings escaped, as in \\n at byte 2, found \"\\u0001\""},
      {"\"a\0\""s, 2, "expected control characters in strings escaped, as in \\n at byte 2, found \"\\u0000\""},
      {R"("\x41")", 2, "expected one of \" \\ / b f n r t u after a backslash at byte 2, found \"x\""},
      {R"("\U0041")", 2, "expected one of \" \\ / b f n r t u after a backslash at byte 2, found \"U\""},
      {"\"\\", 2, "expected one of \" \\ / b f n r t u after a backslash at byte 2, found the end"},
      {R"("\u12")", 5, "expected 4 hex digits after \\u at byte 5, found \"\\\"\""},
      {R"("\u12G4")", 5, "expected 4 hex digits after \\u at byte 5, found \"G\""},
      {R"("\u12`4")", 5, "expected 4 hex digits after \\u at byte 5, found \"`\""},
      {"[", 1, "expected a value at byte 1, found the end"},
      {"]", 0, "expected a value at byte 0, found \"]\""},
      {"[1", 2, "expected \",\" or \"]\" after an element at byte 2, found the end"},
      {"[1,]", 3, "expected a value at byte 3, found \"]\""},
      {"[,1]", 1, "expected a value at byte 1, found \",\""},
      {"[1 2]", 3, "expected \",\" or \"]\" after an element at byte 3, found \"2\""},
      {"[1}", 2, "expected \",\" or \"]\" after an element at byte 2, found \"}\""},
      {"{", 1, "expected a member name in double quotes, or \"}\" at byte 1, found the end"},
      {"{1:2}", 1, "expected a member name in double quotes, or \"}\" at byte 1, found \"1\""},
      {"{a:1}", 1, "expected a member name in double quotes, or \"}\" at byte 1, found \"a\""},
      {"{,}", 1, "expected a member name in double quotes, or \"}\" at byte 1, found \",\""},
      {R"({"a" 1})", 5, "expected \":\" after a member name at byte 5, found \"1\""},
      {R"({"a"})", 4, "expected \":\" after a member name at byte 4, found \"}\""},
      {R"({"a":})", 5, "expected a value at byte 5, found \"}\""},
      {R"({"a":1,})", 7, "expected a member name in double quotes at byte 7, found \"}\""},
      {R"({"a":1 "b":2})", 7, "expected \",\" or \"}\" after a member at byte 7, found \"\\\"\""},
      {R"({"a":1])", 6, "expected \",\" or \"}\" after a member at byte 6, found \"]\""},
      {R"({"a":/*c*/1})", 5, "expected a value at byte 5, found \"/\""},
      {"[1]\0"s, 3, "expected the end of the text at byte 3, found \"\\u0000\""},
      {"[\f1]", 1, "expected a value at byte 1, found \"\\u000c\""},
      {"[\xC2\xA0"
       "1]",
       1, "expected a value at byte 1, found \"\xC2\xA0\""},
      {"\"\xFF\"", 1, "expected UTF-8 at byte 1"},
      {"\"\xC0\xAF\"", 1, "expected UTF-8 at byte 1"},
      {"[\"ok\",\"\xED\xA0\x80\"]", 7, "expected UTF-8 at byte 7"},
      {"\"\xF4\x90\x80\x80\"", 1, "expected UTF-8 at byte 1"},
      {"\"\xC3", 1, "expected UTF-8 at byte 1"},
  };
  for (const Invalid& test : cases) {
    const auto facts = checkJson(test.text, kDepth);
    ASSERT_FALSE(facts.ok()) << test.text;
    EXPECT_EQ(facts.status().code(), StatusCode::InvalidArgument) << test.text;
    EXPECT_EQ(facts.status().message(), test.message);
    EXPECT_EQ(facts.status().position(), test.position) << test.text;
  }
}

TEST(CheckJson, EveryControlCharacterAndPlaceInALongString_IsFound) {
  // Long strings go 16 bytes at a time, so the place matters.
  for (int control = 0; control < 0x20; ++control) {
    for (std::size_t at = 0; at < 40; ++at) {
      std::string text = "\"" + std::string(40, 'x') + "\"";
      text[1 + at] = static_cast<char>(control);
      const auto facts = checkJson(text, kDepth);
      ASSERT_FALSE(facts.ok()) << control << " at " << at;
      ASSERT_EQ(facts.status().position(), 1 + at);
    }
  }
}

TEST(CheckJson, Facts_TellTypeExtentAndDepth) {
  const auto facts = checkJson(" {\"a\": [ {} , 1 ]}\n", kDepth);
  ASSERT_TRUE(facts.ok());
  EXPECT_EQ(facts->type, JsonType::Object);
  EXPECT_EQ(facts->text, "{\"a\": [ {} , 1 ]}");
  EXPECT_EQ(facts->depth, 3u);
  EXPECT_FALSE(facts->needsRewrite);
  EXPECT_EQ(checkJson(" -1.5 ", kDepth)->text, "-1.5");
  EXPECT_EQ(checkJson("-1.5", kDepth)->depth, 0u);
  EXPECT_EQ(checkJson("true", kDepth)->type, JsonType::Boolean);
  EXPECT_EQ(checkJson("null", kDepth)->type, JsonType::Null);
  EXPECT_EQ(checkJson("\"\"", kDepth)->type, JsonType::String);
  EXPECT_EQ(checkJson("[]", kDepth)->depth, 1u);
}

TEST(CheckJson, Depth_LimitIsExact) {
  const auto nested = [](std::size_t levels, const std::string& open, const std::string& close) {
    std::string text;
    for (std::size_t i = 0; i < levels; ++i) text += open;
    text += "1";
    for (std::size_t i = 0; i < levels; ++i) text += close;
    return text;
  };
  for (const unsigned limit : {1u, 2u, 63u, 64u, 65u, 128u, 1000u}) {
    for (const auto& [open, close] : {std::pair<std::string, std::string>{"[", "]"}, {"{\"a\":", "}"}}) {
      const auto fits = checkJson(nested(limit, open, close), limit);
      ASSERT_TRUE(fits.ok()) << limit << fits.status().message();
      EXPECT_EQ(fits->depth, limit);
      const auto over = checkJson(nested(limit + 1, open, close), limit);
      ASSERT_FALSE(over.ok());
      EXPECT_EQ(over.status().code(), StatusCode::TooLarge);
      EXPECT_EQ(over.status().position(), limit * open.size());
      EXPECT_EQ(over.status().message(),
                "deeper than " + std::to_string(limit) + " levels at byte " + std::to_string(limit * open.size()));
    }
  }
  EXPECT_TRUE(checkJson("1", 0).ok());
  EXPECT_FALSE(checkJson("[]", 0).ok());
  // No stack to run out of: a million brackets are refused or read like any other text.
  EXPECT_EQ(checkJson(std::string(1'000'000, '['), kDepth).status().code(), StatusCode::TooLarge);
  EXPECT_EQ(checkJson(nested(1'000'000, "[", "]"), 1'000'000)->depth, 1'000'000u);
}

struct Rewritable {
  std::string text;
  bool needsRewrite;
};

TEST(CheckJson, NeedsRewrite_ForWhatAStoreCannotHold) {
  std::string manyNames = "{";
  for (int i = 0; i < 5000; ++i)
    manyNames += "\"name" + std::to_string(i) + "\":{\"same\":1,\"other\":[{\"same\":2}]},";
  const std::vector<Rewritable> cases = {
      {R"({"a":"plain \n \" \\ \/ \u00e9 \ud834\udd1e"})", false},
      {R"("\\u0000")", false},
      {R"("\u0000")", true},
      {R"("x\u0000")", true},
      {R"("\ud800")", true},
      {R"("\ud800x")", true},
      {R"("\udc00")", true},
      {R"("\ud800\u0041")", true},
      {R"("\ud834\udd1e\udd1e")", true},
      {"1e308", false},
      {"1e309", true},
      {"-1e309", true},
      {"1.7976931348623157e308", false},
      {"1.7976931348623159e308", true},
      {"5e-324", false},
      {"1e-400", true},
      {"-1e-400", true},
      {"0e-400", false},
      {"0e400", false},
      {"0e-16383", false},
      {"0e-16384", true},
      {"0e99999999999999999999", true},
      {"0.0e5000", false},
      {"1e99999999999999999999", true},
      {std::string(308, '9'), false},
      {std::string(309, '9'), true},
      {"1" + std::string(309, '0'), true},
      {"0." + std::string(400, '0') + "1", true},
      {"0." + std::string(400, '0'), false},
      {"0." + std::string(400, '0') + "1e400", false},
      {"1." + std::string(16383, '1'), false},
      {"1." + std::string(16384, '1'), true},
      {R"({"a":1,"b":2})", false},
      {R"({"a":1,"a":1})", true},
      {R"({"a":{"a":1},"b":[{"a":1},{"a":1}]})", false},
      {R"([{"x":{"y":[{"z":1,"w":2,"z":3}]}}])", true},
      {R"({"a\n":1})", true},
      {R"({"\u0061":1})", true},
      {manyNames + "\"name\":1}", false},
      {manyNames + "\"name4999\":1}", true},
      {manyNames + "\"name0\":1}", true},
  };
  for (const Rewritable& test : cases) {
    const auto facts = checkJson(test.text, kDepth);
    ASSERT_TRUE(facts.ok()) << test.text << facts.status().message();
    EXPECT_EQ(facts->needsRewrite, test.needsRewrite) << test.text.substr(0, 200);
    EXPECT_EQ(checkJson("[" + test.text + ",1]", kDepth)->needsRewrite, test.needsRewrite) << test.text.substr(0, 200);
  }
}

}  // namespace
}  // namespace xray
