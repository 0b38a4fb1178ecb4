// Sinks that do not take everything at once.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>

#include "numbered_batches.h"
#include "support/random.h"
#include "support/temp_folder.h"
#include "transport_ends.h"

namespace xray::test {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> fill(const fs::path& dir, int batches, const Changes& changes = {}) {
  std::vector<std::string> bodies;
  const auto sender = senderTo(dir, changes);
  for (int i = 0; i < batches; ++i) {
    bodies.push_back(numberedBatch(i));
    send(*sender, bodies.back());
  }
  return bodies;
}

void drainInto(SpoolSink& sink, const fs::path& dir, const Changes& changes = {}) {
  const auto receiver = receiverOf(dir, changes);
  ASSERT_TRUE(receiver->start(sink).ok());
  ASSERT_TRUE(eventually([&] { return receiver->backlog().value().bytes == 0; }));
  ASSERT_TRUE(receiver->stop(soon()).ok());
}

TEST(RefusedBatches, UnavailableOrOverloaded_ComeAgainInOrder_AndNothingTwice) {
  Random random("RefusedBatches");
  for (const char* inFlight : {"1", "8"}) {
    const TempFolder folder;
    const auto bodies = fill(folder.path(), 60, {{"segment_bytes", "8KiB"}});
    SpoolSink sink([&](const std::string&) -> Result<Receipt> {
      if (random.chance(0.9)) return Receipt();
      return Status(random.chance(0.5) ? StatusCode::Unavailable : StatusCode::Overloaded, "not now");
    });
    drainInto(sink, folder.path(), {{"in_flight", inFlight}});
    EXPECT_EQ(sink.stored(), bodies);
    EXPECT_GT(sink.submitted().size(), bodies.size()) << "some were refused";
  }
}

TEST(RefusedBatches, WhileTheSinkIsAway_OneBatchAtATimeIsTried) {
  const TempFolder folder;
  const auto bodies = fill(folder.path(), 20);
  SpoolSink sink;
  sink.hold();
  const auto receiver = receiverOf(folder.path(), {{"in_flight", "8"}});
  ASSERT_TRUE(receiver->start(sink).ok());
  auto held = sink.takeHeld(8);
  ASSERT_EQ(held.size(), 8u) << "as many as may be in flight";
  // The second of them is stored, the others are not.
  for (std::size_t i = 0; i < held.size(); ++i) {
    held[i].second(i == 1 ? Result<Receipt>(Receipt()) : Status(StatusCode::Unavailable, "away"));
  }
  for (int i = 0; i < 3; ++i) {
    auto probe = sink.takeHeld(1);
    ASSERT_EQ(probe.size(), 1u);
    EXPECT_EQ(probe.front().first, bodies[0]);
    probe.front().second(Status(StatusCode::Unavailable, "still away"));
  }
  auto probe = sink.takeHeld(1);
  sink.letGo();
  probe.front().second(Receipt());
  ASSERT_TRUE(eventually([&] { return receiver->backlog().value().bytes == 0; }));
  EXPECT_TRUE(receiver->stop(soon()).ok());
  std::vector<std::string> expected(bodies.begin() + 2, bodies.end());
  EXPECT_EQ(sink.stored(), expected) << "from the first that was not stored, in order, without the stored one";
}

TEST(RefusedBatches, RetryAfter_IsWaitedFor) {
  const TempFolder folder;
  fill(folder.path(), 1);
  std::vector<Deadline> times;
  SpoolSink sink([&](const std::string&) -> Result<Receipt> {
    times.push_back(std::chrono::steady_clock::now());
    if (times.size() > 1) return Receipt();
    return Status(StatusCode::Overloaded, "later").retryIn(std::chrono::seconds(1));
  });
  drainInto(sink, folder.path());
  ASSERT_EQ(times.size(), 2u);
  EXPECT_GE(times[1] - times[0], std::chrono::seconds(1));
}

TEST(RefusedBatches, ForGood_GoToBadAsTheyAre_AndReadingGoesOn) {
  const TempFolder folder;
  const auto bodies = fill(folder.path(), 6, {{"compression", "zstd"}});
  std::atomic<int> asked{0};
  SpoolSink sink([&](const std::string& body) -> Result<Receipt> {
    ++asked;
    if (body == bodies[1]) return Status(StatusCode::InvalidArgument, "no event");
    if (body == bodies[3]) return Status(StatusCode::TooLarge, "too large");
    if (body == bodies[4]) return Status(StatusCode::Internal, "a bug");
    return Receipt();
  });
  const auto receiver = receiverOf(folder.path());
  ASSERT_TRUE(receiver->start(sink).ok());
  ASSERT_TRUE(eventually([&] { return receiver->backlog().value().bytes == 0; }));
  EXPECT_EQ(receiver->backlog()->setAside, 3u);
  ASSERT_TRUE(receiver->stop(soon()).ok());
  EXPECT_EQ(asked, 6);
  EXPECT_THAT(sink.stored(), testing::ElementsAre(bodies[0], bodies[2], bodies[5]));
  std::vector<std::string> kept;
  for (const fs::path& file : filesEnding(folder.path() / "bad", ".refused")) kept.push_back(readFile(file));
  EXPECT_THAT(kept, testing::UnorderedElementsAre(bodies[1], bodies[3], bodies[4]));
}

TEST(RefusedBatches, GreaterThanTheReceiversLimit_AreNotGivenToTheSink) {
  const TempFolder folder;
  {
    const auto sender = senderTo(folder.path(), {{"compression", "zstd"}});
    send(*sender, "{}\n");
    send(*sender, std::string(5'000, 'x') + "\n");
    send(*sender, "[]\n");
  }
  SpoolSink sink;
  drainInto(sink, folder.path(), {{"max_batch_bytes", "4KiB"}});
  EXPECT_THAT(sink.stored(), testing::ElementsAre("{}\n", "[]\n"));
  EXPECT_EQ(filesEnding(folder.path() / "bad", ".refused").size(), 1u);
}

TEST(RefusedBatches, SinkThatThrows_IsTriedAgain) {
  class ThrowingSink : public SpoolSink {
   public:
    void submit(Batch batch, Done done) override {
      if (throws_-- > 0) throw std::runtime_error("sink");
      SpoolSink::submit(std::move(batch), std::move(done));
    }
    int throws_ = 2;
  };
  const TempFolder folder;
  const auto bodies = fill(folder.path(), 3);
  ThrowingSink sink;
  drainInto(sink, folder.path());
  EXPECT_EQ(sink.stored(), bodies);
}

}  // namespace
}  // namespace xray::test
