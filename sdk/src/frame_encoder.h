#pragma once
// From frames to lines of NDJSON; here payloads become JSON, and steps meet their schema.

#include <string>

#include "frame.h"
#include "live_counters.h"
#include "schema_policy.h"

namespace xray::sdk {

/// One thread at a time. Keeps room between frames.
class FrameEncoder {
 public:
  /// `schema` may be null.
  FrameEncoder(const SchemaPolicy* schema, LiveCounters& counters) : schema_(schema), counters_(counters) {}

  /// Appends the frame's event as one line. False when the schema refuses the step, or the announcement of one, as the
  /// backend would: then nothing was appended.
  bool encode(std::string& out, const Frame& frame);

  /// Appends the beginning or end of a run without what it says of itself: without metadata, and of an error with more
  /// than `maxErrorBytes` only that there is one.
  void encodeBare(std::string& out, const Frame& frame, std::size_t maxErrorBytes);

 private:
  void encodeRunStarted(std::string& out, const Frame& frame, const FrameTexts& texts);
  void encodeRunEnded(std::string& out, const Frame& frame, const FrameTexts& texts);
  bool encodeStep(std::string& out, const Frame& frame);
  /// The tape as JSON, made in `room`.
  JsonText object(std::string_view tape, std::string& room, LiveCounters& counters);

  const SchemaPolicy* schema_;
  LiveCounters& counters_;
  LiveCounters uncounted_;  // of announcements: all of it comes again with the step's end
  // Of the frame at hand.
  std::string name_, stepType_, input_, output_, reasoning_;
};

}  // namespace xray::sdk
