// Processes killed with SIGKILL in the middle of their work.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <sstream>

#include "e2e/child_process.h"
#include "numbered_batches.h"
#include "support/random.h"
#include "support/temp_folder.h"
#include "transport_ends.h"

namespace xray::test {
namespace {

const std::string kChild = XRAY_BINARY_DIR "/bin/file_transport_child";

std::vector<int> numbersIn(const std::string& lines) {
  std::vector<int> numbers;
  std::istringstream in(lines);
  for (int number; in >> number;) numbers.push_back(number);
  return numbers;
}

std::vector<int> numbersOf(const std::vector<std::string>& bodies) {
  std::vector<int> numbers;
  for (const std::string& body : bodies) numbers.push_back(numberOf(body));
  return numbers;
}

TEST(FileTransportCrash, WriterKilledAtRandomPoints_EverythingAcknowledgedIsReadBackOnceAndInOrder) {
  constexpr int kKills = 200;
  Random random("FileTransportCrash");
  const TempFolder folder;
  std::size_t batches = 0;
  int unacknowledged = 0, torn = 0;
  for (int i = 0; i < kKills; ++i) {
    const auto dir = folder.path() / ("spool" + std::to_string(i));
    e2e::ChildProcess child(
        {kChild, "write", dir.string(), "durability=" + random.pick<std::string>({"always", "interval", "never"}),
         "interval=1ms", "segment_bytes=" + random.pick<std::string>({"4KiB", "20KiB", "1MiB"}),
         "seal_after=" + random.pick<std::string>({"1ms", "5ms", "1s"}),
         "compression=" + random.pick<std::string>({"none", "zstd"})},
        dir.string() + ".acks");
    // A random number of acknowledgements, then a random moment after it.
    const std::size_t atLeast = random.below(60);
    while (numbersIn(child.output()).size() < atLeast) {
      ASSERT_TRUE(child.running()) << child.output();
      std::this_thread::sleep_for(std::chrono::microseconds(200));
    }
    std::this_thread::sleep_for(std::chrono::microseconds(random.below(1'500)));
    child.signal(SIGKILL);
    ASSERT_EQ(child.wait(), 128 + SIGKILL) << child.output();
    const std::string output = child.output();
    const auto acknowledged = numbersIn(output.substr(0, output.rfind('\n') + 1));

    std::error_code none;
    if (std::filesystem::is_empty(dir, none) || none) {
      EXPECT_TRUE(acknowledged.empty());
      continue;
    }
    const auto read = numbersOf(drain(dir));
    ASSERT_GE(read.size(), acknowledged.size()) << "kill " << i;
    // One may have been written whole without its acknowledgement having been told.
    ASSERT_LE(read.size(), acknowledged.size() + 1) << "kill " << i;
    for (std::size_t n = 0; n < read.size(); ++n) ASSERT_EQ(read[n], static_cast<int>(n)) << "kill " << i;
    batches += read.size();
    if (read.size() > acknowledged.size()) ++unacknowledged;
    if (!filesEnding(dir, ".torn").empty()) ++torn;
  }
  std::cout << kKills << " kills: " << batches << " batches read back; " << unacknowledged
            << " times one more than acknowledged, " << torn << " torn tails\n";
  EXPECT_GT(batches, 1000u);
}

TEST(FileTransportCrash, ReaderKilledBetweenSubmitAndCheckpoint_TheNextReadsTheRestCompleteAndInOrder) {
  constexpr int kBatches = 60;
  Random random("FileTransportCrash");
  for (int round = 0; round < 15; ++round) {
    const TempFolder folder;
    const auto dir = folder.path() / "spool";
    {
      const auto sender = senderTo(dir, {{"segment_bytes", "8KiB"}});
      for (int i = 0; i < kBatches; ++i) send(*sender, numberedBatch(i));
    }
    const int deathAfter = 1 + static_cast<int>(random.below(kBatches));
    e2e::ChildProcess child({kChild, "read", dir.string(), std::to_string(deathAfter)}, folder.path() / "read");
    ASSERT_EQ(child.wait(), 128 + SIGKILL) << child.output();
    const auto before = numbersIn(child.output());
    for (std::size_t i = 0; i < before.size(); ++i) ASSERT_EQ(before[i], static_cast<int>(i));

    const auto after = numbersOf(drain(dir));
    ASSERT_FALSE(after.empty() && before.size() < kBatches);
    if (after.empty()) continue;
    // Some come again; none is left out.
    ASSERT_LE(after.front(), static_cast<int>(before.size()));
    for (std::size_t i = 0; i < after.size(); ++i) ASSERT_EQ(after[i], after.front() + static_cast<int>(i));
    EXPECT_EQ(after.back(), kBatches - 1);
  }
}

}  // namespace
}  // namespace xray::test
