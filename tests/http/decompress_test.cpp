#include "xray/http/decompress.h"

#include <gtest/gtest.h>
#include <zstd.h>

#include <random>

namespace xray::http {
namespace {

constexpr std::size_t kLimit = 1 << 20;

std::string noise(std::size_t size) {
  std::mt19937 random(42);
  std::string text(size, '\0');
  for (char& c : text) {
    c = static_cast<char>(random() % 64);
  }
  return text;
}

std::string compressed(Encoding encoding, std::string_view text) {
  return compress(encoding, text).value();
}

class DecompressTest : public testing::TestWithParam<Encoding> {};

TEST_P(DecompressTest, RoundTrip_AnySize_IsTheSame) {
  for (const std::size_t size : {0, 1, 1000, 65536, 65537, 300000}) {
    const std::string text = noise(size);
    const auto back = decompress(GetParam(), compressed(GetParam(), text), size);
    ASSERT_TRUE(back.ok()) << back.status().toString();
    EXPECT_EQ(*back, text);
  }
}

TEST_P(DecompressTest, RoundTrip_ByteByByteAndSeveralMembers_IsTheSame) {
  const std::string first = noise(70000), second(200000, 'x');
  const std::string input = compressed(GetParam(), first) + compressed(GetParam(), "") + compressed(GetParam(), second);
  EXPECT_EQ(decompress(GetParam(), input, kLimit).value(), first + second);
  Decompressor decompressor(GetParam(), kLimit);
  std::string out;
  for (const char c : input) {
    ASSERT_TRUE(decompressor.append({&c, 1}, out).ok());
  }
  ASSERT_TRUE(decompressor.finish().ok());
  EXPECT_EQ(out, first + second);
}

TEST_P(DecompressTest, Limit_OneByteOver_IsTooLarge) {
  const std::string input = compressed(GetParam(), std::string(1000, 'x'));
  EXPECT_TRUE(decompress(GetParam(), input, 1000).ok());
  EXPECT_EQ(decompress(GetParam(), input, 999).status().code(), StatusCode::TooLarge);
}

INSTANTIATE_TEST_SUITE_P(Codings, DecompressTest, testing::Values(Encoding::Identity, Encoding::Gzip, Encoding::Zstd),
                         [](const auto& info) { return std::string(toString(info.param)); });

class CorruptTest : public testing::TestWithParam<Encoding> {};

TEST_P(CorruptTest, Bomb_StopsAtTheLimit) {
  const std::string bomb = compressed(GetParam(), std::string(64 << 20, '\0'));
  ASSERT_LT(bomb.size(), 400'000u);
  Decompressor decompressor(GetParam(), kLimit);
  std::string out;
  EXPECT_EQ(decompressor.append(bomb, out).code(), StatusCode::TooLarge);
  EXPECT_LE(out.size(), kLimit);
  EXPECT_LE(out.capacity(), 2 * kLimit);
}

TEST_P(CorruptTest, CutOffAnywhere_IsInvalid) {
  const std::string input = compressed(GetParam(), noise(500));
  for (std::size_t size = 1; size < input.size(); ++size) {
    EXPECT_EQ(decompress(GetParam(), input.substr(0, size), kLimit).status().code(), StatusCode::InvalidArgument)
        << size;
  }
}

TEST_P(CorruptTest, OtherBytes_AreInvalid) {
  for (const std::string& input :
       {std::string("hello, world"), std::string(40, '\0'), compressed(GetParam(), "x") + "garbage that follows"}) {
    EXPECT_EQ(decompress(GetParam(), input, kLimit).status().code(), StatusCode::InvalidArgument);
  }
}

INSTANTIATE_TEST_SUITE_P(Codings, CorruptTest, testing::Values(Encoding::Gzip, Encoding::Zstd),
                         [](const auto& info) { return std::string(toString(info.param)); });

TEST(Decompress, GzipWithWrongChecksum_IsInvalid) {
  std::string input = compressed(Encoding::Gzip, "hello");
  input[input.size() - 6] ^= 1;
  EXPECT_EQ(decompress(Encoding::Gzip, input, kLimit).status().code(), StatusCode::InvalidArgument);
}

TEST(Decompress, ZstdWithHugeWindow_IsRefused) {
  ZSTD_CCtx* context = ZSTD_createCCtx();
  ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, 27);
  std::string input(1000, '\0');
  ZSTD_outBuffer out{input.data(), input.size(), 0};
  ZSTD_inBuffer in{"hello", 5, 0};
  ZSTD_compressStream2(context, &out, &in,
                       ZSTD_e_flush);  // not ended at once: the frame does not know its size, so it tells its window
  ZSTD_compressStream2(context, &out, &in, ZSTD_e_end);
  ZSTD_freeCCtx(context);
  input.resize(out.pos);
  EXPECT_EQ(decompress(Encoding::Zstd, input, kLimit).status().code(), StatusCode::InvalidArgument);
}

TEST(Encoding, Parse_Values) {
  EXPECT_EQ(parseEncoding(""), Encoding::Identity);
  EXPECT_EQ(parseEncoding(" Identity "), Encoding::Identity);
  EXPECT_EQ(parseEncoding("GZIP"), Encoding::Gzip);
  EXPECT_EQ(parseEncoding("x-gzip"), Encoding::Gzip);
  EXPECT_EQ(parseEncoding("zstd"), Encoding::Zstd);
  for (const char* other : {"br", "deflate", "gzip, zstd", "gzip,", "zst"}) {
    EXPECT_EQ(parseEncoding(other), std::nullopt) << other;
  }
}

}  // namespace
}  // namespace xray::http
