#include "cli/terminal.h"

#include <gtest/gtest.h>

namespace xray::cli {
namespace {

TEST(Terminal, Harmless_LeavesTextAndEscapesControl) {
  const std::pair<std::string, const char*> cases[] = {
      {"plain äöü 日本 🙂", "plain äöü 日本 🙂"},
      {"\x1b[31mred\x1b]0;title\x07", "\\x1b[31mred\\x1b]0;title\\x07"},
      {"a\nb\tc\rd", "a\\nb\\tc\\rd"},
      {std::string("nul\0!", 5), "nul\\x00!"},
      {"\x7f", "\\x7f"},
      {"\xc2\x9b"
       "31m",
       "\\u009b31m"},                             // CSI of the C1 set, in UTF-8
      {"\xe2\x80\xaegnp.exe", "\\u202egnp.exe"},  // right-to-left override
      {"\xff\xc3(\xed\xa0\x80", "\\xff\\xc3(\\xed\\xa0\\x80"},
      {"\xf0\x9f\x99", "\\xf0\\x9f\\x99"},
  };
  for (const auto& [text, expected] : cases) EXPECT_EQ(harmless(text), expected);
}

TEST(Terminal, DisplayWidth_CountsColumns) {
  EXPECT_EQ(displayWidth(""), 0u);
  EXPECT_EQ(displayWidth("abc"), 3u);
  EXPECT_EQ(displayWidth("äöü"), 3u);
  EXPECT_EQ(displayWidth("日本"), 4u);
  EXPECT_EQ(displayWidth("e\xcc\x81"), 1u);  // e and a combining accent
}

TEST(Terminal, Cut_FitsTheWidth) {
  const struct {
    const char* text;
    std::size_t width;
    const char* expected;
  } cases[] = {{"abcdef", 6, "abcdef"}, {"abcdef", 5, "abcd…"}, {"abcdef", 1, "…"},
               {"abcdef", 0, ""},       {"日本語", 5, "日本…"}, {"日本語", 4, "日…"}};
  for (const auto& c : cases) {
    EXPECT_EQ(cut(c.text, c.width), c.expected);
    EXPECT_LE(displayWidth(cut(c.text, c.width)), c.width);
  }
}

TEST(Terminal, Paint_OnlyWithColours) {
  EXPECT_EQ(paint({80, true}, Colour::Red, "x"), "\x1b[31mx\x1b[0m");
  EXPECT_EQ(paint({80, false}, Colour::Red, "x"), "x");
  EXPECT_EQ(paint({80, true}, Colour::None, "x"), "x");
}

}  // namespace
}  // namespace xray::cli
