#pragma once
// From bytes of a batch to checked events (wire.md sections 1 to 3).

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "xray/event.h"
#include "xray/store.h"
#include "xray/transport.h"

namespace xray {

/// A decoded batch; owns the bytes that its events point into. Movable: views stay valid.
struct DecodedBatch {
  std::vector<Event> events;
  std::vector<RejectedEvent> rejected;   // for the sender, in line order
  std::vector<Rejection> rejections;     // the same for the store, with raw bytes
  std::vector<ReceiptWarning> warnings;  // unknown_members, altered

  std::unique_ptr<std::string> body;  // what the views point into
  std::deque<std::string> texts;      // unescaped and rewritten texts; addresses are stable
};

/// Splits a batch into events and checks each; what is wrong with one does not touch its neighbours. Blank lines are
/// skipped but counted. Payloads that PostgreSQL's jsonb could not hold are rewritten and reported as `altered`
/// violations of the step. Thread-safe.
///   InvalidArgument  no event could be framed: empty, no line is UTF-8, or (BatchFormat::Json) no JSON object or array
///   TooLarge         more than limits.maxBatchBytes, or more than limits.maxRejected events would be rejected
///   (decoding
///                    stops there); smaller batches of the same events pass
Result<DecodedBatch> decodeBatch(Batch batch, const EventLimits& limits);

}  // namespace xray
