#pragma once
// The bytes of a segment and the names of files: docs/spool-format.md. All numbers are little endian.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "xray/ids.h"

namespace xray::spool {

inline constexpr std::uint32_t kFormatVersion = 1;
inline constexpr std::size_t kSegmentHeaderBytes = 40;
inline constexpr std::size_t kFrameHeaderBytes = 20;
/// Greatest payload of a frame, and greatest batch in it.
inline constexpr std::uint64_t kMaxPayloadBytes = std::uint64_t{1} << 30;

/// First bytes of a frame. No UTF-8 text has an FF, so no text of an event looks like a frame.
inline constexpr std::string_view kFrameMagic{"\xFFXRF", 4};

struct SegmentHeader {
  std::uint32_t version = kFormatVersion;
  Id writer;
  std::uint64_t number = 0;
};

enum FrameFlags : std::uint32_t {
  kFrameZstd = 1,  // the payload is one zstd frame
  kFrameJson = 2   // the batch is one JSON document instead of NDJSON
};
inline constexpr std::uint32_t kKnownFrameFlags = kFrameZstd | kFrameJson;

struct FrameHeader {
  std::uint32_t flags = 0;
  std::uint32_t payloadBytes = 0;
  std::uint32_t payloadCrc = 0;  // CRC32C
};

std::array<char, kSegmentHeaderBytes> encode(const SegmentHeader& header);
/// Nothing when the bytes are no header, or not whole. The version is the caller's to check.
std::optional<SegmentHeader> decodeSegmentHeader(std::string_view bytes);

std::array<char, kFrameHeaderBytes> encode(const FrameHeader& header);
/// Nothing when the bytes are no header, or not whole, or its length is over the limit.
std::optional<FrameHeader> decodeFrameHeader(std::string_view bytes);

/// A segment is Open while it is written, and Sealed for good after that.
enum class SegmentState { Open, Sealed };

struct SegmentName {
  std::uint64_t number = 0;
  SegmentState state = SegmentState::Sealed;

  auto operator<=>(const SegmentName&) const = default;
  /// "000000000000002a.seg".
  std::string toString() const;
};
/// Nothing for any other name.
std::optional<SegmentName> parseSegmentName(std::string_view name);

/// 16 hexadecimal digits.
std::string hexNumber(std::uint64_t number);

// Names that are no segments.
inline constexpr const char* kWriterLock = "LOCK";
inline constexpr const char* kReaderLock = "READER";
inline constexpr const char* kCheckpoint = "checkpoint";
inline constexpr const char* kCheckpointDraft = "checkpoint.new";
inline constexpr const char* kBadFolder = "bad";
inline constexpr const char* kArchiveFolder = "archive";

}  // namespace xray::spool
