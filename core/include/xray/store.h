#pragma once
// The contract of a store: the durable home of runs and steps.

#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "xray/analysis.h"
#include "xray/event.h"
#include "xray/filter.h"
#include "xray/run.h"
#include "xray/status.h"
#include "xray/transport.h"

namespace xray {

/// An event, or something that is none, that was refused, to be kept with its bytes. The same raw bytes with the same
/// code are kept once, however often they come.
struct Rejection {
  RejectCode code = RejectCode::InvalidEvent;
  std::string detail;
  std::string_view raw;  // borrowed
};

/// One append: all of it is stored, or none.
struct AppendBatch {
  std::span<const Event> events;          // any order; repetitions allowed
  std::span<const Rejection> rejections;  // what was refused before the store saw it
  Timestamp receivedAt;                   // the backend's clock
};

enum class AppendResult : std::uint8_t { Accepted, Duplicate, Rejected };

/// What became of each event of an append, in the order of AppendBatch::events.
struct AppendOutcome {
  struct Refused {
    std::size_t index;  // of the event
    RejectCode code;  // SchemaViolation: the name and version exist with another definition; StoreRefused: the database
                      // does not take it
    std::string detail;
  };
  std::vector<AppendResult> results;
  std::vector<Refused> refused;  // one for each Rejected; the store has kept them as rejections
};

/// What every read is given.
struct ReadContext {
  Timestamp now;                 // the time that derived statuses refer to
  Microseconds incompleteAfter;  // for runs without a timeout of their own
  Deadline deadline;             // DeadlineExceeded after it, with the work in the database cancelled
  /// A page ends after the row with which its texts (PageFill, xray/page_fill.h) reach so many bytes, whatever its size
  /// in rows: never empty while rows are left, and no more than this and one row in memory.
  std::size_t pageBytes = std::numeric_limits<std::size_t>::max();
};

enum class SortKey { StartedAt, Duration, LastActivityAt };  // LastActivityAt: runs only

struct Order {
  SortKey key = SortKey::StartedAt;
  bool descending = true;
  bool operator==(const Order&) const = default;
};

/// The last row of a page: the next one begins after it. Rows without a value of the sort key (durations of what has
/// not ended) come last in both directions; equal keys are ordered by ascending id (steps: step id, then run id).
struct PageCursor {
  std::optional<std::int64_t> key;  // microseconds
  Id id;                            // run id, or step id
  Id runId;                         // steps only
};

template <typename Row>
struct Page {
  std::vector<Row> rows;
  std::optional<PageCursor> next;  // none on the last page
};

struct PageQuery {
  const Filter* filter = nullptr;  // null: everything; else of the entity asked for
  Order order;
  std::size_t pageSize = 50;  // 1..1000; a page may end earlier, see ReadContext::pageBytes
  std::optional<PageCursor> after;
};

struct SchemaInfo {
  SchemaRef ref;
  std::string definition;  // JSON object
  Timestamp registeredAt;  // the backend's clock
  std::int64_t runCount = 0;
};

/// What the store knows of a run's run.started.
struct RunSchema {
  bool started = false;             // it is stored
  std::optional<SchemaRef> schema;  // that it names
  bool operator==(const RunSchema&) const = default;
};

struct StoredRejection {
  std::int64_t id = 0;  // grows with time
  Timestamp receivedAt;
  RejectCode code = RejectCode::InvalidEvent;
  std::string detail;
  std::string raw;  // any bytes
};

struct RejectionPage {
  std::vector<StoredRejection> rows;  // newest first
  std::optional<std::int64_t> next;   // continue with ids below this; none on the last page
};

/// A payload key that threshold queries ask for often.
struct IndexedKey {
  Field field = Field::Reasoning;  // InputData, OutputData or Reasoning
  std::string key;                 // a top-level member name, any text
};

/// Durable home of runs and steps. Implemented by store plugins and by the in-memory store (xray/memory_store.h), which
/// is the executable specification; all pass the conformance suite. State follows wire.md section 3: any order, any
/// repetition and any split into appends of the same events gives the same state (but for times of the backend's clock
/// and schema_checked).
///
/// Identity: a run by run_id, a step by (run_id, step_id), a schema by (name, version). Each of step.started,
/// step.ended, run.started, run.ended, run.failed of the same identity is stored once; a repetition is a Duplicate
/// whatever its content. A step.started that comes after its step.ended is Accepted once, counts as activity and for
/// the run's earliest time, and changes nothing of the step.
///
/// Thread-safety: every method may be called concurrently, open and close excepted. Lifetime: open comes first and
/// once, close once and last. Errors common to all: Unavailable (the database is away, locked or full; nothing
/// changed), Closed, Internal.
class Store {
 public:
  virtual ~Store() = default;

  /// Connects, creates what is missing, migrates. A store made with StoreAccess::ReadOnly (xray/plugin.h) does none of
  /// the latter two, may be opened while another process writes, and answers append and keepIndex with NotSupported.
  ///   InvalidArgument  the place cannot be used as configured (a directory, read-only, not a database, made by a newer
  ///   version)
  virtual Status open() = 0;

  /// Stores events and rejections, all or none; Ok means durable.
  ///   Unavailable  nothing was stored; the same call may be repeated
  virtual Result<AppendOutcome> append(const AppendBatch& batch) = 0;

  /// How many appends at the same time are faster than one after the other; at least 1, constant. More are allowed.
  virtual std::size_t appendConcurrency() const = 0;

  virtual Result<std::optional<Run>> run(const Id& runId, const ReadContext& context) = 0;
  /// query.filter is of Entity::Run.
  virtual Result<Page<Run>> runs(const PageQuery& query, const ReadContext& context) = 0;

  /// Every step of the run in (started_at, seq, step_id) order, steps without seq after those with one; empty for an
  /// unknown run.
  virtual Result<std::vector<StepSkeleton>> runSteps(const Id& runId, const ReadContext& context) = 0;
  virtual Result<std::optional<Step>> step(const Id& runId, const Id& stepId, const ReadContext& context) = 0;
  /// query.filter is of Entity::Step. With skeleton set the payloads of the rows are left "{}" (and not read).
  virtual Result<Page<Step>> steps(const PageQuery& query, bool skeleton, const ReadContext& context) = 0;

  // The questions of query.md section 3. Each: InvalidArgument for a filter over the other entity.

  /// Durations of the steps that match and have ended. query.filter is of Entity::Step.
  virtual Result<Analysis<LatencyRow>> latency(const GroupQuery& query, const ReadContext& context) = 0;
  /// The numbers under a JSON field of the steps that match.
  virtual Result<Analysis<ValuesRow>> values(const ValuesQuery& query, const ReadContext& context) = 0;
  /// The steps that the failing (crashed or incomplete) runs that match are blamed on.
  virtual Result<Analysis<FailureRow>> failures(const FailuresQuery& query, const ReadContext& context) = 0;
  /// How many runs or steps match. query.filter is of the same entity.
  virtual Result<Analysis<CountRow>> counts(Entity of, const GroupQuery& query, const ReadContext& context) = 0;

  /// All registered schemas by name, then version; only those named `name` unless that is empty.
  virtual Result<std::vector<SchemaInfo>> schemas(std::string_view name, const ReadContext& context) = 0;
  virtual Result<std::optional<SchemaInfo>> schema(const SchemaRefView& ref, const ReadContext& context) = 0;

  /// For each run id whether its run.started is stored, and what that says of its schema. Ingest asks before each
  /// append.
  virtual Result<std::vector<RunSchema>> runSchemas(std::span<const Id> runIds) = 0;

  /// At most `pageSize` (1..1000) refused events with an id below `before` (all when not given).
  virtual Result<RejectionPage> rejections(std::size_t pageSize, std::optional<std::int64_t> before,
                                           const ReadContext& context) = 0;

  /// Makes comparisons of this key fast from now on. Idempotent; may take long on a large store; appends
  /// may have to wait meanwhile (SQLite has one write lock) but do not fail by it.
  ///   TooLarge  the store keeps as many indexes as it can (at least 64); nothing changed
  virtual Status keepIndex(const IndexedKey& key) = 0;

  /// Ok when appends and reads are expected to succeed now; otherwise why not. For readiness; cheap.
  virtual Status health() = 0;

  /// Finishes what runs, releases everything, joins threads. Idempotent.
  virtual Status close() = 0;
};

}  // namespace xray
