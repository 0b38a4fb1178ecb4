#include "xray/spool/format.h"

#include <gtest/gtest.h>

namespace xray::spool {
namespace {

std::string text(const auto& bytes) {
  return {bytes.data(), bytes.size()};
}

TEST(SpoolFormat, SegmentNames_AreReadInOneFormOnly) {
  EXPECT_EQ((SegmentName{42, SegmentState::Sealed}.toString()), "000000000000002a.seg");
  EXPECT_EQ((SegmentName{UINT64_MAX, SegmentState::Open}.toString()), "ffffffffffffffff.open");
  for (const char* name : {"000000000000002a.seg", "ffffffffffffffff.open"}) {
    ASSERT_TRUE(parseSegmentName(name)) << name;
    EXPECT_EQ(parseSegmentName(name)->toString(), name);
  }
  for (const char* name : {"", ".seg", "2a.seg", "000000000000002A.seg", "000000000000002a", "000000000000002a.seg~",
                           "000000000000002g.seg", "-00000000000002a.seg", "0x0000000000002a.seg",
                           "0000000000000002a.seg", "000000000000002a.SEG", "checkpoint", "LOCK"}) {
    EXPECT_FALSE(parseSegmentName(name)) << name;
  }
}

TEST(SpoolFormat, Headers_ComeBackAsTheyWent) {
  const Id writer = newId();
  const std::string bytes = text(encode(SegmentHeader{kFormatVersion, writer, 0x0123456789ABCDEF}));
  const auto segment = decodeSegmentHeader(bytes);
  ASSERT_TRUE(segment);
  EXPECT_EQ(segment->version, kFormatVersion);
  EXPECT_EQ(segment->writer, writer);
  EXPECT_EQ(segment->number, 0x0123456789ABCDEFu);

  const auto frame = decodeFrameHeader(text(encode(FrameHeader{kFrameZstd, 77, 0xDEADBEEF})));
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->flags, kFrameZstd);
  EXPECT_EQ(frame->payloadBytes, 77u);
  EXPECT_EQ(frame->payloadCrc, 0xDEADBEEFu);
}

TEST(SpoolFormat, HeadersWithAnyBitFlippedOrCutShort_AreRefused) {
  const std::string segment = text(encode(SegmentHeader{kFormatVersion, newId(), 7}));
  const std::string frame = text(encode(FrameHeader{0, 77, 0xDEADBEEF}));
  for (std::size_t at = 0; at < segment.size(); ++at) {
    EXPECT_FALSE(decodeSegmentHeader(segment.substr(0, at))) << at;
    for (int bit = 0; bit < 8; ++bit) {
      std::string flipped = segment;
      flipped[at] = static_cast<char>(flipped[at] ^ (1 << bit));
      EXPECT_FALSE(decodeSegmentHeader(flipped)) << at;
    }
  }
  for (std::size_t at = 0; at < frame.size(); ++at) {
    EXPECT_FALSE(decodeFrameHeader(frame.substr(0, at))) << at;
    if (at >= 16) continue;  // the payload's sum is checked with the payload
    for (int bit = 0; bit < 8; ++bit) {
      std::string flipped = frame;
      flipped[at] = static_cast<char>(flipped[at] ^ (1 << bit));
      EXPECT_FALSE(decodeFrameHeader(flipped)) << at;
    }
  }
}

TEST(SpoolFormat, LengthOverTheLimit_IsNoFrame) {
  EXPECT_TRUE(decodeFrameHeader(text(encode(FrameHeader{0, static_cast<std::uint32_t>(kMaxPayloadBytes), 0}))));
  EXPECT_FALSE(decodeFrameHeader(text(encode(FrameHeader{0, static_cast<std::uint32_t>(kMaxPayloadBytes) + 1, 0}))));
}

}  // namespace
}  // namespace xray::spool
