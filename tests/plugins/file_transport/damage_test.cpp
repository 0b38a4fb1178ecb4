// Spools that were damaged: nothing stops the reader, what is whole is read once, what is not is kept under bad/.

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/random.h"
#include "support/temp_folder.h"
#include "transport_ends.h"
#include "xray/spool/format.h"

namespace xray::test {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::IsEmpty;

struct Drained {
  std::vector<std::string> stored;
  std::uint64_t setAside = 0;
};

std::size_t writersIn(const fs::path& dir) {
  std::size_t writers = 0;
  for (const auto& entry : fs::directory_iterator(dir)) {
    if (Id::parse(entry.path().filename().string())) ++writers;
  }
  return writers;
}

Drained drainCounted(const fs::path& dir, const Changes& changes = {}) {
  SpoolSink sink;
  const auto receiver = receiverOf(dir, changes);
  EXPECT_TRUE(receiver->start(sink).ok());
  EXPECT_TRUE(eventually([&] { return receiver->backlog().value().bytes == 0; }));
  // Also what holds no batch is looked at, and nothing is left of dead writers.
  EXPECT_TRUE(eventually([&] { return writersIn(dir) == 0; }));
  EXPECT_TRUE(receiver->stop(soon()).ok());
  return {sink.stored(), receiver->backlog()->setAside};
}

/// What is kept under bad/, one after the other.
std::string keptIn(const fs::path& dir) {
  std::string bytes;
  if (!fs::exists(dir / "bad")) return bytes;
  for (const fs::path& file : filesEnding(dir / "bad", "")) bytes += readFile(file);
  return bytes;
}

class DamagedSpool : public testing::Test {
 protected:
  const std::vector<std::string> bodies_{"{\"a\":1}\n", "{\"b\":2}\n{\"c\":3}\n", "{\"d\":4}\n"};

  DamagedSpool() {
    const auto sender = senderTo(folder_.path() / "original");
    for (const std::string& body : bodies_) send(*sender, body);
    EXPECT_TRUE(sender->flush(soon()).ok());
    const fs::path segment = filesEnding(folder_.path(), ".seg").front();
    whole_ = readFile(segment);
    writer_ = segment.parent_path().filename().string();
    std::uint64_t at = spool::kSegmentHeaderBytes;
    for (const std::string& body : bodies_) ends_.push_back(at += spool::kFrameHeaderBytes + body.size());
  }

  /// A spool of its own with these segments of a dead writer.
  fs::path spoolWith(const std::map<std::string, std::string>& segments) {
    const fs::path dir = folder_.path() / ("spool" + std::to_string(spools_++));
    fs::create_directories(dir / writer_);
    std::ofstream(dir / writer_ / "LOCK");
    for (const auto& [name, content] : segments) std::ofstream(dir / writer_ / name, std::ios::binary) << content;
    return dir;
  }

  TempFolder folder_;
  std::string whole_;
  std::string writer_;
  std::vector<std::uint64_t> ends_;
  int spools_ = 0;
};

TEST_F(DamagedSpool, TruncatedAtEveryByte_GivesEveryWholeBatchOnce_AndKeepsTheTail) {
  for (const char* name : {"0000000000000000.open", "0000000000000000.seg"}) {
    for (std::size_t cut = 0; cut <= whole_.size(); ++cut) {
      const fs::path dir = spoolWith({{name, whole_.substr(0, cut)}});
      const Drained drained = drainCounted(dir);
      std::vector<std::string> expected;
      std::uint64_t tailAt = cut >= spool::kSegmentHeaderBytes ? spool::kSegmentHeaderBytes : 0;
      for (std::size_t i = 0; i < ends_.size() && ends_[i] <= cut; ++i) {
        expected.push_back(bodies_[i]);
        tailAt = ends_[i];
      }
      ASSERT_EQ(drained.stored, expected) << name << " cut at " << cut;
      ASSERT_EQ(drained.setAside, tailAt == cut ? 0 : 1) << name << " cut at " << cut;
      ASSERT_EQ(keptIn(dir), whole_.substr(tailAt, cut - tailAt)) << name << " cut at " << cut;
    }
  }
}

TEST_F(DamagedSpool, EveryByteFlippedOnce_CostsOneBatchAtMost_AndIsKept) {
  Random random("DamagedSpool");
  for (std::size_t at = 0; at < whole_.size(); ++at) {
    std::string flipped = whole_;
    flipped[at] = static_cast<char>(flipped[at] ^ (1 << random.below(8)));
    const fs::path dir = spoolWith({{random.chance(0.5) ? "0000000000000000.open" : "0000000000000000.seg", flipped}});
    const Drained drained = drainCounted(dir);
    std::vector<std::string> expected;
    std::pair<std::uint64_t, std::uint64_t> hit{0, spool::kSegmentHeaderBytes};
    std::uint64_t begin = spool::kSegmentHeaderBytes;
    for (std::size_t i = 0; i < ends_.size(); begin = ends_[i++]) {
      if (at >= begin && at < ends_[i]) {
        hit = {begin, ends_[i]};
      } else {
        expected.push_back(bodies_[i]);
      }
    }
    ASSERT_EQ(drained.stored, expected) << "byte " << at;
    ASSERT_EQ(drained.setAside, 1u) << "byte " << at;
    ASSERT_EQ(keptIn(dir), flipped.substr(hit.first, hit.second - hit.first)) << "byte " << at;
  }
}

TEST(DamagedSpools, SegmentMissingInTheMiddle_IsCountedAndDoesNotStopTheReader) {
  const TempFolder folder;
  {
    const auto sender = senderTo(folder.path());
    for (int i = 0; i < 5; ++i) {
      send(*sender, std::to_string(i) + "\n");
      ASSERT_TRUE(sender->flush(soon()).ok());
    }
  }
  fs::remove(onlyWriter(folder.path()) / "0000000000000001.seg");
  fs::remove(onlyWriter(folder.path()) / "0000000000000002.seg");
  const Drained drained = drainCounted(folder.path());
  EXPECT_THAT(drained.stored, ElementsAre("0\n", "3\n", "4\n"));
  EXPECT_EQ(drained.setAside, 1u);
  EXPECT_EQ(keptIn(folder.path()), "segments 0000000000000001 to 0000000000000002 are missing\n");
}

TEST(DamagedSpools, LinksAndForeignThings_AreLeftAlone_AndTheRestIsRead) {
  const TempFolder folder;
  const fs::path dir = folder.path() / "spool";
  {
    const auto sender = senderTo(dir);
    send(*sender, "{}\n");
  }
  const fs::path segment = filesEnding(dir, ".seg").front();
  const std::string id = newId().toString();
  // A writer's directory and a segment that lead elsewhere, and things that somebody put here.
  fs::create_directories(folder.path() / "elsewhere");
  fs::copy_file(segment, folder.path() / "elsewhere" / segment.filename());
  fs::create_directory_symlink(folder.path() / "elsewhere", dir / id);
  fs::create_symlink(folder.path() / "elsewhere" / segment.filename(), segment.parent_path() / "0000000000000001.seg");
  std::ofstream(dir / "notes.txt") << "mine";
  std::ofstream(segment.parent_path() / "0000000000000002.seg~") << "mine";
  ASSERT_EQ(::mkfifo((segment.parent_path() / "0000000000000003.seg").c_str(), 0600), 0);

  EXPECT_THAT(drain(dir), ElementsAre("{}\n"));
  EXPECT_TRUE(fs::is_symlink(dir / id));
  EXPECT_TRUE(fs::exists(folder.path() / "elsewhere" / segment.filename()));
  EXPECT_TRUE(fs::exists(dir / "notes.txt"));
  EXPECT_TRUE(fs::is_symlink(segment.parent_path() / "0000000000000001.seg"));
  EXPECT_TRUE(fs::exists(segment.parent_path() / "0000000000000002.seg~"));
  EXPECT_THAT(drain(dir), IsEmpty());
}

TEST(DamagedSpools, DirectoriesOfSomebodyElse_AreRefusedByBothEnds) {
  if (::geteuid() != 0) GTEST_SKIP() << "giving a directory away needs root";
  const TempFolder folder;
  SpoolSink sink;
  const fs::path theirs = folder.path() / "theirs";
  fs::create_directory(theirs);
  ASSERT_EQ(::chmod(theirs.c_str(), 0700), 0);
  ASSERT_EQ(::chown(theirs.c_str(), 65534, 65534), 0);
  EXPECT_EQ(receiverOf(theirs)->start(sink).code(), StatusCode::InvalidArgument);
  const auto sent = senderTo(theirs)->send({"{}\n", BatchFormat::NdJson}, soon());
  EXPECT_EQ(sent.status().code(), StatusCode::PermissionDenied) << sent.status().toString();
  EXPECT_THAT(sent.status().message(), testing::HasSubstr("belongs to user 65534"));
  EXPECT_TRUE(fs::is_empty(theirs));

  // One writer's directory in a spool of ours.
  const fs::path dir = folder.path() / "spool";
  {
    const auto sender = senderTo(dir);
    send(*sender, "{}\n");
  }
  ASSERT_EQ(::chown(onlyWriter(dir).c_str(), 65534, 65534), 0);
  EXPECT_THAT(drain(dir), IsEmpty());
  EXPECT_EQ(filesEnding(dir, ".seg").size(), 1u);
}

TEST(DamagedSpools, SymbolicLinkInPlaceOfTheSpool_IsRefusedByBothEnds) {
  const TempFolder folder;
  SpoolSink sink;
  fs::create_directory(folder.path() / "real");
  fs::create_directory_symlink(folder.path() / "real", folder.path() / "link");
  const Status started = receiverOf(folder.path() / "link")->start(sink);
  EXPECT_EQ(started.code(), StatusCode::InvalidArgument);
  EXPECT_THAT(started.message(), testing::HasSubstr("symbolic link"));
  const auto sent = senderTo(folder.path() / "link")->send({"{}\n", BatchFormat::NdJson}, soon());
  EXPECT_EQ(sent.status().code(), StatusCode::PermissionDenied);
  EXPECT_TRUE(fs::is_empty(folder.path() / "real"));
}

TEST_F(DamagedSpool, SegmentOfANewerVersion_IsKeptWholeUnderBad) {
  const auto header = spool::encode(spool::SegmentHeader{99, Id::parse(writer_).value(), 0});
  const std::string newer = std::string(header.data(), header.size()) + "unknown";
  for (const char* name : {"0000000000000000.open", "0000000000000000.seg"}) {
    const fs::path dir = spoolWith({{name, newer}, {"0000000000000001.seg", ""}});
    const Drained drained = drainCounted(dir);
    EXPECT_THAT(drained.stored, IsEmpty());
    EXPECT_EQ(drained.setAside, 1u);
    EXPECT_EQ(keptIn(dir), newer);
  }
}

TEST_F(DamagedSpool, DamagedCheckpoint_MeansReadingOnceMore) {
  const fs::path dir = spoolWith({{"0000000000000000.seg", whole_}, {"checkpoint", "rubbish"}});
  EXPECT_EQ(drainCounted(dir).stored, bodies_);
}

TEST_F(DamagedSpool, CheckpointInTheMiddleOfASegment_IsWhereReadingGoesOn) {
  const fs::path dir = spoolWith({{"0000000000000000.seg", whole_}});
  ASSERT_TRUE(spool::writeCheckpoint(spool::Directory::open(dir / writer_).value(), {0, ends_[0]}).ok());
  EXPECT_THAT(drainCounted(dir).stored, ElementsAre(bodies_[1], bodies_[2]));
}

TEST_F(DamagedSpool, WithoutALock_IsADeadWriters) {
  const fs::path dir = spoolWith({{"0000000000000000.open", whole_}});
  fs::remove(dir / writer_ / "LOCK");
  EXPECT_EQ(drainCounted(dir).stored, bodies_);
}

}  // namespace
}  // namespace xray::test
