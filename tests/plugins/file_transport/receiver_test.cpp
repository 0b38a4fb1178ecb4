#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/temp_folder.h"
#include "transport_ends.h"

namespace xray::test {
namespace {

TEST(FileReceiver, ManySegmentsOfManyWriters_ComeOnceAndInTheOrderOfEach) {
  const TempFolder folder;
  constexpr int kBatches = 40;
  for (const char* compression : {"none", "zstd"}) {
    const auto sender = senderTo(folder.path(), {{"compression", compression}});
    for (int i = 0; i < kBatches; ++i) {
      send(*sender, compression + std::to_string(i) + std::string(100, 'x') + "\n");
      if (i % 7 == 0) {
        ASSERT_TRUE(sender->flush(soon()).ok());
      }
    }
  }
  const auto stored = drain(folder.path());
  ASSERT_EQ(stored.size(), 2u * kBatches);
  for (const std::string compression : {"none", "zstd"}) {
    int next = 0;
    for (const std::string& body : stored) {
      if (body.starts_with(compression)) {
        EXPECT_EQ(body, compression + std::to_string(next++) + std::string(100, 'x') + "\n");
      }
    }
    EXPECT_EQ(next, kBatches);
  }
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

}  // namespace
}  // namespace xray::test
