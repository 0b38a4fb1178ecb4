// The fallback with the real spool, a real backend on SQLite and processes that are killed: everything that was flushed
// is stored, once.
#include <signal.h>

#include <filesystem>
#include <sstream>

#include "e2e/backend.h"
#include "e2e/child_process.h"
#include "support/random.h"

namespace e2e {
namespace {

namespace fs = std::filesystem;

constexpr int kSteps = 10;

class FallbackE2e : public ::testing::Test {
 protected:
  FallbackE2e() : backend_(folder_.path() / "backend") {
    config_ = writeSdkConfig(folder_.path() / "sdk.yaml", "url: \"" + backend_.eventsUrl() + "\", retry_max: 200ms",
                             "fallback: {plugin: file-transport, patience: 100ms, options: {dir: \"" +
                                 (folder_.path() / "spool").string() +
                                 "\"}}\n"
                                 "retry: {max_delay: 200ms}\n"
                                 "batch: {max_delay: 10ms}\n");
  }

  // Of the program that records.
  std::unique_ptr<ChildProcess> record(int runs) {
    const fs::path log = folder_.path() / ("log" + std::to_string(++programs_));
    return std::make_unique<ChildProcess>(std::vector<std::string>{program("sdk_recording_program"), config_.string(),
                                                                   std::to_string(runs), std::to_string(kSteps)},
                                          log);
  }

  // Lines that say so; of a killed process the last one may be cut off.
  static int flushed(const ChildProcess& process) {
    std::istringstream log(process.output());
    int count = 0;
    for (std::string line; std::getline(log, line) && !log.eof();) count += line.starts_with("flushed ");
    return count;
  }
  bool waitForFlushed(const ChildProcess& process, int runs) {
    return eventually([&] { return flushed(process) >= runs; });
  }

  // Runs that are stored whole.
  int wholeRuns() {
    int whole = 0;
    for (const Json& run : backend_.all("runs", "status = completed AND pipeline = load")) {
      whole += run->getValue<int>("step_count") == kSteps && run->getValue<int>("missing_steps") == 0;
    }
    return whole;
  }
  std::size_t runs() { return backend_.all("runs", "pipeline = load").size(); }
  std::size_t steps() { return backend_.all("steps", "run.pipeline = load").size(); }

  const xray::test::TempFolder folder_;
  Backend backend_;
  fs::path config_;
  int programs_ = 0;
};

TEST_F(FallbackE2e, ABackendThatIsAwayAtTheStart_GetsEverythingFromTheNextProcess) {
  backend_.kill9();
  const auto first = record(20);
  ASSERT_EQ(first->wait(), 0) << first->output();
  EXPECT_THAT(first->output(), ::testing::HasSubstr("closed: Ok accepted=0 spooled=240 drained=0 abandoned=0"));
  backend_.start();
  EXPECT_EQ(backend_.count("runs"), 0);
  const auto second = record(1);
  ASSERT_EQ(second->wait(), 0) << second->output();
  // Its own 12 events may go behind the others through the spool, or directly.
  EXPECT_THAT(second->output(), ::testing::ContainsRegex("drained=2(4[0-9]|5[0-2])"));
  EXPECT_EQ(wholeRuns(), 21);
  EXPECT_EQ(runs(), 21u);
  EXPECT_EQ(steps(), 21u * kSteps);
}

TEST_F(FallbackE2e, ABackendThatGoesAwayAndComesBackUnderLoad_HasEverythingOnce) {
  const auto process = record(400);
  for (const int when : {50, 150}) {
    ASSERT_TRUE(waitForFlushed(*process, when)) << process->output();
    backend_.kill9();
    ASSERT_TRUE(waitForFlushed(*process, when + 40)) << process->output();
    backend_.start();
  }
  ASSERT_EQ(process->wait(), 0) << process->output();
  EXPECT_THAT(process->output(), ::testing::HasSubstr("abandoned=0"));
  // What close() left in the spool.
  const auto next = record(-1);
  EXPECT_TRUE(eventually([&] { return wholeRuns() == 400; })) << process->output() << backend_.log();
  EXPECT_EQ(runs(), 400u);
  EXPECT_EQ(steps(), 400u * kSteps);
}

TEST_F(FallbackE2e, ProcessesThatAreKilledWhileTheySpool_LoseNothingThatWasFlushed) {
  xray::test::Random random("moments of the kills");
  backend_.kill9();
  int safe = 0;
  for (int i = 0; i < 10; ++i) {
    const auto process = record(0);
    ASSERT_TRUE(waitForFlushed(*process, 1 + static_cast<int>(random.below(30)))) << process->output();
    process->signal(SIGKILL);
    process->wait();
    safe += flushed(*process);
  }
  backend_.start();
  const auto next = record(-1);
  EXPECT_TRUE(eventually([&] { return wholeRuns() >= safe; })) << safe << " were flushed, stored " << wholeRuns();
  // At the kill one run of each process may have been on its way.
  EXPECT_LE(runs(), static_cast<std::size_t>(safe) + 10);
  EXPECT_TRUE(eventually([&] { return fs::is_empty(folder_.path() / "spool"); })) << "what is drained is removed";
}

TEST_F(FallbackE2e, SeveralProcessesWithOneSpool_ComeBackTogether) {
  backend_.kill9();
  std::vector<std::unique_ptr<ChildProcess>> processes;
  for (int i = 0; i < 3; ++i) processes.push_back(record(100));
  for (const auto& process : processes) ASSERT_TRUE(waitForFlushed(*process, 20)) << process->output();
  backend_.start();
  for (const auto& process : processes) EXPECT_EQ(process->wait(), 0) << process->output();
  const auto next = record(-1);
  EXPECT_TRUE(eventually([&] { return wholeRuns() == 300; }));
  EXPECT_EQ(runs(), 300u);
  EXPECT_EQ(steps(), 300u * kSteps);
}

}  // namespace
}  // namespace e2e
