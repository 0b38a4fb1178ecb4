#include "xray/spool/checkpoint.h"

#include <fcntl.h>

#include <string>

#include "little_endian.h"
#include "xray/spool/crc32c.h"
#include "xray/spool/format.h"

namespace xray::spool {
namespace {

// 0 magic, 8 version, 12 segment, 20 offset, 28 CRC32C of the 28 bytes before it.
constexpr std::string_view kMagic{"\xFFXRCHKPT", 8};
constexpr std::size_t kVersionAt = 8;
constexpr std::size_t kSegmentAt = 12;
constexpr std::size_t kOffsetAt = 20;
constexpr std::size_t kCrcAt = 28;
constexpr std::size_t kBytes = 32;

}  // namespace

Result<std::optional<Checkpoint>> readCheckpoint(const Directory& directory) {
  const auto file = directory.openFile(kCheckpoint, O_RDONLY);
  if (!file.ok()) {
    if (file.status().code() == StatusCode::NotFound) return std::optional<Checkpoint>();
    return file.status();
  }
  std::string bytes;
  if (Status status = file->readAt(0, kBytes + 1, bytes); !status.ok()) return status;
  if (bytes.size() != kBytes || !bytes.starts_with(kMagic) ||
      load<std::uint32_t>(bytes.data() + kCrcAt) != crc32c(std::string_view(bytes).substr(0, kCrcAt)) ||
      load<std::uint32_t>(bytes.data() + kVersionAt) != kFormatVersion) {
    return Status(StatusCode::InvalidArgument, directory.pathOf(kCheckpoint) + ": damaged");
  }
  return std::optional(
      Checkpoint{load<std::uint64_t>(bytes.data() + kSegmentAt), load<std::uint64_t>(bytes.data() + kOffsetAt)});
}

Status writeCheckpoint(const Directory& directory, const Checkpoint& checkpoint) {
  std::string bytes(kBytes, '\0');
  kMagic.copy(bytes.data(), kMagic.size());
  store<std::uint32_t>(bytes.data() + kVersionAt, kFormatVersion);
  store<std::uint64_t>(bytes.data() + kSegmentAt, checkpoint.segment);
  store<std::uint64_t>(bytes.data() + kOffsetAt, checkpoint.offset);
  store<std::uint32_t>(bytes.data() + kCrcAt, crc32c(std::string_view(bytes).substr(0, kCrcAt)));
  const auto draft = directory.openFile(kCheckpointDraft, O_WRONLY | O_CREAT | O_TRUNC);
  if (!draft.ok()) return draft.status();
  Status status = draft->writeAt(0, bytes);
  if (status.ok()) status = draft->sync();
  if (!status.ok()) return {status.code(), directory.pathOf(kCheckpointDraft) + ": " + status.message()};
  if (status = directory.rename(kCheckpointDraft, kCheckpoint); !status.ok()) return status;
  return directory.sync();
}

}  // namespace xray::spool
