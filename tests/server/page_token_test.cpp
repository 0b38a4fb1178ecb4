#include "server/api/page_token.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/api/base64.h"

namespace xray::server {
namespace {

using testing::HasSubstr;

const PageQuestion kQuestion{"/v1/runs", "status = crashed", "started_at desc"};

PagePlace place(std::optional<std::int64_t> key) {
  return {
      Timestamp(Microseconds(1234567)),
      {key, *Id::parse("0190b2a4-7c11-7000-8000-00000000000a"), *Id::parse("ffffffff-ffff-ffff-ffff-ffffffffffff")}};
}

TEST(PageToken, EncodeDecode_AnyKey_ComesBack) {
  for (const std::optional<std::int64_t> key :
       {std::optional<std::int64_t>(), std::optional<std::int64_t>(0), std::optional<std::int64_t>(-1),
        std::optional<std::int64_t>(INT64_MIN), std::optional<std::int64_t>(INT64_MAX)}) {
    const Result<PagePlace> back = decodePageToken(kQuestion, encodePageToken(kQuestion, place(key)));
    ASSERT_TRUE(back.ok());
    EXPECT_EQ(back->cursor.key, key);
    EXPECT_EQ(back->cursor.id, place(key).cursor.id);
    EXPECT_EQ(back->cursor.runId, place(key).cursor.runId);
    EXPECT_EQ(back->firstAsked, place(key).firstAsked);
  }
}

TEST(PageToken, Decode_OfAnotherQuestion_IsRefused) {
  const std::string token = encodePageToken(kQuestion, place(1));
  for (const PageQuestion& other :
       {PageQuestion{"/v1/steps", "status = crashed", "started_at desc"},
        PageQuestion{"/v1/runs", "", "started_at desc"}, PageQuestion{"/v1/runs", "status = crashed", "started_at"},
        PageQuestion{"/v1/runs", "status = crashedstarted_at desc", ""}}) {
    EXPECT_THAT(decodePageToken(other, token).status().message(), HasSubstr("belongs to another filter or order_by"));
  }
}

TEST(PageToken, Decode_WhatIsNoToken_IsRefused) {
  const std::string token = encodePageToken(kQuestion, place(1));
  std::string otherVersion = *fromBase64Url(token);
  otherVersion[0] = 2;
  for (const std::string& text :
       {std::string("x"), std::string("!!!!"), token.substr(1), token + "A", token + "=", token + "\n",
        std::string(5000, 'A'), toBase64Url(otherVersion), encodeRejectionToken(7)}) {
    EXPECT_THAT(decodePageToken(kQuestion, text).status().message(), HasSubstr("no token of this list")) << text;
  }
}

TEST(PageToken, Rejections_ComeBackAndAreTheirOwn) {
  EXPECT_EQ(*decodeRejectionToken(encodeRejectionToken(INT64_MAX)), INT64_MAX);
  EXPECT_FALSE(decodeRejectionToken(encodePageToken(kQuestion, place(1))).ok());
}

TEST(Base64, Texts_AreThoseOfTheRfc) {
  const std::pair<const char*, const char*> cases[] = {{"", ""},
                                                       {"f", "Zg=="},
                                                       {"fo", "Zm8="},
                                                       {"foo", "Zm9v"},
                                                       {"foob", "Zm9vYg=="},
                                                       {"fooba", "Zm9vYmE="},
                                                       {"foobar", "Zm9vYmFy"},
                                                       {"\xfb\xff", "+/8="}};
  for (const auto& [bytes, text] : cases) EXPECT_EQ(toBase64(bytes), text);
  EXPECT_EQ(toBase64Url("\xfb\xff"), "-_8");
  EXPECT_EQ(fromBase64Url("-_8"), "\xfb\xff");
  EXPECT_EQ(fromBase64Url("-_9"), std::nullopt);  // bits that mean nothing
}

}  // namespace
}  // namespace xray::server
