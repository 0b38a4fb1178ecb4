#include "xray/http/content_coding.h"

#include "xray/http/decompress.h"
#include "xray/http/gzip_compressor.h"

namespace xray::http {
namespace {

Request asking(const std::string& acceptEncoding) {
  Request request;
  request.headers.emplace_back("accept-encoding", acceptEncoding);
  return request;
}

std::string headerOf(const Response& response, const std::string& name) {
  std::string values;
  for (const auto& [key, value] : response.headers) {
    if (key == name) values += (values.empty() ? "" : "|") + value;
  }
  return values;
}

TEST(PrefersGzip, AcceptEncoding_IsReadWithItsWeights) {
  const std::pair<const char*, bool> cases[] = {
      {"gzip", true},
      {"GZIP", true},
      {"x-gzip", true},
      {"br, gzip;q=0.5", true},
      {"gzip;q=0", false},
      {"gzip;q=0.0", false},
      {"gzip; Q=0.001", true},
      {"gzip;q=nonsense", false},
      {"gzip;q=2", false},
      {"gzip;q=-1", false},
      {"gzip;q=", false},
      {"gzip;level=9;q=0", false},
      {"*", true},
      {"*;q=0", false},
      {"*, gzip;q=0", false},
      {"gzip;q=0.5, identity;q=0.8", false},
      {"gzip;q=0.8, identity;q=0.8", true},
      {"identity;q=0, gzip;q=0.1", true},
      {"identity", false},
      {"br", false},
      {"", false},
      {",,;,", false},
      {"notgzip", false},
      {"gzip;q=0, gzip", true},
  };
  for (const auto& [header, wanted] : cases) EXPECT_EQ(prefersGzip(asking(header)), wanted) << header;
  EXPECT_FALSE(prefersGzip(Request()));
}

TEST(EncodeFor, LongBody_IsGzippedForWhoWantsIt) {
  const std::string body(kMinCompressedBytes, 'x');
  const Response response = encodeFor(asking("gzip"), {.body = body, .headers = {{"ETag", "\"abc\""}}});
  EXPECT_EQ(headerOf(response, "Content-Encoding"), "gzip");
  EXPECT_EQ(headerOf(response, "Vary"), "Accept-Encoding");
  EXPECT_EQ(headerOf(response, "ETag"), "\"abc-gzip\"");
  EXPECT_LT(response.body.size(), 100u);
  EXPECT_EQ(*decompress(Encoding::Gzip, response.body, 1 << 20), body);
}

TEST(EncodeFor, ShortBodyOrOtherClient_StaysAsItIsAndSaysVary) {
  const std::string shortBody(kMinCompressedBytes - 1, 'x');
  for (const Response& response :
       {encodeFor(asking("gzip"), {.body = shortBody, .headers = {{"ETag", "\"a\""}}}),
        encodeFor(Request(), {.body = std::string(4096, 'x'), .headers = {{"ETag", "\"a\""}}}),
        encodeFor(asking("gzip"), {.status = 304, .headers = {{"ETag", "\"a\""}}})}) {
    EXPECT_EQ(headerOf(response, "Content-Encoding"), "");
    EXPECT_EQ(headerOf(response, "Vary"), "Accept-Encoding");
    EXPECT_EQ(headerOf(response, "ETag"), "\"a\"");
  }
}

TEST(GzipCompressor, Pieces_AreReadableAsTheyCome) {
  GzipCompressor compressor;
  Decompressor reader(Encoding::Gzip, 1 << 20);
  std::string plain;
  std::string expected;
  for (const std::string& piece : {std::string("a\n"), std::string(200'000, 'b'), std::string("c")}) {
    std::string out;
    ASSERT_TRUE(compressor.append(piece, out).ok());
    ASSERT_TRUE(reader.append(out, plain).ok());
    EXPECT_EQ(plain, expected += piece);
  }
  std::string out;
  ASSERT_TRUE(compressor.finish(out).ok());
  ASSERT_TRUE(reader.append(out, plain).ok());
  EXPECT_TRUE(reader.finish().ok());
}

}  // namespace
}  // namespace xray::http
