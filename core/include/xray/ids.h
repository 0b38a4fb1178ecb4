#pragma once
// UUIDs (RFC 9562): the identity of runs and steps.

#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "xray/time.h"

namespace xray {

/// A UUID of any version; ordered by its bytes, which for version 7 is the order of creation. A value type.
class Id {
 public:
  static constexpr std::size_t kTextSize = 36;
  using Bytes = std::array<std::uint8_t, 16>;

  constexpr Id() = default;
  constexpr explicit Id(const Bytes& bytes) : bytes_(bytes) {}

  /// Reads the 8-4-4-4-12 form, in either case. Nothing for any other text.
  static std::optional<Id> parse(std::string_view text);

  /// The 36 characters, lower case.
  std::string toString() const;
  void appendTo(std::string& out) const;

  const Bytes& bytes() const { return bytes_; }
  bool isNil() const { return bytes_ == Bytes{}; }

  auto operator<=>(const Id&) const = default;

 private:
  Bytes bytes_{};
};

/// Makes version 7 ids: 48 bits of milliseconds, 12 bits of the fraction of the millisecond (RFC 9562 section 6.2,
/// method 3), 62 random bits. Each id is greater than every one made before it in this process: when the clock stands
/// still or steps back, the time of the last id is counted up instead. Safe in a forked child, which draws new random
/// bits.
///
/// Thread-safety: newId() may be called concurrently; it takes no lock and does not allocate.
Id newId();

/// The same with the caller's clock, for tests of the order and for replays of old recordings. All calls in a process
/// share one counter only through newId(); this one keeps its own.
class IdSequence {
 public:
  Id next(Timestamp now);

 private:
  std::uint64_t last_ = 0;
};

}  // namespace xray

template <>
struct std::hash<xray::Id> {
  std::size_t operator()(const xray::Id& id) const noexcept {
    // The tail of versions 4 and 7 is random, so it is a hash already.
    std::uint64_t head, tail;
    std::memcpy(&head, id.bytes().data(), sizeof head);
    std::memcpy(&tail, id.bytes().data() + 8, sizeof tail);
    return static_cast<std::size_t>(tail ^ (head * 0x9E3779B97F4A7C15ull));
  }
};
