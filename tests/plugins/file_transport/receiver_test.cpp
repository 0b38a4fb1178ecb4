#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "support/temp_folder.h"
#include "transport_ends.h"

namespace xray::test {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAreArray;

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

TEST(FileReceiver, DirectoryThatIsNotThereYet_IsMade_AndFollowed) {
  const TempFolder folder;
  const fs::path dir = folder.path() / "a" / "spool";
  SpoolSink sink;
  const auto receiver = receiverOf(dir);
  ASSERT_TRUE(receiver->start(sink).ok());
  EXPECT_EQ(receiver->endpoint(), dir.string());
  EXPECT_EQ(fs::status(dir).permissions(), fs::perms::owner_all);
  const auto sender = senderTo(dir, {{"seal_after", "20ms"}});
  for (std::size_t i = 1; i <= 5; ++i) {
    send(*sender, std::to_string(i) + "\n");
    ASSERT_TRUE(sink.waitStored(i));
  }
  EXPECT_TRUE(receiver->stop(soon()).ok());
}

TEST(FileReceiver, OpenSegmentOfALivingWriter_IsReadOnlyWhenItIsSealed) {
  const TempFolder folder;
  SpoolSink sink;
  const auto receiver = receiverOf(folder.path());
  ASSERT_TRUE(receiver->start(sink).ok());
  auto sender = senderTo(folder.path(), {{"seal_after", "1h"}});
  send(*sender, "{}\n");
  Backlog backlog = receiver->backlog().value();
  EXPECT_EQ(backlog.bytes, 0u);
  EXPECT_GT(backlog.openBytes, 0u);
  // A second writer's batch goes all the way meanwhile.
  const auto other = senderTo(folder.path());
  send(*other, "[]\n");
  ASSERT_TRUE(other->flush(soon()).ok());
  ASSERT_TRUE(sink.waitStored(1));
  EXPECT_THAT(sink.stored(), ElementsAre("[]\n"));
  sender.reset();
  ASSERT_TRUE(sink.waitStored(2));
  EXPECT_TRUE(eventually([&] { return receiver->backlog().value().openBytes == 0; }));
  EXPECT_TRUE(receiver->stop(soon()).ok());
}

TEST(FileReceiver, Backlog_CountsWhatIsNotAnsweredYet) {
  const TempFolder folder;
  SpoolSink sink;
  sink.hold();
  EXPECT_EQ(receiverOf(folder.path())->backlog().status().code(), StatusCode::Closed);
  const auto sender = senderTo(folder.path());
  for (int i = 0; i < 3; ++i) send(*sender, std::to_string(i) + "\n");
  ASSERT_TRUE(sender->flush(soon()).ok());
  const auto receiver = receiverOf(folder.path());
  ASSERT_TRUE(receiver->start(sink).ok());
  const std::uint64_t all = receiver->backlog()->bytes;
  EXPECT_EQ(all, fs::file_size(filesEnding(folder.path(), ".seg").front()));
  auto held = sink.takeHeld(3);
  EXPECT_EQ(receiver->backlog()->bytes, all);
  held[0].second(Receipt());
  EXPECT_TRUE(eventually([&] { return receiver->backlog()->bytes < all; }));
  EXPECT_GT(receiver->backlog()->bytes, 0u);
  for (std::size_t i = 1; i < 3; ++i) held[i].second(Receipt());
  EXPECT_TRUE(eventually([&] { return receiver->backlog()->bytes == 0; }));
  EXPECT_TRUE(receiver->stop(soon()).ok());
}

TEST(FileReceiver, AnswersInAnyOrder_AreSettledInOrder) {
  const TempFolder folder;
  const auto sender = senderTo(folder.path());
  for (int i = 0; i < 4; ++i) send(*sender, std::to_string(i) + "\n");
  ASSERT_TRUE(sender->flush(soon()).ok());
  {
    SpoolSink sink;
    sink.hold();
    const auto receiver = receiverOf(folder.path());
    ASSERT_TRUE(receiver->start(sink).ok());
    auto held = sink.takeHeld(4);
    for (const std::size_t i : {3u, 1u, 0u}) held[i].second(Receipt());
    EXPECT_EQ(receiver->stop(std::chrono::steady_clock::now()).code(), StatusCode::DeadlineExceeded);
    held[2].second(Receipt());  // too late, and harmless
  }
  EXPECT_THAT(drain(folder.path()), ElementsAre("2\n", "3\n")) << "from the first that was not answered";
}

TEST(FileReceiver, Stop_WaitsForAnswersUntilItsDeadline) {
  const TempFolder folder;
  {
    const auto sender = senderTo(folder.path());
    send(*sender, "{}\n");
  }
  SpoolSink sink;
  sink.hold();
  const auto receiver = receiverOf(folder.path());
  ASSERT_TRUE(receiver->start(sink).ok());
  auto held = sink.takeHeld(1);
  std::thread answers([&] { held[0].second(Receipt()); });
  EXPECT_TRUE(receiver->stop(soon()).ok());
  answers.join();
  EXPECT_TRUE(receiver->stop(soon()).ok()) << "twice";
  EXPECT_THAT(drain(folder.path()), IsEmpty());
}

TEST(FileReceiver, TwoOnOneSpool_ShareTheWriters_AndReadNothingTwice) {
  const TempFolder folder;
  constexpr int kWriters = 4, kBatches = 30;
  SpoolSink sinks[2];
  const auto first = receiverOf(folder.path()), second = receiverOf(folder.path());
  ASSERT_TRUE(first->start(sinks[0]).ok());
  ASSERT_TRUE(second->start(sinks[1]).ok());
  std::vector<std::string> sent;
  {
    std::vector<std::unique_ptr<Sender>> senders;
    for (int w = 0; w < kWriters; ++w) senders.push_back(senderTo(folder.path(), {{"seal_after", "5ms"}}));
    for (int i = 0; i < kBatches; ++i) {
      for (int w = 0; w < kWriters; ++w) {
        sent.push_back(std::to_string(w) + " " + std::to_string(i) + "\n");
        send(*senders[static_cast<std::size_t>(w)], sent.back());
      }
    }
  }
  ASSERT_TRUE(eventually([&] { return sinks[0].stored().size() + sinks[1].stored().size() >= sent.size(); }));
  EXPECT_TRUE(eventually([&] { return fs::is_empty(folder.path()); }));
  EXPECT_TRUE(first->stop(soon()).ok());
  EXPECT_TRUE(second->stop(soon()).ok());
  auto stored = sinks[0].stored();
  const auto others = sinks[1].stored();
  stored.insert(stored.end(), others.begin(), others.end());
  EXPECT_THAT(stored, UnorderedElementsAreArray(sent));
}

TEST(FileReceiver, SecondOfTwo_TakesOverWhenTheFirstStops) {
  const TempFolder folder;
  SpoolSink sinks[2];
  const auto sender = senderTo(folder.path());
  const auto first = receiverOf(folder.path()), second = receiverOf(folder.path());
  ASSERT_TRUE(first->start(sinks[0]).ok());
  send(*sender, "1\n");
  ASSERT_TRUE(sender->flush(soon()).ok());
  ASSERT_TRUE(sinks[0].waitStored(1));
  ASSERT_TRUE(second->start(sinks[1]).ok());
  EXPECT_TRUE(first->stop(soon()).ok());
  send(*sender, "2\n");
  ASSERT_TRUE(sender->flush(soon()).ok());
  ASSERT_TRUE(sinks[1].waitStored(1));
  EXPECT_THAT(sinks[1].stored(), ElementsAre("2\n"));
  EXPECT_TRUE(second->stop(soon()).ok());
}

TEST(FileReceiver, Archive_KeepsTheSegmentsOutOfTheWay) {
  const TempFolder folder;
  {
    const auto sender = senderTo(folder.path());
    send(*sender, "{}\n");
  }
  const std::string content = readFile(filesEnding(folder.path(), ".seg").front());
  const std::string writer = onlyWriter(folder.path()).filename().string();
  EXPECT_THAT(drain(folder.path(), {{"after", "archive"}}), ElementsAre("{}\n"));
  EXPECT_EQ(readFile(folder.path() / "archive" / writer / "0000000000000000.seg"), content);
  EXPECT_FALSE(fs::exists(folder.path() / writer));
  EXPECT_THAT(drain(folder.path(), {{"after", "archive"}}), IsEmpty());
}

TEST(FileReceiver, SpoolTakenAwayWhileItRuns_IsMadeAnewByBothEnds) {
  const TempFolder folder;
  const fs::path dir = folder.path() / "spool";
  SpoolSink sink;
  const auto receiver = receiverOf(dir);
  ASSERT_TRUE(receiver->start(sink).ok());
  const auto sender = senderTo(dir);
  send(*sender, "1\n");
  ASSERT_TRUE(sender->flush(soon()).ok());
  ASSERT_TRUE(sink.waitStored(1));
  fs::rename(dir, folder.path() / "elsewhere");  // at once, while both ends work in it
  ASSERT_TRUE(eventually([&] { return sender->send({"2\n", BatchFormat::NdJson}, soon()).ok(); }));
  ASSERT_TRUE(sender->flush(soon()).ok());
  ASSERT_TRUE(sink.waitStored(2));
  EXPECT_THAT(sink.stored(), ElementsAre("1\n", "2\n"));
  EXPECT_TRUE(receiver->stop(soon()).ok());
}

TEST(FileReceiver, JsonBatches_KeepTheirFormat) {
  const TempFolder folder;
  {
    const auto sender = senderTo(folder.path(), {{"compression", "zstd"}});
    const auto receipt = sender->send({"[{},{},{}]" + std::string(500, ' '), BatchFormat::Json}, soon());
    EXPECT_EQ(receipt.value().accepted, 3u);
  }
  SpoolSink sink;
  const auto receiver = receiverOf(folder.path());
  ASSERT_TRUE(receiver->start(sink).ok());
  ASSERT_TRUE(sink.waitStored(1));
  EXPECT_TRUE(receiver->stop(soon()).ok());
  EXPECT_EQ(sink.formats().front(), BatchFormat::Json);
}

}  // namespace
}  // namespace xray::test
