#include "xray/spool/crc32c.h"

#include <gtest/gtest.h>

#include "support/random.h"

namespace xray::spool {
namespace {

TEST(Crc32c, KnownTexts_HaveTheSumsOfTheirStandard) {
  std::string ascending, descending;
  for (int i = 0; i < 32; ++i) {
    ascending += static_cast<char>(i);
    descending += static_cast<char>(31 - i);
  }
  const struct {
    std::string bytes;
    std::uint32_t crc;
  } cases[] = {{"", 0},
               {std::string(32, '\0'), 0x8A9136AA},  // RFC 3720, B.4
               {std::string(32, '\xFF'), 0x62A8AB43},
               {ascending, 0x46DD794E},
               {descending, 0x113FDB5C},
               {"123456789", 0xE3069283}};
  for (const auto& c : cases) {
    EXPECT_EQ(crc32c(c.bytes), c.crc);
    EXPECT_EQ(crc32cPortable(c.bytes), c.crc);
  }
}

TEST(Crc32c, OfAnyLength_IsTheSameWithAndWithoutTheProcessorsHelp) {
  test::Random random("Crc32c");
  std::string bytes(70'000, '\0');
  for (char& byte : bytes) byte = static_cast<char>(random.below(256));
  for (int i = 0; i < 300; ++i) {
    const std::size_t from = random.below(64);
    const std::string_view part = std::string_view(bytes).substr(from, random.below(bytes.size() - from));
    const std::uint32_t expected = crc32cPortable(part);
    ASSERT_EQ(crc32c(part), expected) << part.size();
    const std::size_t cut = part.empty() ? 0 : random.below(part.size());
    ASSERT_EQ(crc32c(part.substr(cut), crc32c(part.substr(0, cut))), expected) << part.size() << " cut at " << cut;
    ASSERT_EQ(crc32cPortable(part.substr(cut), crc32cPortable(part.substr(0, cut))), expected);
  }
}

}  // namespace
}  // namespace xray::spool
