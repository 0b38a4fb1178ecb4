#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/temp_folder.h"
#include "transport_ends.h"

namespace xray::test {
namespace {

using testing::ElementsAre;

TEST(FileSender, Destroyed_SealsWhatWasSent) {
  const TempFolder folder;
  {
    const auto sender = senderTo(folder.path() / "spool");
    send(*sender, "{}\n");
    EXPECT_EQ(filesEnding(folder.path(), ".open").size(), 1u);
  }
  EXPECT_EQ(filesEnding(folder.path(), ".open").size(), 0u);
  EXPECT_EQ(filesEnding(folder.path(), ".seg").size(), 1u);
  EXPECT_THAT(drain(folder.path() / "spool"), ElementsAre("{}\n"));
}

TEST(FileSender, SilentForLongerThanSealAfter_SealsByItself) {
  const TempFolder folder;
  const auto sender = senderTo(folder.path(), {{"seal_after", "50ms"}});
  send(*sender, "{}\n");
  EXPECT_TRUE(eventually([&] { return filesEnding(folder.path(), ".seg").size() == 1; }));
}

}  // namespace
}  // namespace xray::test
