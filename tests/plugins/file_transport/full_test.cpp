// A spool, or a disk, that has no more room.

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <unistd.h>

#include <cstring>

#include "numbered_batches.h"
#include "support/temp_folder.h"
#include "transport_ends.h"

namespace xray::test {
namespace {

namespace fs = std::filesystem;

/// 1000 bytes, three events.
std::string batch(int number) {
  std::string body = "{\"i\":" + std::to_string(number) + "}\n{}\n";
  return body + std::string(999 - body.size(), 'x') + "\n";
}

std::uint64_t segmentBytes(const fs::path& dir) {
  std::uint64_t bytes = 0;
  for (const char* ending : {".seg", ".open"}) {
    for (const fs::path& file : filesEnding(dir, ending)) {
      std::error_code renamed;
      if (const std::uint64_t size = fs::file_size(file, renamed); !renamed) bytes += size;
    }
  }
  return bytes;
}

/// Room for some 15 of the batches above, 3 in a segment.
const Changes kSmall{{"max_bytes", "16KiB"}, {"segment_bytes", "4KiB"}, {"seal_after", "1h"}};

Changes small(const std::string& whenFull) {
  Changes changes = kSmall;
  changes["when_full"] = whenFull;
  return changes;
}

TEST(FullSpool, Block_RefusesUntilSomebodyHasDrainedIt) {
  const TempFolder folder;
  const auto sender = senderTo(folder.path(), small("block"));
  int sent = 0;
  Status refusal;
  while (refusal.ok()) {
    const auto receipt = sender->send({batch(sent), BatchFormat::NdJson}, soon());
    refusal = receipt.status();
    if (receipt.ok()) {
      EXPECT_EQ(receipt->accepted, 3u);
      EXPECT_FALSE(receipt->dropped);
      ++sent;
    }
  }
  EXPECT_EQ(refusal.code(), StatusCode::Overloaded) << refusal.toString();
  EXPECT_THAT(refusal.message(), testing::HasSubstr("max_bytes"));
  EXPECT_GE(sent, 14);
  EXPECT_LE(segmentBytes(folder.path()), 16u * 1024);
  EXPECT_EQ(sender->send({batch(sent), BatchFormat::NdJson}, soon()).status().code(), StatusCode::Overloaded);

  EXPECT_FALSE(drain(folder.path()).empty());
  EXPECT_TRUE(eventually([&] { return sender->send({batch(sent), BatchFormat::NdJson}, soon()).ok(); }));
}

TEST(FullSpool, DropNewest_DropsEachNewBatchAndSaysSo) {
  const TempFolder folder;
  const auto sender = senderTo(folder.path(), small("drop_newest"));
  std::vector<std::string> taken;
  int dropped = 0;
  for (int i = 0; i < 30; ++i) {
    const Receipt receipt = send(*sender, batch(i));
    EXPECT_EQ(receipt.accepted, receipt.dropped ? 0u : 3u);
    EXPECT_EQ(receipt.droppedEarlier, 0u);
    if (receipt.dropped) {
      ++dropped;
    } else {
      taken.push_back(batch(i));
    }
  }
  EXPECT_GT(dropped, 0);
  EXPECT_EQ(taken.size() + static_cast<std::size_t>(dropped), 30u);
  ASSERT_TRUE(sender->flush(soon()).ok());
  EXPECT_EQ(drain(folder.path()), taken);
}

TEST(FullSpool, DropOldest_DropsWholeSegmentsAndCountsTheirEvents) {
  const TempFolder folder;
  std::uint64_t droppedEvents = 0;
  constexpr int kBatches = 60;
  const auto sender = senderTo(folder.path(), small("drop_oldest"));
  for (int i = 0; i < kBatches; ++i) {
    const Receipt receipt = send(*sender, batch(i));
    EXPECT_EQ(receipt.accepted, 3u);
    EXPECT_FALSE(receipt.dropped);
    droppedEvents += receipt.droppedEarlier;
    EXPECT_LE(segmentBytes(folder.path()), 16u * 1024);
  }
  ASSERT_TRUE(sender->flush(soon()).ok());
  const auto left = drain(folder.path());
  ASSERT_FALSE(left.empty());
  EXPECT_EQ(droppedEvents, 3 * (kBatches - left.size()));
  for (std::size_t i = 0; i < left.size(); ++i) {
    EXPECT_EQ(left[i], batch(kBatches - static_cast<int>(left.size() - i))) << "the newest stay";
  }
}

TEST(FullSpool, DropOldest_LeavesWhatIsBeingReadAndCountsNoEventTwice) {
  const TempFolder folder;
  SpoolSink sink;
  sink.hold();
  const auto sender = senderTo(folder.path(), small("drop_oldest"));
  for (int i = 0; i < 12; ++i) send(*sender, batch(i));
  ASSERT_TRUE(sender->flush(soon()).ok());
  const auto receiver = receiverOf(folder.path(), {{"in_flight", "2"}});
  ASSERT_TRUE(receiver->start(sink).ok());
  auto held = sink.takeHeld(2);

  std::uint64_t droppedEvents = 0;
  int next = 12;
  while (droppedEvents == 0) droppedEvents += send(*sender, batch(next++)).droppedEarlier;
  EXPECT_EQ(droppedEvents, 9u) << "a segment of three batches";
  ASSERT_TRUE(sender->flush(soon()).ok());

  sink.letGo();
  for (auto& [body, done] : held) done(Receipt());
  const std::size_t expected = static_cast<std::size_t>(next) - 3;
  EXPECT_TRUE(eventually([&] { return sink.submitted().size() >= expected; }));
  EXPECT_TRUE(eventually([&] { return receiver->backlog().value().bytes == 0; }));
  EXPECT_TRUE(receiver->stop(soon()).ok());
  auto read = sink.submitted();
  EXPECT_EQ(read.size(), expected);
  std::vector<std::string> all;
  for (int i = 0; i < next; ++i) {
    if (i < 3 || i >= 6) all.push_back(batch(i));
  }
  EXPECT_EQ(read, all) << "the first segment was being read, so the second was dropped";
}

TEST(FullSpool, DropOldest_TakesWhatDeadWritersLeft_SealedOrNot) {
  const TempFolder folder;
  for (int i = 0; i < 4; ++i) {
    const auto sender = senderTo(folder.path(), small("block"));
    for (int n = 0; n < 3; ++n) send(*sender, batch(n));
  }
  for (const fs::path& file : filesEnding(folder.path(), ".seg")) {
    fs::rename(file, fs::path(file).replace_extension(".open"));  // as a killed writer leaves it
  }
  const auto sender = senderTo(folder.path(), small("drop_oldest"));
  std::uint64_t droppedEvents = 0;
  for (int i = 0; i < 12; ++i) droppedEvents += send(*sender, batch(100 + i)).droppedEarlier;
  EXPECT_GT(droppedEvents, 0u);
  EXPECT_LE(segmentBytes(folder.path()), 16u * 1024);
}

TEST(FullSpool, BatchThatNeverFits_IsTooLargeInEveryMode) {
  for (const char* mode : {"block", "drop_newest", "drop_oldest"}) {
    const TempFolder folder;
    const auto sender = senderTo(folder.path(), small(mode));
    const auto receipt = sender->send({std::string(17'000, 'x'), BatchFormat::NdJson}, soon());
    EXPECT_EQ(receipt.status().code(), StatusCode::TooLarge) << receipt.status().toString();
    EXPECT_EQ(send(*sender, batch(0)).accepted, 3u);
  }
}

/// A file system of one megabyte.
class FullDisk : public testing::Test {
 protected:
  void SetUp() override {
    if (::mount("tmpfs", folder_.path().c_str(), "tmpfs", MS_NOSUID | MS_NODEV, "size=1m,mode=0700") != 0) {
      GTEST_SKIP() << "mounting a small tmpfs is not allowed here: " << std::strerror(errno);
    }
    mounted_ = true;
  }
  void TearDown() override {
    if (mounted_) ::umount2(folder_.path().c_str(), MNT_DETACH);
  }
  fs::path spool() const { return folder_.path() / "spool"; }

  /// Takes all the room that is left.
  void fillUp() {
    std::ofstream file(folder_.path() / "ballast", std::ios::binary | std::ios::app);
    const std::string block(4096, 'x');
    while (file.write(block.data(), static_cast<std::streamsize>(block.size())).flush()) {
    }
  }
  void makeRoom() { fs::remove(folder_.path() / "ballast"); }

 private:
  TempFolder folder_;
  bool mounted_ = false;
};

TEST_F(FullDisk, Block_RefusesAndLosesNothing_AndGoesOnWhenThereIsRoom) {
  std::vector<std::string> taken;
  auto sender = senderTo(spool(), {{"seal_after", "1h"}});
  int i = 0;
  while (true) {
    const auto receipt = sender->send({batch(i) + std::string(20'000, 'y') + "\n", BatchFormat::NdJson}, soon());
    if (!receipt.ok()) {
      EXPECT_EQ(receipt.status().code(), StatusCode::Overloaded) << receipt.status().toString();
      EXPECT_THAT(receipt.status().message(), testing::HasSubstr("No space left on device"));
      break;
    }
    taken.push_back(batch(i++) + std::string(20'000, 'y') + "\n");
  }
  EXPECT_GT(taken.size(), 20u);
  // The torn frame was cut off, so smaller batches fit behind the last whole one.
  while (sender->send({numberedBatch(0), BatchFormat::NdJson}, soon()).ok()) taken.push_back(numberedBatch(0));
  ASSERT_TRUE(sender->flush(soon()).ok());
  EXPECT_EQ(drain(spool()), taken) << "also while the disk is full";
  ASSERT_TRUE(sender->send({numberedBatch(1), BatchFormat::NdJson}, soon()).ok());
  sender.reset();
  EXPECT_THAT(drain(spool()), testing::ElementsAre(numberedBatch(1)));
  EXPECT_TRUE(!fs::exists(spool() / "bad")) << "nothing was damaged";
}

TEST_F(FullDisk, NothingCanBeMade_IsTheSameAsFull) {
  fillUp();
  // Directories of a tmpfs take no block, files do.
  const auto blocking = senderTo(spool())->send({numberedBatch(0), BatchFormat::NdJson}, soon());
  EXPECT_EQ(blocking.status().code(), StatusCode::Overloaded) << blocking.status().toString();
  const auto dropping = senderTo(spool(), {{"when_full", "drop_newest"}})->send({"{}\n", BatchFormat::NdJson}, soon());
  ASSERT_TRUE(dropping.ok()) << dropping.status().toString();
  EXPECT_TRUE(dropping->dropped);
  makeRoom();
  EXPECT_TRUE(senderTo(spool())->send({numberedBatch(0), BatchFormat::NdJson}, soon()).ok());
  EXPECT_THAT(drain(spool()), testing::ElementsAre(numberedBatch(0)));
}

TEST_F(FullDisk, DropOldest_MakesRoomForTheNewest) {
  std::uint64_t dropped = 0;
  {
    const auto sender = senderTo(spool(), {{"when_full", "drop_oldest"}, {"segment_bytes", "64KiB"}});
    for (int i = 0; i < 100; ++i) {
      const auto receipt = sender->send({batch(i) + std::string(20'000, 'y') + "\n", BatchFormat::NdJson}, soon());
      ASSERT_TRUE(receipt.ok()) << i << ": " << receipt.status().toString();
      EXPECT_EQ(receipt->accepted, 4u);
      dropped += receipt->droppedEarlier;
    }
  }
  const auto left = drain(spool());
  EXPECT_GT(left.size(), 20u);
  EXPECT_EQ(dropped, 4 * (100 - left.size()));
}

TEST_F(FullDisk, DamageThatCannotBeKept_DoesNotStopTheReader) {
  {
    const auto sender = senderTo(spool());
    for (int i = 0; i < 3; ++i) send(*sender, numberedBatch(i));
  }
  const fs::path segment = filesEnding(spool(), ".seg").front();
  std::string content = readFile(segment);
  content[content.size() - 3] ^= 1;
  std::ofstream(segment, std::ios::binary | std::ios::in)
      .write(content.data(), static_cast<std::streamsize>(content.size()));
  fillUp();
  EXPECT_THAT(drain(spool()), testing::ElementsAre(numberedBatch(0), numberedBatch(1)));
  EXPECT_TRUE(filesEnding(spool(), ".seg").empty());
}

}  // namespace
}  // namespace xray::test
