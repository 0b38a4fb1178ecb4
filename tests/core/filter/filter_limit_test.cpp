// The limits of query.md section 1, each at its last allowed and first refused size, and texts made to hurt a parser.

#include <gtest/gtest.h>

#include "support/filter_printer.h"
#include "support/random.h"
#include "xray/filter.h"

namespace xray {
namespace {

std::string repeated(const std::string& text, std::size_t count) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) out += text;
  return out;
}

Result<Filter> parseRuns(const std::string& text) {
  return parseFilter(text, Entity::Run, Timestamp());
}

std::string messageOf(const std::string& text) {
  return parseRuns(text).status().message();
}

TEST(FilterLimits, Bytes_4096PassAnd4097DoNot) {
  const std::string start = "pipeline = \"";
  const std::string longest = start + std::string(kMaxFilterBytes - start.size() - 1, 'x') + "\"";
  ASSERT_EQ(longest.size(), 4096u);
  EXPECT_TRUE(parseRuns(longest).ok());
  EXPECT_EQ(messageOf(longest + " "), "filter:4097: longer than 4096 bytes");
}

TEST(FilterLimits, Restrictions_50PassAnd51DoNot) {
  const std::string fifty = "step_count = 1" + repeated(" AND step_count = 1", 49);
  EXPECT_TRUE(parseRuns(fifty).ok());
  EXPECT_EQ(messageOf(fifty + " AND step_count = 1"), "filter:951: more than 50 restrictions");
  EXPECT_EQ(messageOf(fifty + " AND steps:(seq = 1)"), "filter:951: more than 50 restrictions");
}

TEST(FilterLimits, Depth_16PassAnd17DoNot) {
  const std::string tooDeep = ": nested deeper than 16 levels (parentheses, NOT and steps:( … ) each count)";
  EXPECT_TRUE(parseRuns(repeated("(", 16) + "step_count = 1" + repeated(")", 16)).ok());
  EXPECT_EQ(messageOf(repeated("(", 17) + "step_count = 1" + repeated(")", 17)), "filter:17" + tooDeep);
  EXPECT_TRUE(parseRuns(repeated("NOT (", 8) + "step_count = 1" + repeated(")", 8)).ok());
  EXPECT_EQ(messageOf(repeated("-(", 8) + "-step_count = 1" + repeated(")", 8)), "filter:17" + tooDeep);
  EXPECT_TRUE(parseRuns(repeated("(", 15) + "steps:(seq = 1)" + repeated(")", 15)).ok());
  EXPECT_EQ(messageOf(repeated("(", 16) + "steps:(seq = 1)" + repeated(")", 16)), "filter:17" + tooDeep);
}

TEST(FilterLimits, Depth_IsLeftAtEachClosingParenthesis) {
  const std::string deep = repeated("(", 16) + "step_count = 1" + repeated(")", 16);
  EXPECT_TRUE(parseRuns(deep + " AND " + deep + " AND NOT steps:(NOT (seq = 1))").ok());
}

TEST(FilterLimits, OnlyOpeningParentheses_AreRefusedSoon) {
  for (const std::string piece : {"(", "-", "NOT ", "steps:(", "-(", "\"", "a.", "ago(", "\\u", "=", ":*"}) {
    EXPECT_FALSE(parseRuns(repeated(piece, 4096 / piece.size())).ok()) << piece;
  }
}

TEST(FilterLimits, RandomPieces_NeverBreakTheParser) {
  const std::vector<std::string> pieces = {"status",
                                           "crashed",
                                           "=",
                                           "!=",
                                           "<",
                                           ">=",
                                           ":",
                                           "*",
                                           "(",
                                           ")",
                                           "steps",
                                           "steps:(",
                                           "metadata",
                                           ".",
                                           "x",
                                           "\"",
                                           "'",
                                           "\\",
                                           "\\u",
                                           "d83d",
                                           "AND",
                                           "OR",
                                           "NOT",
                                           "-",
                                           "ago(",
                                           "5m",
                                           "1e3",
                                           "true",
                                           "null",
                                           " ",
                                           "\n",
                                           "é",
                                           "\xC3",
                                           "run.",
                                           "duration",
                                           "pipeline",
                                           "\"a b\"",
                                           "1e999",
                                           "--",
                                           "and",
                                           "run_id",
                                           "seq",
                                           "9999999999999999999d"};
  test::Random random("RandomPieces");
  for (int i = 0; i < 20'000; ++i) {
    std::string text;
    for (std::uint64_t n = random.below(12); n > 0; --n) {
      text += random.pick(pieces);
      if (random.chance(0.5)) text += " ";
    }
    const Entity entity = random.chance(0.5) ? Entity::Run : Entity::Step;
    const auto filter = parseFilter(text, entity, Timestamp());
    if (filter.ok()) continue;
    ASSERT_TRUE(filter.status().position().has_value()) << text;
    ASSERT_LE(*filter.status().position(), text.size()) << text;
    ASSERT_TRUE(filter.status().message().starts_with("filter:")) << text;
  }
}

}  // namespace
}  // namespace xray
