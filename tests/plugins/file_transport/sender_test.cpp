#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/temp_folder.h"
#include "transport_ends.h"

namespace xray::test {
namespace {

namespace fs = std::filesystem;
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

TEST(FileSender, Made_TouchesNothingBeforeTheFirstBatch) {
  const TempFolder folder;
  const auto sender = senderTo(folder.path() / "spool");
  EXPECT_TRUE(sender->flush(soon()).ok());
  EXPECT_FALSE(fs::exists(folder.path() / "spool"));
}

TEST(FileSender, Flush_SealsSoThatItCanBeRead) {
  const TempFolder folder;
  for (const char* durability : {"always", "interval", "never"}) {
    const auto sender = senderTo(folder.path() / durability, {{"durability", durability}, {"seal_after", "1h"}});
    send(*sender, "{}\n");
    EXPECT_TRUE(filesEnding(folder.path() / durability, ".seg").empty());
    EXPECT_TRUE(sender->flush(soon()).ok());
    EXPECT_TRUE(sender->flush(soon()).ok()) << "with nothing to do";
    EXPECT_EQ(filesEnding(folder.path() / durability, ".seg").size(), 1u);
    EXPECT_TRUE(filesEnding(folder.path() / durability, ".open").empty());
  }
}

TEST(FileSender, Segments_AreSealedBeforeTheyGetTooGreat_AndNumberedInOrder) {
  const TempFolder folder;
  {
    const auto sender = senderTo(folder.path(), {{"segment_bytes", "4KiB"}, {"seal_after", "1h"}});
    for (int i = 0; i < 10; ++i) send(*sender, std::string(1'500, 'x') + "\n");
    send(*sender, std::string(9'000, 'y') + "\n");  // greater than a segment: it gets one of its own
    send(*sender, "{}\n");
  }
  const auto segments = filesEnding(folder.path(), ".seg");
  ASSERT_EQ(segments.size(), 7u);
  for (std::size_t i = 0; i < segments.size(); ++i) {
    EXPECT_EQ(segments[i].filename(), "000000000000000" + std::to_string(i) + ".seg");
    EXPECT_LE(fs::file_size(segments[i]), i == 5 ? 9'100u : 4'096u);
  }
}

TEST(FileSender, Files_AreForTheirOwnerAlone) {
  const TempFolder folder;
  const auto sender = senderTo(folder.path() / "spool");
  send(*sender, "{}\n");
  ASSERT_TRUE(sender->flush(soon()).ok());
  send(*sender, "{}\n");
  std::size_t seen = 0;
  for (const auto& entry : fs::recursive_directory_iterator(folder.path())) {
    EXPECT_EQ(entry.status().permissions(), entry.is_directory() ? fs::perms(0700) : fs::perms(0600)) << entry.path();
    ++seen;
  }
  EXPECT_EQ(seen, 5u) << "spool, writer, LOCK, one sealed segment, one open";
}

TEST(FileSender, EmptyBatchOrDeadlineThatIsOver_IsRefused) {
  const TempFolder folder;
  const auto sender = senderTo(folder.path());
  EXPECT_EQ(sender->send({"", BatchFormat::NdJson}, soon()).status().code(), StatusCode::InvalidArgument);
  EXPECT_EQ(sender->send({"{}\n", BatchFormat::NdJson}, std::chrono::steady_clock::now()).status().code(),
            StatusCode::DeadlineExceeded);
  EXPECT_TRUE(fs::is_empty(folder.path()));
}

TEST(FileSender, Cancelled_RefusesWhatComesAfter_AndKeepsWhatCameBefore) {
  const TempFolder folder;
  {
    const auto sender = senderTo(folder.path());
    send(*sender, "{}\n");
    sender->cancel();
    EXPECT_EQ(sender->send({"{}\n", BatchFormat::NdJson}, soon()).status().code(), StatusCode::Unavailable);
  }
  EXPECT_THAT(drain(folder.path()), ElementsAre("{}\n"));
}

TEST(FileSender, Compressed_TakesAFractionAndComesBackTheSame) {
  const TempFolder folder;
  std::string body;
  for (int i = 0; i < 1'000; ++i) body += "{\"event\":\"step.ended\",\"seq\":" + std::to_string(i) + "}\n";
  {
    const auto sender = senderTo(folder.path(), {{"compression", "zstd"}});
    EXPECT_EQ(send(*sender, body).accepted, 1'000u);
  }
  EXPECT_LT(fs::file_size(filesEnding(folder.path(), ".seg").front()), body.size() / 3);
  EXPECT_THAT(drain(folder.path()), ElementsAre(body));
}

}  // namespace
}  // namespace xray::test
