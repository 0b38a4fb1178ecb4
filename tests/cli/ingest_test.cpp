// xray ingest, the real program on real files.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <fstream>

#include "cli/served_backend.h"
#include "xray/ids.h"
#include "xray/spool/segment_writer.h"

namespace xray::cli {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class Ingest : public testing::Test {
 protected:
  fs::path spool() const { return folder_.path() / "spool"; }
  fs::path config() const { return folder_.path() / "xray.yaml"; }

  void configure(const std::string& receivers) {
    std::ofstream(config()) << "store: {plugin: sqlite, options: {path: " << (folder_.path() / "xray.db").string()
                            << "}}\nreceivers: [" << receivers << "]\n";
  }
  std::string fileReceiver() const { return "{plugin: file-transport, options: {dir: " + spool().string() + "}}"; }

  /// A dead writer's segment with these batches.
  void write(const std::vector<std::string>& batches) {
    const auto directory = spool::Directory::openOrMake(spool()).value();
    const Id id = newId();
    const auto writer = directory.makeChild(id.toString()).value();
    const auto segment = spool::SegmentWriter::create(writer, id, 0).value();
    for (const std::string& batch : batches) ASSERT_TRUE(segment->append(0, batch).ok());
  }

  CommandOutcome ingest(const std::vector<std::string>& more = {}) {
    std::vector<std::string> command{xrayProgram(), "ingest", "--config", config().string()};
    command.insert(command.end(), more.begin(), more.end());
    e2e::ChildProcess process(command, folder_.path() / ("log" + std::to_string(runs_++)));
    const int exitCode = process.wait().value_or(-1);
    return {exitCode, process.output(), ""};
  }

  test::TempFolder folder_;
  int runs_ = 0;
};

TEST_F(Ingest, Spool_GoesIntoTheStoreOnce_AndIsEmptyThen) {
  configure(fileReceiver());
  write({runStarted() + stepEnded(1), stepEnded(2), stepEnded(1)});
  const CommandOutcome first = ingest();
  EXPECT_EQ(first.exitCode, 0) << first.out;
  EXPECT_THAT(first.out, HasSubstr("3 events stored, 1 duplicates, 0 rejected."));
  EXPECT_TRUE(fs::is_empty(spool()));
  EXPECT_THAT(runCommand({"runs", "--config", config().string(), "--json"}).out, HasSubstr(kRunId));

  const CommandOutcome second = ingest({"--json"});
  EXPECT_EQ(second.exitCode, 0) << second.out;
  EXPECT_EQ(second.out,
            "{\"accepted\":0,\"duplicates\":0,\"rejected\":0,\"set_aside\":0,\"bytes_left\":0,"
            "\"bytes_being_written\":0}\n");
}

TEST_F(Ingest, RefusedAndDamagedPieces_AreCountedKeptAndToldByTheExitCode) {
  configure(fileReceiver());
  write({runStarted(), "not utf-8 \xFF\n", "{\"event\":\"nonsense\"}\n"});
  const CommandOutcome outcome = ingest();
  EXPECT_EQ(outcome.exitCode, 1) << outcome.out;
  EXPECT_THAT(outcome.out, HasSubstr("1 events stored, 0 duplicates, 1 rejected."));
  EXPECT_THAT(outcome.out, HasSubstr("1 damaged pieces or refused batches were set aside"));
  EXPECT_FALSE(fs::is_empty(spool() / "bad"));
}

TEST_F(Ingest, ReceiversThatKeepNothing_ArePassedOver) {
  configure("{plugin: http-transport, options: {listen: \"127.0.0.1:0\"}}, " + fileReceiver());
  write({runStarted()});
  const CommandOutcome both = ingest();
  EXPECT_EQ(both.exitCode, 0) << both.out;
  EXPECT_THAT(both.out, HasSubstr("http-transport keeps no batches and was passed over"));
  EXPECT_THAT(both.out, HasSubstr("1 events stored"));

  configure("{plugin: http-transport, options: {listen: \"127.0.0.1:0\"}}");
  const CommandOutcome none = ingest();
  EXPECT_EQ(none.exitCode, 2) << none.out;
  EXPECT_THAT(none.out, HasSubstr("there is nothing to ingest from: http-transport keeps no batches"));
  configure("");
  EXPECT_THAT(ingest().out, HasSubstr("no receiver is configured"));
}

TEST_F(Ingest, BadConfigurationOrStore_IsTold) {
  std::ofstream(config()) << "store: {plugin: sqlite, options: {pth: x}}\n";
  EXPECT_EQ(ingest().exitCode, 2);
  configure(fileReceiver());
  fs::create_directory(folder_.path() / "xray.db");
  const CommandOutcome outcome = ingest();
  EXPECT_EQ(outcome.exitCode, 1) << outcome.out;
  EXPECT_THAT(outcome.out, HasSubstr("store sqlite"));
}

TEST_F(Ingest, SpoolOfSomebodyElse_IsRefused) {
  configure(fileReceiver());
  fs::create_directory(folder_.path() / "real");
  fs::create_directory_symlink(folder_.path() / "real", spool());
  const CommandOutcome outcome = ingest();
  EXPECT_EQ(outcome.exitCode, 1);
  EXPECT_THAT(outcome.out, HasSubstr("symbolic link"));
}

}  // namespace
}  // namespace xray::cli
