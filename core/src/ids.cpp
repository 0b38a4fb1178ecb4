#include "xray/ids.h"

#include <pthread.h>
#include <sys/random.h>

#include <algorithm>
#include <atomic>

namespace xray {
namespace {

constexpr char kHex[] = "0123456789abcdef";

// A table, for ids are read on the way of every event: -1 for what is no hex digit.
constexpr auto kHexValues = [] {
  std::array<std::int8_t, 256> values{};
  values.fill(-1);
  for (int i = 0; i < 16; ++i) {
    values[static_cast<unsigned char>(kHex[i])] = static_cast<std::int8_t>(i);
    if (i >= 10) values[static_cast<unsigned char>(kHex[i] - 'a' + 'A')] = static_cast<std::int8_t>(i);
  }
  return values;
}();

int hexValue(char c) {
  return kHexValues[static_cast<unsigned char>(c)];
}

// Changes in a forked child, so that each thread's generator seeds itself anew there.
std::atomic<unsigned> forkGeneration{0};
// Registered when the library is loaded: a child that is forked while another thread does it would wait for that thread
// for good.
const int registered = pthread_atfork(nullptr, nullptr, [] { forkGeneration.fetch_add(1); });

std::uint64_t seed() {
  std::uint64_t value = 0;
  // 8 bytes never come back short (getrandom(2)); before the pool is ready it waits.
  while (getrandom(&value, sizeof value, 0) != sizeof value) {
  }
  return value;
}

// SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014). Ids need to be unique, not
// secret.
std::uint64_t random64() {
  (void)registered;
  thread_local std::uint64_t state = seed();
  thread_local unsigned generation = forkGeneration.load(std::memory_order_relaxed);
  if (const unsigned current = forkGeneration.load(std::memory_order_relaxed); current != generation) {
    generation = current;
    state = seed();
  }
  std::uint64_t z = (state += 0x9E3779B97F4A7C15ull);
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
  return z ^ (z >> 31);
}

// Milliseconds in the upper 52 bits, 4096ths of a millisecond in the lower 12: the part of an id that must grow.
std::uint64_t ticks(Timestamp time) {
  const auto micros = static_cast<std::uint64_t>(std::max<std::int64_t>(time.time_since_epoch().count(), 0));
  return (micros / 1000) << 12 | ((micros % 1000) << 12) / 1000;
}

void store(std::uint64_t word, std::uint8_t* at) {
  for (int i = 0; i < 8; ++i) at[i] = static_cast<std::uint8_t>(word >> (56 - 8 * i));
}

Id idFrom(std::uint64_t tick) {
  const std::uint64_t millis = tick >> 12;
  Id::Bytes bytes;
  store(millis << 16 | 0x7000 | (tick & 0x0FFF), bytes.data());
  store(std::uint64_t{1} << 63 | random64() >> 2, bytes.data() + 8);
  return Id(bytes);
}

}  // namespace

std::optional<Id> Id::parse(std::string_view text) {
  if (text.size() != kTextSize) return std::nullopt;
  Bytes bytes;
  std::size_t at = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (at == 8 || at == 13 || at == 18 || at == 23) {
      if (text[at++] != '-') return std::nullopt;
    }
    const int high = hexValue(text[at]), low = hexValue(text[at + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    bytes[i] = static_cast<std::uint8_t>(high << 4 | low);
    at += 2;
  }
  return Id(bytes);
}

void Id::appendTo(std::string& out) const {
  char text[kTextSize];
  char* at = text;
  for (std::size_t i = 0; i < bytes_.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) *at++ = '-';
    *at++ = kHex[bytes_[i] >> 4];
    *at++ = kHex[bytes_[i] & 15];
  }
  out.append(text, kTextSize);
}

std::string Id::toString() const {
  std::string text;
  text.reserve(kTextSize);
  appendTo(text);
  return text;
}

Id newId() {
  static std::atomic<std::uint64_t> last{0};
  const std::uint64_t now = ticks(systemClock().now());
  std::uint64_t previous = last.load(std::memory_order_relaxed);
  std::uint64_t next;
  do {
    next = std::max(now, previous + 1);
  } while (!last.compare_exchange_weak(previous, next, std::memory_order_relaxed));
  return idFrom(next);
}

Id IdSequence::next(Timestamp now) {
  last_ = std::max(ticks(now), last_ + 1);
  return idFrom(last_);
}

}  // namespace xray
