// Segments at the level of bytes: what was written is read, whatever part of it was damaged.

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/random.h"
#include "support/temp_folder.h"
#include "xray/spool/segment_reader.h"
#include "xray/spool/segment_writer.h"

namespace xray::spool {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

struct ReadBack {
  std::vector<std::string> payloads;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> damages;
};

class SegmentTest : public testing::Test {
 protected:
  static constexpr std::uint64_t kNumber = 3;
  const std::vector<std::string> payloads_{"{\"a\":1}\n", "", "{\"b\":2}\n{\"c\":3}\n"};

  /// The bytes of a segment with the payloads above.
  std::string written() {
    auto segment = SegmentWriter::create(directory_, writer_, kNumber).value();
    for (const std::string& payload : payloads_) EXPECT_TRUE(segment->append(0, payload).ok());
    const std::uint64_t bytes = segment->bytes();
    EXPECT_TRUE(segment->seal().ok());
    std::string content;
    EXPECT_TRUE(directory_.openFile("0000000000000003.seg", O_RDONLY)->readAt(0, 1 << 20, content).ok());
    EXPECT_EQ(content.size(), bytes);
    return content;
  }

  /// Reads a file with these bytes. Every byte is in a header, a frame or a damage.
  ReadBack read(const std::string& content) {
    folder_.write("copy", content);
    auto file = std::make_shared<const File>(std::move(directory_.openFile("copy", O_RDONLY)).value());
    auto reader = SegmentReader::open(file, writer_, kNumber);
    EXPECT_TRUE(reader.ok()) << reader.status().toString();
    ReadBack back;
    std::uint64_t at = reader->offset();
    while (true) {
      auto piece = reader->next();
      EXPECT_TRUE(piece.ok()) << piece.status().toString();
      if (auto* frame = std::get_if<Frame>(&*piece)) {
        EXPECT_EQ(frame->offset, at);
        at = frame->end;
        back.payloads.push_back(frame->payload);
      } else if (auto* damage = std::get_if<Damage>(&*piece)) {
        EXPECT_EQ(damage->offset, at);
        EXPECT_GT(damage->end, damage->offset);
        at = damage->end;
        back.damages.emplace_back(damage->offset, damage->end);
      } else {
        EXPECT_EQ(at, content.size());
        return back;
      }
    }
  }

  /// Where each frame ends.
  std::vector<std::uint64_t> ends() const {
    std::vector<std::uint64_t> ends;
    std::uint64_t at = kSegmentHeaderBytes;
    for (const std::string& payload : payloads_) ends.push_back(at += kFrameHeaderBytes + payload.size());
    return ends;
  }

  test::TempFolder folder_;
  Directory directory_ = Directory::openOrMake(folder_.path()).value();
  Id writer_ = newId();
};

TEST_F(SegmentTest, Written_IsReadBack) {
  const ReadBack back = read(written());
  EXPECT_EQ(back.payloads, payloads_);
  EXPECT_THAT(back.damages, IsEmpty());
}

TEST_F(SegmentTest, TruncatedAtEveryByte_GivesTheFramesBeforeTheCut) {
  const std::string whole = written();
  const auto ends = this->ends();
  for (std::size_t cut = 0; cut < whole.size(); ++cut) {
    const ReadBack back = read(whole.substr(0, cut));
    std::vector<std::string> expected;
    std::uint64_t lastEnd = cut >= kSegmentHeaderBytes ? kSegmentHeaderBytes : 0;
    for (std::size_t i = 0; i < ends.size() && ends[i] <= cut; ++i) {
      expected.push_back(payloads_[i]);
      lastEnd = ends[i];
    }
    EXPECT_EQ(back.payloads, expected) << cut;
    if (lastEnd == cut) {
      EXPECT_THAT(back.damages, IsEmpty()) << cut;
    } else {
      EXPECT_THAT(back.damages, ElementsAre(std::pair(lastEnd, static_cast<std::uint64_t>(cut)))) << cut;
    }
  }
}

TEST_F(SegmentTest, EveryByteFlipped_CostsTheFrameThatItIsIn) {
  const std::string whole = written();
  const auto ends = this->ends();
  test::Random random("SegmentTest");
  for (std::size_t at = 0; at < whole.size(); ++at) {
    std::string flipped = whole;
    flipped[at] = static_cast<char>(flipped[at] ^ (1 << random.below(8)));
    const ReadBack back = read(flipped);
    std::vector<std::string> expected;
    std::pair<std::uint64_t, std::uint64_t> hit{0, kSegmentHeaderBytes};
    std::uint64_t begin = kSegmentHeaderBytes;
    for (std::size_t i = 0; i < ends.size(); ++i) {
      if (at >= begin && at < ends[i]) {
        hit = {begin, ends[i]};
      } else {
        expected.push_back(payloads_[i]);
      }
      begin = ends[i];
    }
    EXPECT_EQ(back.payloads, expected) << at;
    EXPECT_THAT(back.damages, ElementsAre(hit)) << at;
  }
}

TEST_F(SegmentTest, GarbageOfAnyLengthBetweenFrames_IsPassedOver) {
  const std::string whole = written();
  const auto ends = this->ends();
  test::Random random("SegmentTest");
  for (const std::size_t size : {1u, 19u, 20u, 65'535u, 65'536u, 65'555u, 200'000u}) {
    std::string garbage(size, '\0');
    for (char& byte : garbage) byte = static_cast<char>(random.below(256));
    // What looks like a frame's first bytes must not be taken for one.
    if (size > 100) garbage.replace(50, kFrameMagic.size(), kFrameMagic);
    std::string mixed = whole;
    mixed.insert(ends[0], garbage);
    const ReadBack back = read(mixed);
    EXPECT_EQ(back.payloads, payloads_) << size;
    EXPECT_THAT(back.damages, ElementsAre(std::pair(ends[0], ends[0] + size))) << size;
  }
}

TEST_F(SegmentTest, HeaderOfAnotherSegment_IsDamageAndTheFramesAreRead) {
  const std::string frames = written().substr(kSegmentHeaderBytes);
  const auto other = encode(SegmentHeader{kFormatVersion, writer_, kNumber + 1});
  const ReadBack back = read(std::string(other.data(), other.size()) + frames);
  EXPECT_EQ(back.payloads, payloads_);
  EXPECT_THAT(back.damages, ElementsAre(std::pair<std::uint64_t, std::uint64_t>(0, kSegmentHeaderBytes)));
}

TEST_F(SegmentTest, NewerVersion_IsRefusedAndNotCalledDamaged) {
  const auto header = encode(SegmentHeader{kFormatVersion + 1, writer_, kNumber});
  folder_.write("newer", std::string(header.data(), header.size()) + "what this program does not know");
  auto file = std::make_shared<const File>(std::move(directory_.openFile("newer", O_RDONLY)).value());
  const auto reader = SegmentReader::open(file, writer_, kNumber);
  EXPECT_EQ(reader.status().code(), StatusCode::NotSupported);
}

TEST_F(SegmentTest, Summary_TellsWhereTheLastWholeFrameEnds) {
  const std::string whole = written();
  const auto ends = this->ends();
  folder_.write("torn", whole.substr(0, whole.size() - 1));
  auto file = std::make_shared<const File>(std::move(directory_.openFile("torn", O_RDONLY)).value());
  const auto summary = summarize(SegmentReader::open(file, writer_, kNumber).value());
  ASSERT_TRUE(summary.ok());
  EXPECT_EQ(summary->end, ends[1]);
  EXPECT_EQ(summary->batches, 2u);
  EXPECT_EQ(summary->events, 1u);
  EXPECT_EQ(summary->damages, 0u);
  EXPECT_EQ(summary->tailBytes, whole.size() - 1 - ends[1]);
  const auto rest = summarize(SegmentReader::open(file, writer_, kNumber).value(), ends[0]);
  EXPECT_EQ(rest->batches, 1u);
  EXPECT_EQ(rest->events, 0u);
}

TEST_F(SegmentTest, Seal_WithoutAFrame_LeavesNothing) {
  const auto segment = SegmentWriter::create(directory_, writer_, 1).value();
  EXPECT_TRUE(std::filesystem::exists(folder_.path() / "0000000000000001.open"));
  EXPECT_TRUE(segment->seal().ok());
  EXPECT_TRUE(std::filesystem::is_empty(folder_.path()));
}

TEST_F(SegmentTest, Seal_NeverReplacesASegment) {
  folder_.write("0000000000000001.seg", "somebody's");
  const auto segment = SegmentWriter::create(directory_, writer_, 1).value();
  ASSERT_TRUE(segment->append(0, "{}\n").ok());
  EXPECT_FALSE(segment->seal().ok());
  EXPECT_TRUE(std::filesystem::exists(folder_.path() / "0000000000000001.open"));
  EXPECT_EQ(std::filesystem::file_size(folder_.path() / "0000000000000001.seg"), 10u);
}

}  // namespace
}  // namespace xray::spool
