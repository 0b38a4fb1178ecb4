// xray spool ls, cat, verify on spools that the spool library wrote.

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <fstream>
#include <sstream>

#include "cli/command_line.h"
#include "support/temp_folder.h"
#include "xray/json.h"
#include "xray/spool/checkpoint.h"
#include "xray/spool/file_lock.h"
#include "xray/spool/payload.h"
#include "xray/spool/segment_writer.h"

namespace xray::cli {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

struct Ended {
  int exitCode;
  std::string out;
  std::string error;
};

class SpoolCommand : public testing::Test {
 protected:
  SpoolCommand() { directory_ = spool_.makeChild(writer_.toString()).value(); }

  /// A segment with these batches; sealed unless `open`. Its path.
  fs::path segment(std::uint64_t number, const std::vector<std::string>& batches, bool open = false) {
    const auto segment = spool::SegmentWriter::create(directory_, writer_, number).value();
    for (const std::string& batch : batches) EXPECT_TRUE(segment->append(0, batch).ok());
    if (!open) {
      EXPECT_TRUE(segment->seal().ok());
    }
    const auto state = open ? spool::SegmentState::Open : spool::SegmentState::Sealed;
    return directory_.path() / spool::SegmentName{number, state}.toString();
  }

  Ended run(const std::string& command, const fs::path& path, const char* more = nullptr) {
    const std::string text = path.string();
    std::vector<const char*> arguments{"xray", "spool", command.c_str(), text.c_str()};
    if (more) arguments.push_back(more);
    std::ostringstream out, error;
    const int exitCode = runCommandLine(static_cast<int>(arguments.size()), arguments.data(), out, error, {});
    return {exitCode, out.str(), error.str()};
  }
  Ended run(const std::string& command, const char* more = nullptr) { return run(command, folder_.path(), more); }

  /// Takes the writer's lock, as a living one holds it.
  void live() {
    lock_ =
        std::make_unique<spool::FileLock>(std::move(directory_.openFile(spool::kWriterLock, O_RDWR | O_CREAT)).value());
    EXPECT_TRUE(lock_->tryLock(spool::FileLock::Kind::Exclusive).value());
  }

  /// All files with their contents.
  std::map<std::string, std::string> everything() const {
    std::map<std::string, std::string> files;
    for (const auto& entry : fs::recursive_directory_iterator(folder_.path())) {
      std::ostringstream content;
      if (entry.is_regular_file()) content << std::ifstream(entry.path()).rdbuf();
      files[entry.path().string()] = content.str();
    }
    return files;
  }

  test::TempFolder folder_;
  spool::Directory spool_ = spool::Directory::openOrMake(folder_.path()).value();
  const Id writer_ = newId();
  spool::Directory directory_;
  std::unique_ptr<spool::FileLock> lock_;
};

void flip(const fs::path& file, std::uint64_t offset) {
  std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
  stream.seekg(static_cast<std::streamoff>(offset));
  const int byte = stream.get();
  stream.seekp(static_cast<std::streamoff>(offset));
  stream.put(static_cast<char>(byte ^ 1));
}

TEST_F(SpoolCommand, Ls_TellsWritersSegmentsStatesAndEvents) {
  segment(0, {"{}\n{}\n"});
  segment(1, {"{}\n", "{}\n{}\n"});
  segment(2, {"{}\n"}, true);
  ASSERT_TRUE(spool::writeCheckpoint(directory_, {1, 63}).ok());
  live();
  fs::create_directory(folder_.path() / "bad");
  std::ofstream(folder_.path() / "bad" / "piece") << "12345";
  std::ofstream(folder_.path() / "notes.txt");
  const Ended ended = run("ls");
  EXPECT_EQ(ended.exitCode, 0) << ended.error;
  EXPECT_THAT(ended.out, HasSubstr(writer_.toString()));
  EXPECT_THAT(ended.out, HasSubstr("consumed"));
  EXPECT_THAT(ended.out, HasSubstr("read 70 %"));
  EXPECT_THAT(ended.out, HasSubstr("open"));
  EXPECT_THAT(ended.out, HasSubstr("1 writer, 3 segments"));
  EXPECT_THAT(ended.out, HasSubstr("6 events"));
  EXPECT_THAT(ended.out, HasSubstr("bad/: 1 damaged or refused pieces, 5 B"));
  EXPECT_THAT(ended.out, HasSubstr("notes.txt"));
}

TEST_F(SpoolCommand, Ls_Json_HasTheSameFacts) {
  segment(0, {"{}\n{}\n"});
  const Ended ended = run("ls", "--json");
  EXPECT_EQ(ended.exitCode, 0) << ended.error;
  ASSERT_TRUE(checkJson(ended.out, 20).ok()) << ended.out;
  EXPECT_THAT(ended.out, HasSubstr("\"id\":\"" + writer_.toString() + "\",\"alive\":false"));
  EXPECT_THAT(ended.out, HasSubstr("\"file\":\"0000000000000000.seg\",\"state\":\"sealed\",\"bytes\":66,\"events\":2"));
}

TEST_F(SpoolCommand, Ls_OfAnEmptySpool_SaysSo) {
  EXPECT_EQ(run("ls").out, "Nothing waits here.\n");
}

TEST_F(SpoolCommand, Cat_PrintsTheEventsThatWait_OneALine) {
  segment(0, {"{\"consumed\":1}\n"});
  segment(1, {"{\"consumed\":2}\n", "{\"a\":1}\n{\"b\":2}"});
  const auto packed = spool::SegmentWriter::create(directory_, writer_, 2).value();
  spool::Compressor compressor;
  const std::string body = "{\"c\":\"" + std::string(500, 'x') + "\"}\n";
  ASSERT_TRUE(packed->append(spool::kFrameZstd, compressor.pack(body)).ok());
  ASSERT_TRUE(packed->append(spool::kFrameJson, "[{\"d\":\n4},\n{\"e\":5}]").ok());
  ASSERT_TRUE(packed->append(spool::kFrameJson, " {\"f\":6} ").ok());
  ASSERT_TRUE(packed->seal().ok());
  ASSERT_TRUE(spool::writeCheckpoint(directory_, {1, 40 + 20 + 15}).ok());
  const Ended ended = run("cat");
  EXPECT_EQ(ended.exitCode, 0) << ended.error;
  EXPECT_EQ(ended.out, "{\"a\":1}\n{\"b\":2}\n" + body + "{\"d\": 4}\n{\"e\":5}\n{\"f\":6}\n");
}

TEST_F(SpoolCommand, Cat_OfOneSegment_PrintsAllOfIt) {
  segment(0, {"0\n"});
  const fs::path second = segment(1, {"1\n", "2\n"});
  EXPECT_EQ(run("cat", second).out, "1\n2\n");
}

TEST_F(SpoolCommand, Cat_ReadsOnBehindDamage_AndFails) {
  const fs::path file = segment(0, {"0\n", "1\n", "2\n"});
  flip(file, 40 + 22 + 21);
  const Ended ended = run("cat");
  EXPECT_EQ(ended.exitCode, 1);
  EXPECT_EQ(ended.out, "0\n2\n");
  EXPECT_THAT(ended.error, HasSubstr("damaged at offset 62"));
}

TEST_F(SpoolCommand, Cat_ReaderThatWentAway_IsNoFailure) {
  class ClosedPipe : public std::streambuf {
    int_type overflow(int_type) override {
      errno = EPIPE;
      return traits_type::eof();
    }
  };
  segment(0, {"0\n", "1\n"});
  ClosedPipe buffer;
  std::ostream out(&buffer);
  std::ostringstream error;
  const std::string path = folder_.path().string();
  const char* arguments[] = {"xray", "spool", "cat", path.c_str()};
  EXPECT_EQ(runCommandLine(4, arguments, out, error, {}), 0);
  EXPECT_EQ(error.str(), "");
}

TEST_F(SpoolCommand, Verify_OfAWholeSpool_IsAllRight_AlsoWhileItIsWritten) {
  segment(0, {"0\n", "1\n"});
  const fs::path open = segment(1, {"2\n", "3\n"}, true);
  live();
  fs::resize_file(open, fs::file_size(open) - 1);  // the frame that is being written
  const auto before = everything();
  const Ended ended = run("verify");
  EXPECT_EQ(ended.exitCode, 0) << ended.out;
  EXPECT_THAT(ended.out, HasSubstr("2 segments, 3 batches"));
  EXPECT_THAT(ended.out, HasSubstr("all right"));
  EXPECT_EQ(everything(), before) << "it changes nothing";
  lock_.reset();
  const Ended dead = run("verify");
  EXPECT_EQ(dead.exitCode, 1) << "nobody writes it any more";
  EXPECT_THAT(dead.out, HasSubstr("0000000000000001.open: offset 62, 21 bytes"));
}

TEST_F(SpoolCommand, Verify_SaysWhatIsDamagedAndWhere) {
  const fs::path first = segment(0, {"0\n", "1\n"});
  segment(3, {"2\n"});
  flip(first, 40 + 20);
  std::ofstream(directory_.path() / "checkpoint") << "rubbish";
  const auto before = everything();
  const Ended ended = run("verify");
  EXPECT_EQ(ended.exitCode, 1);
  EXPECT_THAT(ended.out, HasSubstr(first.string() + ": offset 40, 22 bytes: the payload's checksum is wrong"));
  EXPECT_THAT(ended.out, HasSubstr("checkpoint"));
  EXPECT_THAT(ended.out, Not(HasSubstr("missing"))) << "without a checkpoint nobody knows where it began";
  EXPECT_EQ(everything(), before);

  fs::remove(directory_.path() / "checkpoint");
  EXPECT_THAT(run("verify").out, HasSubstr("segment 1 is missing before it"));
  const Ended json = run("verify", "--json");
  EXPECT_EQ(json.exitCode, 1);
  ASSERT_TRUE(checkJson(json.out, 20).ok()) << json.out;
  EXPECT_THAT(json.out, HasSubstr("\"ok\":false"));
  EXPECT_THAT(json.out, HasSubstr("\"offset\":40,\"bytes\":22"));
}

TEST_F(SpoolCommand, EveryByteFlipped_IsFoundByVerify) {
  const fs::path file = segment(0, {"{\"a\":1}\n", "[]\n"});
  for (std::uint64_t at = 0; at < fs::file_size(file); ++at) {
    flip(file, at);
    EXPECT_EQ(run("verify").exitCode, 1) << at;
    flip(file, at);
  }
  EXPECT_EQ(run("verify").exitCode, 0);
}

TEST_F(SpoolCommand, WhatIsNoSpool_IsRefused) {
  EXPECT_EQ(run("ls", folder_.path() / "nothing").exitCode, 3);
  EXPECT_EQ(run("verify", folder_.path() / "nothing").exitCode, 3);
  std::ofstream(folder_.path() / "file") << "x";
  const Ended cat = run("cat", folder_.path() / "file");
  EXPECT_EQ(cat.exitCode, 2);
  EXPECT_THAT(cat.error, HasSubstr("neither a spool nor a segment"));
  fs::create_directory_symlink(directory_.path(), folder_.path() / "link");
  EXPECT_EQ(run("ls", folder_.path() / "link").exitCode, 1);
}

}  // namespace
}  // namespace xray::cli
