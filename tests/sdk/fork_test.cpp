// Forked children: the parent's queue stays the parent's, and children record runs of their own.
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <iostream>
#include <set>
#include <sstream>
#include <thread>

#include "recorder.h"
#include "support/temp_folder.h"
#include "xray/event_decoder.h"
#include "xray/sdk.h"

namespace xray::sdk {
namespace {

using namespace std::chrono_literals;

// Appends batches to a file, so that those of parent and child are seen together. Away while another file exists.
class FileSender : public Sender {
 public:
  FileSender(const std::string& path, std::filesystem::path awayFlag)
      : file_(::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT, 0600)), awayFlag_(std::move(awayFlag)) {}
  ~FileSender() override { ::close(file_); }

  Result<Receipt> send(const Batch& batch, Deadline) override {
    if (std::filesystem::exists(awayFlag_)) return Status(StatusCode::Unavailable, "away");
    if (::write(file_, batch.body.data(), batch.body.size()) != static_cast<ssize_t>(batch.body.size())) {
      return Status(StatusCode::Unavailable, "short write");
    }
    Receipt receipt;
    receipt.accepted = static_cast<std::uint64_t>(std::count(batch.body.begin(), batch.body.end(), '\n'));
    return receipt;
  }
  Status flush(Deadline) override { return Status(); }
  void cancel() override {}

 private:
  const int file_;
  const std::filesystem::path awayFlag_;
};

class Fork : public ::testing::Test {
 protected:
  void SetUp() override {
    if (std::string_view(XRAY_SANITIZERS).find("thread") != std::string_view::npos) {
      GTEST_SKIP() << "ThreadSanitizer does not let a forked child start threads";
    }
  }

  Client makeClient(Microseconds delay, const Wires& fallback = {}) {
    RecorderParts parts;
    parts.settings.maxDelay = delay;
    parts.settings.blockWhenFull = true;  // on a busy machine the threads may record faster than the shipper sends
    parts.settings.patience = 1ms;
    parts.settings.retryFirst = 1ms;
    parts.settings.retryMost = 100ms;
    parts.wires = fallback;
    parts.wires.backend = [this]() -> Result<std::unique_ptr<Sender>> {
      return std::unique_ptr<Sender>(new FileSender(path_, awayFlag_));
    };
    auto first = parts.wires.backend();
    return Client(std::make_shared<Recorder>(std::move(parts), std::move(*first)));
  }

  // Runs `work` in a child; its exit code. A child that hangs is killed and gives -1.
  template <typename Work>
  int inChild(Work work) {
    const pid_t child = ::fork();
    if (child == 0) {
      ::alarm(60);
      ::_exit(work());
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    if (WIFSIGNALED(status)) std::cerr << "child: ended by signal " << WTERMSIG(status) << "\n";
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

  // Of a child, which says why it failed.
  static int exitCode(const DeliveryReport& report) {
    if (!report.status.ok()) std::cerr << "child: " << report.status.toString() << "\n";
    return report.status.ok() ? 0 : 1;
  }

  // How often each run of a pipeline was begun and its steps ended.
  struct Seen {
    std::multiset<std::string> runs;
    std::multiset<std::string> steps;
    std::size_t ends = 0;
  };
  Seen seen() {
    std::ostringstream text;
    text << std::ifstream(path_).rdbuf();
    // What is being written is not whole yet.
    const std::string whole = text.str().substr(0, text.str().rfind('\n') + 1);
    Seen seen;
    if (whole.empty()) return seen;
    EventLimits limits;
    limits.maxBatchBytes = SIZE_MAX;  // all batches in one: how much that is depends on the machine
    auto decoded = decodeBatch({whole}, limits);
    EXPECT_TRUE(decoded.ok() && decoded->rejected.empty()) << decoded.status().toString();
    if (!decoded.ok()) return seen;
    for (const Event& event : decoded->events) {
      if (const auto* run = std::get_if<RunStarted>(&event.fact)) seen.runs.emplace(run->pipeline);
      if (const auto* step = std::get_if<StepEvent>(&event.fact); step && step->ended()) seen.steps.emplace(step->name);
      if (std::holds_alternative<RunEnded>(event.fact)) ++seen.ends;
    }
    return seen;
  }

  // The real spool.
  Wires spoolWires() {
    const auto loader = std::make_shared<PluginLoader>(std::vector<std::filesystem::path>{XRAY_PLUGIN_DIR});
    ConfigFile file = ConfigFile::parse(
        "spool: {plugin: file-transport, options: {dir: \"" + (folder_.path() / "spool").string() + "\"}}", "test");
    const auto choice = file.root().child("spool").plugin(*loader, kSenderPlugin | kReceiverPlugin);
    EXPECT_TRUE(choice) << file.status().message();
    Wires wires;
    wires.spool = [=] { return loader->makeSender(choice->plugin, choice->options, PluginContext{&systemClock()}); };
    wires.drain = [=] { return loader->makeReceiver(choice->plugin, choice->options, PluginContext{&systemClock()}); };
    return wires;
  }
  void setAway(bool away) {
    if (away) {
      folder_.write("away", "");
    } else {
      std::filesystem::remove(awayFlag_);
    }
  }

  test::TempFolder folder_;
  const std::filesystem::path awayFlag_ = folder_.path() / "away";
  const std::string path_ = (folder_.path() / "events").string();
};

TEST_F(Fork, AChild_RecordsItsOwnRunsAndNothingOfTheParents) {
  Client client = makeClient(1h);
  auto run = client.startRun("parent");
  run.step("queued before the fork", "t").end();
  auto open = run.step("open across the fork", "t");
  ASSERT_EQ(inChild([&] {
              open.input({{"child", true}});
              open.end();
              run.step("of the parent's run", "t").end();
              run.end();
              {
                auto own = client.startRun("child");
                own.step("in the child", "t").end();
              }
              return client.close(30s).status.ok() ? 0 : 1;
            }),
            0);
  open.end();
  run.end();
  ASSERT_TRUE(client.close(30s).status.ok());
  const Seen seen = this->seen();
  EXPECT_EQ(seen.runs, (std::multiset<std::string>{"parent", "child"}));
  EXPECT_EQ(seen.steps, (std::multiset<std::string>{"queued before the fork", "open across the fork", "in the child"}));
  EXPECT_EQ(seen.ends, 2u);
}

TEST_F(Fork, AChildThatDoesNothing_EndsAtOnce) {
  auto client = std::make_unique<Client>(makeClient(1h));
  auto run = std::make_unique<sdk::Run>(client->startRun("parent"));
  auto step = std::make_unique<Step>(run->step("s", "t"));
  ASSERT_EQ(inChild([&] {
              step.reset();
              run.reset();
              const DeliveryReport flushed = client->flush(30s);
              const DeliveryReport closed = client->close(30s);
              client.reset();
              const bool ok = flushed.status.ok() && closed.status.ok();
              return ok && flushed.undeliveredEvents + closed.undeliveredEvents == 0 ? 0 : 1;
            }),
            0);
  step.reset();
  run.reset();
  client.reset();
  EXPECT_EQ(seen().runs.size(), 1u);
  EXPECT_EQ(seen().steps.size(), 1u);
}

TEST_F(Fork, ForkingWhileOtherThreadsRecord_NeverHangsTheChild) {
  constexpr int kChildren = 40;
  Client client = makeClient(1ms);
  std::atomic<bool> stop{false};
  std::atomic<std::size_t> recorded{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 3; ++t) {
    threads.emplace_back([&] {
      while (!stop) {
        auto run = client.startRun("parent");
        run.step("parent's", "t").input({{"a", 1}});
        ++recorded;
        std::this_thread::yield();
      }
    });
  }
  for (int i = 0; i < kChildren; ++i) {
    ASSERT_EQ(inChild([&] {
                client.startRun("child").step("child's", "t").end();
                return client.close(30s).status.ok() ? 0 : 1;
              }),
              0)
        << "child " << i;
  }
  stop = true;
  for (std::thread& thread : threads) thread.join();
  const DeliveryReport report = client.close(60s);
  ASSERT_TRUE(report.status.ok());
  const Seen seen = this->seen();
  EXPECT_EQ(seen.runs.count("child"), std::size_t{kChildren});
  EXPECT_EQ(seen.steps.count("child's"), std::size_t{kChildren});
  EXPECT_EQ(seen.runs.count("parent"), recorded.load());
  EXPECT_EQ(seen.ends, recorded + kChildren);
}

TEST_F(Fork, AChild_SpoolsAndDrainsByItself_WhileTheParentGoesOn) {
  setAway(true);
  Client client = makeClient(1h, spoolWires());
  auto run = client.startRun("parent");
  run.step("before the fork", "t").end();
  ASSERT_TRUE(client.flush(30s).status.ok());
  run.step("queued before the fork", "t").end();
  ASSERT_EQ(inChild([&] {
              client.startRun("child").step("in the child", "t").end();
              const DeliveryReport report = client.close(30s);
              return report.status.ok() && report.counters.spooled == 3 ? 0 : 1;
            }),
            0);
  run.step("after the fork", "t").end();
  ASSERT_TRUE(client.flush(30s).status.ok());
  EXPECT_EQ(client.counters().spooled, 4u);
  setAway(false);
  ASSERT_EQ(inChild([&] {
              // What others spooled is not this child's to wait for.
              client.startRun("child").step("in the child", "t").end();
              return client.close(30s).status.ok() ? 0 : 1;
            }),
            0);
  run.end();
  EXPECT_TRUE(client.close(30s).status.ok());
  Client next = makeClient(1h, spoolWires());
  const auto whole = [&] { return seen().ends == 3; };
  for (const auto end = std::chrono::steady_clock::now() + 30s; !whole() && std::chrono::steady_clock::now() < end;) {
    std::this_thread::sleep_for(5ms);
  }
  ASSERT_TRUE(next.close(30s).status.ok());
  const Seen seen = this->seen();
  EXPECT_EQ(seen.runs, (std::multiset<std::string>{"parent", "child", "child"}));
  EXPECT_EQ(seen.steps, (std::multiset<std::string>{"before the fork", "queued before the fork", "after the fork",
                                                    "in the child", "in the child"}));
}

TEST_F(Fork, ForkingWhileOthersRecordSpoolAndDrain_NeverHangsTheChild_AndLosesNothing) {
  constexpr std::size_t kChildren = 20;
  Client client = makeClient(1ms, spoolWires());
  std::atomic<std::size_t> recorded{0};
  std::jthread recording([&](const std::stop_token& stop) {
    for (; !stop.stop_requested(); ++recorded) {
      client.startRun("parent").step("parent's", "t").input({{"a", 1}});
      std::this_thread::sleep_for(1ms);  // a load, but not more than can be looked through at the end
    }
  });
  for (std::size_t i = 0; i < kChildren; ++i) {
    setAway(i % 2 == 0);
    ASSERT_EQ(inChild([&] {
                client.startRun("child").step("child's", "t").end();
                return exitCode(client.close(30s));
              }),
              0)
        << "child " << i;
  }
  setAway(false);
  recording.request_stop();
  recording.join();
  EXPECT_TRUE(client.close(60s).status.ok());
  Client next = makeClient(1ms, spoolWires());
  const auto whole = [&] { return seen().ends >= recorded + kChildren; };
  for (const auto end = std::chrono::steady_clock::now() + 60s; !whole() && std::chrono::steady_clock::now() < end;) {
    std::this_thread::sleep_for(5ms);
  }
  ASSERT_TRUE(next.close(30s).status.ok());
  // This backend knows no duplicates: a try that a close cut off may have come twice.
  const Seen seen = this->seen();
  EXPECT_GE(seen.runs.count("child"), kChildren);
  EXPECT_GE(seen.steps.count("child's"), kChildren);
  EXPECT_GE(seen.runs.count("parent"), recorded.load());
  EXPECT_GE(seen.ends, recorded + kChildren);
}

}  // namespace
}  // namespace xray::sdk
