#pragma once
// What the SDK knows of a run that is open or has events on their way.

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

#include "payload_tape.h"
#include "xray/ids.h"

namespace xray::sdk {

class EventQueue;
class Recorder;

/// Why events of a run did not arrive; told to the backend as `lost` with the run's end.
struct LostEvents {
  std::atomic<std::uint32_t> queueFull{0};
  std::atomic<std::uint32_t> schemaRejected{0};
  std::atomic<std::uint32_t> tooLarge{0};
  std::atomic<std::uint32_t> rejected{0};  // by the backend
  std::atomic<std::uint32_t> givenUp{0};   // in batches that the backend refused
  std::atomic<std::uint32_t> spoolFull{0};

  void clear();
  /// `{"queue_full":2}`; empty when nothing was lost.
  void appendTo(std::string& out) const;
};

/// Shared by its Run, its Steps and its frames, which count references: shared_ptr would be two words in each frame,
/// and the states are reused.
///
/// Thread-safety: members as noted.
struct RunState {
  // Constant while there are references.
  Id id;
  EventQueue* queue = nullptr;
  unsigned generation = 0;             // of the process that it was begun in
  std::shared_ptr<Recorder> recorder;  // keeps `queue` for as long as there is a handle

  // Atomics.
  std::atomic<std::uint32_t> references{0};
  std::atomic<std::int64_t> nextSeq{0};
  std::atomic<bool> ended{false};
  LostEvents lost;

  // Guarded by the Run's one thread at a time.
  PayloadTape metadata;

  /// False in a child of the process that began the run: there nothing of it may be touched.
  bool usable() const noexcept;
  void retain() noexcept { references.fetch_add(1, std::memory_order_relaxed); }
  /// May be the end of the recorder: touch nothing of it afterwards.
  void release() noexcept;
};

}  // namespace xray::sdk
