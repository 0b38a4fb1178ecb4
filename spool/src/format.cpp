#include "xray/spool/format.h"

#include <charconv>

#include "little_endian.h"
#include "xray/spool/crc32c.h"

namespace xray::spool {
namespace {

constexpr std::string_view kSegmentMagic{"\xFFXRSPOOL", 8};
constexpr std::size_t kDigits = 16;

// Segment header: 0 magic, 8 version, 12 writer, 28 number, 36 CRC32C of the 36 bytes before it.
constexpr std::size_t kVersionAt = 8;
constexpr std::size_t kWriterAt = 12;
constexpr std::size_t kNumberAt = 28;
constexpr std::size_t kSegmentCrcAt = 36;

// Frame header: 0 magic, 4 flags, 8 payload length, 12 CRC32C of the 12 bytes before it, 16 CRC32C of the payload.
constexpr std::size_t kFlagsAt = 4;
constexpr std::size_t kLengthAt = 8;
constexpr std::size_t kHeaderCrcAt = 12;
constexpr std::size_t kPayloadCrcAt = 16;

}  // namespace

std::array<char, kSegmentHeaderBytes> encode(const SegmentHeader& header) {
  std::array<char, kSegmentHeaderBytes> bytes{};
  kSegmentMagic.copy(bytes.data(), kSegmentMagic.size());
  store<std::uint32_t>(bytes.data() + kVersionAt, header.version);
  std::memcpy(bytes.data() + kWriterAt, header.writer.bytes().data(), header.writer.bytes().size());
  store<std::uint64_t>(bytes.data() + kNumberAt, header.number);
  store<std::uint32_t>(bytes.data() + kSegmentCrcAt, crc32c({bytes.data(), kSegmentCrcAt}));
  return bytes;
}

std::optional<SegmentHeader> decodeSegmentHeader(std::string_view bytes) {
  if (bytes.size() < kSegmentHeaderBytes || !bytes.starts_with(kSegmentMagic)) return std::nullopt;
  if (load<std::uint32_t>(bytes.data() + kSegmentCrcAt) != crc32c(bytes.substr(0, kSegmentCrcAt))) return std::nullopt;
  Id::Bytes writer;
  std::memcpy(writer.data(), bytes.data() + kWriterAt, writer.size());
  return SegmentHeader{load<std::uint32_t>(bytes.data() + kVersionAt), Id(writer),
                       load<std::uint64_t>(bytes.data() + kNumberAt)};
}

std::array<char, kFrameHeaderBytes> encode(const FrameHeader& header) {
  std::array<char, kFrameHeaderBytes> bytes{};
  kFrameMagic.copy(bytes.data(), kFrameMagic.size());
  store<std::uint32_t>(bytes.data() + kFlagsAt, header.flags);
  store<std::uint32_t>(bytes.data() + kLengthAt, header.payloadBytes);
  store<std::uint32_t>(bytes.data() + kHeaderCrcAt, crc32c({bytes.data(), kHeaderCrcAt}));
  store<std::uint32_t>(bytes.data() + kPayloadCrcAt, header.payloadCrc);
  return bytes;
}

std::optional<FrameHeader> decodeFrameHeader(std::string_view bytes) {
  if (bytes.size() < kFrameHeaderBytes || !bytes.starts_with(kFrameMagic)) return std::nullopt;
  if (load<std::uint32_t>(bytes.data() + kHeaderCrcAt) != crc32c(bytes.substr(0, kHeaderCrcAt))) return std::nullopt;
  const FrameHeader header{load<std::uint32_t>(bytes.data() + kFlagsAt), load<std::uint32_t>(bytes.data() + kLengthAt),
                           load<std::uint32_t>(bytes.data() + kPayloadCrcAt)};
  if (header.payloadBytes > kMaxPayloadBytes) return std::nullopt;
  return header;
}

std::string hexNumber(std::uint64_t number) {
  std::string text(kDigits, '0');
  for (std::size_t i = kDigits; i-- > 0; number >>= 4) text[i] = "0123456789abcdef"[number & 0xF];
  return text;
}

std::string SegmentName::toString() const {
  return hexNumber(number) + (state == SegmentState::Open ? ".open" : ".seg");
}

std::optional<SegmentName> parseSegmentName(std::string_view name) {
  if (name.size() <= kDigits) return std::nullopt;
  SegmentName parsed;
  const auto [end, error] = std::from_chars(name.data(), name.data() + kDigits, parsed.number, 16);
  if (error != std::errc() || end != name.data() + kDigits) return std::nullopt;
  if (name.substr(kDigits) == ".open") parsed.state = SegmentState::Open;
  // Upper case digits are no name of ours.
  return parsed.toString() == name ? std::optional(parsed) : std::nullopt;
}

}  // namespace xray::spool
