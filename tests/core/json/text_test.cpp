#include "xray/text.h"

#include <gtest/gtest.h>

namespace xray {
namespace {

TEST(NearestName, FindsWhatWasMeant) {
  const std::vector<std::string> names = {"dsn", "pool_size", "options", "step.started", "step.ended", "busy_timeout"};
  EXPECT_EQ(nearestName("pool_sizes", names), "pool_size");
  EXPECT_EQ(nearestName("POOLSIZE", names), "pool_size");
  EXPECT_EQ(nearestName("opitons", names), "options");
  EXPECT_EQ(nearestName("step.endd", names), "step.ended");
  EXPECT_EQ(nearestName("dns", names), "dsn");
  EXPECT_EQ(nearestName("xyz", names), "");
  EXPECT_EQ(nearestName("completely_other", names), "");
  EXPECT_EQ(nearestName("", names), "");
  EXPECT_EQ(nearestName("ab", {"ax", "ay"}), "ax");
  EXPECT_EQ(nearestName("a", {"id", "at"}), "at");
  EXPECT_EQ(nearestName(std::string(1'000'000, 'x'), names), "");
  EXPECT_EQ(didYouMean("optoins", names), "; did you mean \"options\"?");
  EXPECT_EQ(didYouMean("xyz", names), "");
}

TEST(Quoted, ShowsAnyBytesSafely) {
  EXPECT_EQ(quoted("a b"), "\"a b\"");
  EXPECT_EQ(quoted("a\"b\\\n\t\x1b[0m\x7f"), R"("a\"b\\\n\t\u001b[0m\u007f")");
  EXPECT_EQ(quoted("\xC2\x9B"), "\"\\u009b\"");
  EXPECT_EQ(quoted("\xFF\xC3\xA9"), "\"\\xff\xC3\xA9\"");
  EXPECT_EQ(quoted("abcdef", 3), "\"abc…\"");
  EXPECT_EQ(quoted("ab\xC3\xA9", 3), "\"ab…\"");
  EXPECT_EQ(quoted("ab\xC3\xA9", 4), "\"ab\xC3\xA9\"");
}

TEST(IsUtf8, RefusesOverlongFormsAndSurrogates) {
  for (const char* text : {"", "a", "\xC3\xA9", "\xED\x9F\xBF", "\xEF\xBF\xBD", "\xF4\x8F\xBF\xBF"})
    EXPECT_TRUE(isUtf8(text));
  for (const char* text : {"\x80", "\xC0\x80", "\xC1\xBF", "\xE0\x80\x80", "\xED\xA0\x80", "\xF0\x80\x80\x80",
                           "\xF4\x90\x80\x80", "\xF5\x80", "\xC3"}) {
    EXPECT_FALSE(isUtf8(text));
  }
}

TEST(JoinNames, PutsCommas) {
  EXPECT_EQ(joinNames({"a", "b", "c"}), "a, b, c");
  EXPECT_EQ(joinNames({}), "");
}

}  // namespace
}  // namespace xray
