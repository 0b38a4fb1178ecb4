#pragma once
// Events: the facts that travel from the SDK to a store (docs: wire.md section 1). Texts are views into the batch that
// the events were decoded from (DecodedBatch), which must outlive them. Every JSON text here has passed checkJson and,
// where needed, rewriteJson, so stores keep it as it is.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "xray/ids.h"
#include "xray/time.h"

namespace xray {

/// A piece of checked JSON; payloads, metadata and definitions are objects, violations an array.
using JsonText = std::string_view;

enum class StepStatus : std::uint8_t { Running, Success, Error };
enum class RunStatus : std::uint8_t { Running, Completed, Crashed, Incomplete };

/// Lower case, as on the wire: "success".
std::string_view toString(StepStatus status);
std::string_view toString(RunStatus status);

/// Names a schema version.
template <typename Text>
struct BasicSchemaRef {
  Text name;
  std::int64_t version = 0;  // 1..2^31-1
  bool operator==(const BasicSchemaRef&) const = default;
  auto operator<=>(const BasicSchemaRef&) const = default;
};
using SchemaRef = BasicSchemaRef<std::string>;
using SchemaRefView = BasicSchemaRef<std::string_view>;

struct RunStarted {
  Id runId;
  std::string_view pipeline;
  Timestamp at;
  std::optional<SchemaRefView> schema;
  JsonText metadata = "{}";
  std::optional<Microseconds> timeout;  // at least 1 µs
  std::optional<Id> parentRunId;
};

/// step.started (status Running, no endedAt) and step.ended.
struct StepEvent {
  Id runId;
  Id stepId;
  std::optional<Id> parentStepId;
  std::optional<std::int64_t> seq;  // 0..2^63-1
  std::string_view name;
  std::string_view stepType;
  Timestamp startedAt;
  std::optional<Timestamp> endedAt;
  StepStatus status = StepStatus::Running;
  JsonText inputData = "{}";
  JsonText outputData = "{}";
  JsonText reasoning = "{}";
  JsonText error;  // an object, or empty: none
  std::string_view
      errorType;  // `error`'s members type and message, escapes undone; empty data() == nullptr when absent
  std::string_view errorMessage;
  JsonText violations = "[]";
  std::uint32_t violationCount = 0;
  bool schemaChecked = false;  // set by the backend, never by the wire

  bool ended() const { return endedAt.has_value(); }
};

/// run.ended (failed == false) and run.failed.
struct RunEnded {
  Id runId;
  Timestamp at;
  bool failed = false;
  JsonText error;  // only when failed: an object
  std::string_view errorType;
  std::string_view errorMessage;
  std::optional<Id> errorStepId;
  JsonText metadata = "{}";
  std::optional<std::int64_t> lastSeq;
  JsonText lost = "{}";
};

struct SchemaRegistered {
  std::string_view name;
  std::int64_t version = 0;
  JsonText definition;  // in canonical form (canonicalJson), so that equal definitions are equal texts
};

struct Event {
  std::variant<RunStarted, StepEvent, RunEnded, SchemaRegistered> fact;
  std::string_view raw;    // the event's bytes as they came
  std::uint32_t line = 0;  // its place in the batch, from 1

  /// The run that the event is about; null for schema.registered.
  const Id* runId() const;
};

/// Limits of one batch (wire.md section 1).
struct EventLimits {
  std::size_t maxEventBytes = std::size_t{8} << 20;
  std::size_t maxBatchBytes = std::size_t{32} << 20;
  unsigned maxDepth = 128;  // the event itself is level 1
  /// Rejected events of one batch; with more, the whole batch is refused. Each costs far more memory than its bytes.
  std::size_t maxRejected = 10'000;
};

}  // namespace xray
