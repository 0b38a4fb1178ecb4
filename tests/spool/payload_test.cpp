#include "xray/spool/payload.h"

#include <gtest/gtest.h>

namespace xray::spool {
namespace {

TEST(Payload, Packed_ComesBackAsItWent) {
  Compressor compressor;
  for (const std::size_t size : {100u, 5'000u, 1'000'000u}) {
    const std::string body(size, 'x');
    const std::string packed(compressor.pack(body));
    ASSERT_FALSE(packed.empty());
    EXPECT_LT(packed.size(), size);
    const auto batch = unpack(kFrameZstd, packed);
    ASSERT_TRUE(batch.ok()) << batch.status().toString();
    EXPECT_EQ(batch->body, body);
    EXPECT_EQ(batch->format, BatchFormat::NdJson);
  }
  EXPECT_EQ(compressor.pack("{}"), "") << "packing makes it greater";
}

TEST(Payload, Unpack_OverTheLimit_IsTooLargeBeforeMemoryIsTaken) {
  Compressor compressor;
  const std::string packed(compressor.pack(std::string(1'000'000, 'x')));
  EXPECT_EQ(unpack(kFrameZstd, packed, 999'999).status().code(), StatusCode::TooLarge);
  EXPECT_TRUE(unpack(kFrameZstd, packed, 1'000'000).ok());
  EXPECT_EQ(unpack(0, "12345", 4).status().code(), StatusCode::TooLarge);
}

TEST(Payload, Unpack_UnknownFlagsOrBrokenData_IsRefused) {
  Compressor compressor;
  std::string packed(compressor.pack(std::string(10'000, 'x') + "tail"));
  EXPECT_EQ(unpack(4, "{}").status().code(), StatusCode::InvalidArgument);
  EXPECT_EQ(unpack(kFrameZstd, "{}").status().code(), StatusCode::InvalidArgument);
  EXPECT_EQ(unpack(kFrameZstd, packed.substr(0, packed.size() - 1)).status().code(), StatusCode::InvalidArgument);
}

TEST(Payload, CountEvents_CountsLinesAndElements) {
  const auto lines = [](std::string body) { return countEvents({std::move(body), BatchFormat::NdJson}); };
  EXPECT_EQ(lines(""), 0u);
  EXPECT_EQ(lines("{}"), 1u);
  EXPECT_EQ(lines("{}\n"), 1u);
  EXPECT_EQ(lines("{}\n\n{}\n{}"), 3u);
  const auto json = [](std::string body) { return countEvents({std::move(body), BatchFormat::Json}); };
  EXPECT_EQ(json("{}"), 1u);
  EXPECT_EQ(json(" [{},{\"a\":[1,2]},{}] "), 3u);
  EXPECT_EQ(json("[]"), 0u);
  EXPECT_EQ(json("broken"), 1u);
}

}  // namespace
}  // namespace xray::spool
