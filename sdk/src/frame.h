#pragma once
// Events as they lie in the queue: a fixed header and the texts behind it. They are checked against the schema and made
// into NDJSON in the background.

#include <array>
#include <cstdint>
#include <string_view>

#include "chunk.h"
#include "xray/event.h"

namespace xray::sdk {

struct RunState;

enum class FrameKind : std::uint8_t { RunStarted, StepStarted, StepEnded, RunEnded, RunFailed };

/// kInput, kOutput and kReasoning are tapes (payload_tape.h), kError is JSON.
enum FrameText { kName, kStepType, kInput, kOutput, kReasoning, kError, kFrameTexts };
/// Empty texts are absent ones. Of runs: kName is the pipeline, kInput the metadata.
using FrameTexts = std::array<std::string_view, kFrameTexts>;

/// Beginnings and ends of runs are told even when what a run says of itself is too large.
constexpr bool isRunEdge(FrameKind kind) {
  return kind != FrameKind::StepStarted && kind != FrameKind::StepEnded;
}
/// What is kept of an error that is too large.
inline constexpr std::string_view kErrorTooLarge = R"({"message":"too large to be kept"})";

/// The header. The frame owns one reference of its run.
struct Frame {
  std::uint32_t size = 0;  // with texts; set by FrameList
  FrameKind kind = FrameKind::StepEnded;
  bool failed = false;
  bool hasId = false;
  bool hasParent = false;
  RunState* run = nullptr;
  Id id;                  // the step; of RunFailed: the step it happened in
  Id parentId;            // the step's parent, or the run's
  std::int64_t seq = -1;  // of runs: the last one given out
  Timestamp at;           // when it began; of RunEnded, RunFailed: ended
  Timestamp endedAt;
  Microseconds timeout{0};  // of RunStarted; 0: none
  std::array<std::uint32_t, kFrameTexts> lengths{};

  FrameTexts texts() const;
};

/// Bytes that a frame with these texts takes in the queue.
std::size_t frameBytes(const FrameTexts& texts);

/// Frames in their order, in chunks. Movable. One thread at a time. Must be empty when it is destroyed: its frames hold
/// references.
class FrameList {
 public:
  FrameList() = default;
  FrameList(FrameList&& other) noexcept;
  FrameList& operator=(FrameList&& other) noexcept;
  ~FrameList();

  bool empty() const { return frames_ == 0; }
  std::uint64_t frames() const { return frames_; }

  /// Throws std::bad_alloc, with nothing appended.
  void append(ChunkPool& pool, Frame frame, const FrameTexts& texts);
  /// Moves the other's frames behind those here.
  void splice(FrameList&& other) noexcept;

  /// The first frame; only when there is one. Valid until pop().
  const Frame& front() const;
  void pop(ChunkPool& pool) noexcept;

 private:
  Chunk* head_ = nullptr;
  Chunk* tail_ = nullptr;
  std::size_t read_ = 0;  // of head_: offset of the first frame
  std::uint64_t frames_ = 0;
};

}  // namespace xray::sdk
