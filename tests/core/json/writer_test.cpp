#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

#include "xray/json.h"

namespace xray {
namespace {

std::string written(std::string_view text) {
  std::string out;
  appendJsonString(out, text);
  return out;
}

std::string written(double number) {
  std::string out;
  appendJsonNumber(out, number);
  return out;
}

TEST(AppendJsonString, EscapesWhatJsonRequiresAndNothingElse) {
  EXPECT_EQ(written(""), R"("")");
  EXPECT_EQ(written("a\"b\\c/d\b\f\n\r\t\x01\x1f\x7f"), "\"a\\\"b\\\\c/d\\b\\f\\n\\r\\t\\u0001\\u001f\x7f\"");
  EXPECT_EQ(written(std::string_view("\0", 1)), R"("\u0000")");
  EXPECT_EQ(written("\xC3\xA9\xF0\x9F\x98\x80"), "\"\xC3\xA9\xF0\x9F\x98\x80\"");
  EXPECT_EQ(written(std::string(100, 'x') + "\n"), "\"" + std::string(100, 'x') + "\\n\"");
}

TEST(AppendJsonString, InvalidUtf8_BecomesReplacementCharacters) {
  EXPECT_EQ(written("a\xFF\"z"), "\"a\xEF\xBF\xBD\\\"z\"");
  EXPECT_EQ(written("\xE2\x82"), "\"\xEF\xBF\xBD\xEF\xBF\xBD\"");
  EXPECT_EQ(written("\xED\xA0\x80\xC3\xA9"), "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xC3\xA9\"");
}

TEST(AppendJsonNumber, ReadsBackAsTheSameDouble) {
  EXPECT_EQ(written(94.2), "94.2");
  EXPECT_EQ(written(120.0), "120");
  EXPECT_EQ(written(-0.0), "-0");
  EXPECT_EQ(written(std::numeric_limits<double>::infinity()), "null");
  EXPECT_EQ(written(std::nan("")), "null");
  const auto seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  for (int i = 0; i < 20'000; ++i) {
    const double number = std::bit_cast<double>(random());
    if (!std::isfinite(number)) continue;
    const std::string text = written(number);
    ASSERT_TRUE(checkJson(text, 0).ok()) << text;
    ASSERT_EQ(jsonValue(text).number(), number) << text;
  }
  std::string out;
  appendJsonNumber(out, std::numeric_limits<std::int64_t>::min());
  appendJsonNumber(out, std::numeric_limits<std::uint64_t>::max());
  EXPECT_EQ(out, "-922337203685477580818446744073709551615");
}

TEST(AppendPointerToken, EscapesTildeAndSlash) {
  std::string out;
  appendPointerToken(out, "a/b~c");
  appendPointerToken(out, "");
  EXPECT_EQ(out, "/a~1b~0c/");
}

TEST(JsonWriter, SetsCommasAndQuotes) {
  std::string out;
  JsonWriter json(out);
  json.beginObject()
      .key("a")
      .integer(-1)
      .key("b")
      .beginArray()
      .string("x\"")
      .null()
      .boolean(true)
      .beginObject()
      .endObject();
  json.beginArray()
      .endArray()
      .endArray()
      .key("c")
      .number(1.5)
      .key("d")
      .raw(R"({"e":[]})")
      .key("f")
      .boolean(false)
      .endObject();
  EXPECT_EQ(out, R"({"a":-1,"b":["x\"",null,true,{},[]],"c":1.5,"d":{"e":[]},"f":false})");
}

}  // namespace
}  // namespace xray
