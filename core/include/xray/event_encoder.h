#pragma once
// From facts to the bytes of a batch: text appended to a buffer, one line an event (wire.md section 1).

#include <string>

#include "xray/event.h"

namespace xray {

/// Append one event and its "\n". Members that hold their default are left out; JSON texts are copied, line breaks
/// between their tokens (JSON allows none inside strings) as blanks, so that an event stays one line.
void encodeEvent(std::string& out, const RunStarted& event);
void encodeEvent(std::string& out, const StepEvent& event);
void encodeEvent(std::string& out, const RunEnded& event);
void encodeEvent(std::string& out, const SchemaRegistered& event);
void encodeEvent(std::string& out, const Event& event);

}  // namespace xray
