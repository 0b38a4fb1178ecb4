// The worked example of docs/spool-format.md is what the encoder writes.

#include <fcntl.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "support/temp_folder.h"
#include "xray/spool/checkpoint.h"
#include "xray/spool/segment_writer.h"

namespace xray::spool {
namespace {

/// 16 bytes a line: offset, hexadecimal, text.
std::string hexDump(const std::string& bytes) {
  std::ostringstream out;
  for (std::size_t at = 0; at < bytes.size(); at += 16) {
    char buffer[24];
    std::snprintf(buffer, sizeof buffer, "%04zx ", at);
    out << buffer;
    std::string text;
    for (std::size_t i = at; i < at + 16; ++i) {
      if (i >= bytes.size()) {
        out << "   ";
        continue;
      }
      const auto byte = static_cast<unsigned char>(bytes[i]);
      std::snprintf(buffer, sizeof buffer, " %02x", byte);
      out << buffer;
      text += byte >= 0x20 && byte < 0x7F ? static_cast<char>(byte) : '.';
    }
    out << "  " << text << "\n";
  }
  return out.str();
}

std::string document() {
  std::ostringstream text;
  text << std::ifstream(XRAY_SOURCE_DIR "/docs/spool-format.md").rdbuf();
  return text.str();
}

std::string contentOf(const Directory& directory, const std::string& name) {
  std::string content;
  EXPECT_TRUE(directory.openFile(name, O_RDONLY)->readAt(0, 4096, content).ok());
  return content;
}

TEST(SpoolDocument, Example_IsWhatTheEncoderWrites) {
  const test::TempFolder folder;
  const Directory directory = Directory::openOrMake(folder.path()).value();
  const auto segment =
      SegmentWriter::create(directory, Id::parse("0193a1c2-5d6e-7f80-8123-456789abcdef").value(), 0x2A).value();
  ASSERT_TRUE(segment->append(0, "{\"event\":\"run.ended\"}\n").ok());
  ASSERT_TRUE(segment->append(kFrameJson, "[]").ok());
  ASSERT_TRUE(segment->seal().ok());
  const std::string dump = hexDump(contentOf(directory, "000000000000002a.seg"));
  EXPECT_NE(document().find(dump), std::string::npos) << "docs/spool-format.md has to show:\n" << dump;
}

TEST(SpoolDocument, ExampleOfACheckpoint_IsWhatIsWritten) {
  const test::TempFolder folder;
  const Directory directory = Directory::openOrMake(folder.path()).value();
  ASSERT_TRUE(writeCheckpoint(directory, {0x2A, 82}).ok());
  const std::string dump = hexDump(contentOf(directory, kCheckpoint));
  EXPECT_NE(document().find(dump), std::string::npos) << "docs/spool-format.md has to show:\n" << dump;
  EXPECT_EQ(readCheckpoint(directory).value(), (Checkpoint{0x2A, 82}));
}

TEST(SpoolDocument, CheckpointWithAnyByteFlipped_IsDamaged) {
  const test::TempFolder folder;
  const Directory directory = Directory::openOrMake(folder.path()).value();
  EXPECT_EQ(readCheckpoint(directory).value(), std::nullopt);
  ASSERT_TRUE(writeCheckpoint(directory, {1, 2}).ok());
  const std::string whole = contentOf(directory, kCheckpoint);
  for (std::size_t at = 0; at < whole.size(); ++at) {
    std::string flipped = whole;
    flipped[at] = static_cast<char>(flipped[at] ^ 1);
    folder.write(kCheckpoint, flipped);
    EXPECT_EQ(readCheckpoint(directory).status().code(), StatusCode::InvalidArgument) << at;
    folder.write(kCheckpoint, whole.substr(0, at));
    EXPECT_EQ(readCheckpoint(directory).status().code(), StatusCode::InvalidArgument) << at;
  }
}

}  // namespace
}  // namespace xray::spool
