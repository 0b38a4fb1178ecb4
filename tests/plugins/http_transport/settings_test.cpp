#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "backoff.h"
#include "defaults.h"
#include "http_receiver.h"
#include "http_sender.h"

namespace xray::test {
namespace {

using testing::HasSubstr;

TEST(HttpTransportOptions, Defaults_MakeBothEnds) {
  EXPECT_TRUE(httptransport::makeSender(withDefaults({})).ok());
  const auto receiver = httptransport::makeReceiver(withDefaults({}));
  ASSERT_TRUE(receiver.ok());
  EXPECT_EQ((*receiver)->endpoint(), "http://127.0.0.1:7008");
}

TEST(HttpTransportOptions, BadValues_AreRefusedWithTheOptionsName) {
  struct Case {
    std::map<std::string, std::string> options;
    const char* says;
  };
  for (const Case& c : {Case{{{"url", "https://a"}}, "url: \"https://a\": only http"},
                        {{{"url", "localhost:7008"}}, "url: "},
                        {{{"url", "http://"}}, "url: "},
                        {{{"url", "http://a:99999"}}, "url: "},
                        {{{"url", "http://user:secret@a"}}, "only a host"},
                        {{{"url", "http://a/?x=1"}}, "only a host"},
                        {{{"key", "a\nb"}}, "key: only visible"},
                        {{{"retry_min", "2s"}, {"retry_max", "1s"}}, "retry_min: 2s is more than retry_max, 1s"}}) {
    const auto sender = httptransport::makeSender(withDefaults(c.options));
    ASSERT_FALSE(sender.ok()) << c.says;
    EXPECT_EQ(sender.status().code(), StatusCode::InvalidArgument);
    EXPECT_THAT(sender.status().message(), HasSubstr(c.says));
  }
  const auto receiver = httptransport::makeReceiver(withDefaults({{"listen", "7008"}}));
  EXPECT_THAT(receiver.status().message(), testing::StartsWith("listen: "));
}

TEST(Endpoint, Parse_Urls_GivesHostPortAndPath) {
  using httptransport::Endpoint;
  EXPECT_EQ(Endpoint::parse("http://127.0.0.1:7008").value().toString(), "http://127.0.0.1:7008/v1/events");
  EXPECT_EQ(Endpoint::parse("http://collector/").value().toString(), "http://collector:80/v1/events");
  EXPECT_EQ(Endpoint::parse("http://[::1]:1/x-ray/").value().toString(), "http://[::1]:1/x-ray/v1/events");
}

TEST(Backoff, Next_DoublesFromMinToMax_ShortenedByAtMostAHalf) {
  using std::chrono::microseconds;
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    httptransport::Backoff backoff(microseconds(100), microseconds(1000), seed);
    for (int round = 0; round < 2; ++round) {
      for (const int whole : {100, 200, 400, 800, 1000, 1000}) {
        const auto pause = backoff.next();
        EXPECT_GE(pause, microseconds(whole / 2)) << "seed " << seed;
        EXPECT_LE(pause, microseconds(whole)) << "seed " << seed;
      }
      backoff.reset();
    }
  }
}

}  // namespace
}  // namespace xray::test
