// A process that dies in the middle of appending loses nothing that was acknowledged.

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <random>

#include "open_store.h"

namespace xray::sqlite::test {
namespace {

constexpr std::uint32_t kStepsPerBatch = 40;

/// Appends batch after batch and writes a byte to `acknowledged` after each.
[[noreturn]] void appendForEver(const std::string& path, int acknowledged) {
  SqliteOptions options;
  options.path = path;
  SqliteStore store(options);
  if (!store.open().ok()) ::_exit(1);
  for (std::uint32_t batch = 0;; ++batch) {
    std::vector<Event> events = {runStarted(batch)};
    for (std::uint32_t step = 0; step < kStepsPerBatch; ++step) events.push_back(stepEnded(batch, step));
    if (append(store, events) != std::string(events.size(), 'A')) ::_exit(2);
    const char byte = 1;
    if (::write(acknowledged, &byte, 1) != 1) ::_exit(3);
  }
}

TEST(Crash, KillDuringAppends_KeepsExactlyWholeBatchesAndAllThatWereAcknowledged) {
  std::random_device random;
  for (int round = 0; round < 5; ++round) {
    const TempFolder folder;
    const std::string path = (folder.path() / "xray.db").string();
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) appendForEver(path, ends[1]);
    ::close(ends[1]);
    const std::uint32_t killAfter = 1 + random() % 30;
    char byte = 0;
    std::uint32_t acknowledged = 0;
    while (acknowledged < killAfter && ::read(ends[0], &byte, 1) == 1) ++acknowledged;
    ::kill(child, SIGKILL);
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status)) << "exit " << WEXITSTATUS(status);
    while (::read(ends[0], &byte, 1) == 1) ++acknowledged;  // what it wrote before it died
    ::close(ends[0]);

    SqliteOptions options;
    options.path = path;
    SqliteStore store(options);
    ASSERT_TRUE(store.open().ok());
    PageQuery query;
    query.pageSize = 1000;
    const auto runs = store.runs(query, readAt(kEpoch));
    ASSERT_TRUE(runs.ok());
    // One more may have been committed and not told.
    EXPECT_GE(runs->rows.size(), acknowledged);
    EXPECT_LE(runs->rows.size(), acknowledged + 1);
    for (const auto& run : runs->rows) {
      EXPECT_EQ(run.stepCount, kStepsPerBatch);
      EXPECT_EQ(store.runSteps(run.runId, readAt(kEpoch))->size(), kStepsPerBatch);
    }
    for (std::uint32_t batch = 0; batch < acknowledged; ++batch) {
      EXPECT_TRUE(store.run(runId(batch), readAt(kEpoch))->has_value()) << "acknowledged batch " << batch << " is gone";
    }
  }
}

}  // namespace
}  // namespace xray::sqlite::test
