#pragma once
// The limit of recording a step: two clock reads, one id, and the payload's bytes copied into a ring.

#include <time.h>

#include <cstdint>
#include <cstring>
#include <vector>

#include "bench/payload/random.h"
#include "bench/sdk/sample_steps.h"

namespace xray::bench {

/// Of one thread. Never full: it overwrites what is old, and nobody reads it.
class ReferenceRing {
 public:
  /// About what a thread of the product has in use between two turns of the shipper.
  static constexpr std::size_t kBytes = std::size_t{2} << 20;

  explicit ReferenceRing(std::uint64_t seed) : random_(seed), bytes_(kBytes) {}

  void record(const SampleStep& sample) {
    const std::uint64_t begin = microseconds();
    Head head{{begin << 16 | 0x7000, random_.next()}, begin, 0};
    if (kBytes - used_ < sizeof head + sample.payloadBytes()) used_ = 0;
    char* at = bytes_.data() + used_ + sizeof head;
    for (const std::string* text : {&sample.input, &sample.output, &sample.reasoning}) {
      std::memcpy(at, text->data(), text->size());
      at += text->size();
    }
    head.end = microseconds();
    std::memcpy(bytes_.data() + used_, &head, sizeof head);
    used_ = static_cast<std::size_t>(at - bytes_.data());
  }

  /// The payload of the step that was recorded last.
  std::string_view last(const SampleStep& sample) const {
    return {bytes_.data() + used_ - sample.payloadBytes(), sample.payloadBytes()};
  }

 private:
  struct Head {
    std::uint64_t id[2];
    std::uint64_t begin, end;
  };

  static std::uint64_t microseconds() {
    timespec now{};
    ::clock_gettime(CLOCK_REALTIME, &now);
    return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000 + static_cast<std::uint64_t>(now.tv_nsec) / 1000;
  }

  Random random_;
  std::vector<char> bytes_;
  std::size_t used_ = 0;
};

}  // namespace xray::bench
