#pragma once
// The counters behind Client::counters().

#include <atomic>

#include "xray/sdk/client.h"

namespace xray::sdk {

/// Thread-safe; each is a monotonic count.
struct LiveCounters {
  using Count = std::atomic<std::uint64_t>;
  Count accepted{0}, duplicates{0}, rejected{0}, givenUp{0}, batches{0}, retries{0};
  Count queueFull{0}, schemaRejected{0}, tooLarge{0}, afterClose{0}, abandoned{0};
  Count invalidJson{0}, alteredNames{0}, misuses{0};
  Count spooled{0}, drained{0}, spoolDropped{0}, setAside{0}, deadLettered{0};

  Counters read() const {
    return {accepted,       duplicates, rejected,     givenUp,   batches,     retries,      queueFull,
            schemaRejected, tooLarge,   afterClose,   abandoned, invalidJson, alteredNames, misuses,
            spooled,        drained,    spoolDropped, setAside,  deadLettered};
  }
};

inline void count(LiveCounters::Count& counter, std::uint64_t by = 1) {
  counter.fetch_add(by, std::memory_order_relaxed);
}

}  // namespace xray::sdk
