#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "server/ingest/group_schemas.h"
#include "server/ingest/pending_batch.h"
#include "server/ingest/schema_catalog.h"

namespace xray::server {

inline constexpr std::size_t kRejectCodes = static_cast<std::size_t>(RejectCode::StoreRefused) + 1;

/// What ingest has done since its start.
struct IngestCounters {
  std::uint64_t accepted = 0;
  std::uint64_t duplicates = 0;
  std::uint64_t rejected = 0;
  std::array<std::uint64_t, kRejectCodes> rejectedBy{};  // the same by RejectCode
  std::uint64_t commits = 0;
  std::uint64_t failedCommits = 0;      // each left its batches unstored and their senders told so
  std::uint64_t overloadedBatches = 0;  // refused because the queue was full
  std::uint64_t unreadableBatches = 0;  // refused because no event could be framed, or too large
};

/// Stores batches together: one append, so one disk flush, for all of a group. Every batch gets its own receipt, after
/// the append. One thread at a time, but for counters().
class GroupCommit {
 public:
  /// Called with the definition of each schema that was stored for the first time.
  using SchemaStored = std::function<void(JsonText definition)>;

  /// Borrows the store, catalog and clock.
  GroupCommit(Store& store, SchemaCatalog& catalog, ValidationMode mode, const Clock& clock, SchemaStored schemaStored);

  /// Answers every batch. When the store is away, all of them get Unavailable with retryAfter. What fails otherwise is
  /// tried batch by batch, so that one that the store chokes on does not take its neighbours along. What is thrown (out
  /// of memory, by a store, by an answer) passes through: then the batches that have a `done` still are not answered.
  void commit(std::span<PendingBatch> batches);

  /// Fills the members that are about commits. Thread-safe.
  void addTo(IngestCounters& counters) const;

 private:
  /// The events of a group on their way into the store, and where they came from.
  struct Group {
    struct Origin {
      std::size_t batch;
      std::uint32_t line;
    };
    std::vector<Event> events;
    std::vector<Origin> origins;  // of each event
    std::vector<Rejection> rejections;
    std::vector<std::vector<RejectedEvent>> rejected;  // of each batch
    std::deque<Enforcement> enforcements;              // own the texts of changed steps until the append is over
  };

  /// These two fail as the store's reads do.
  Result<Group> assemble(std::span<const PendingBatch> batches, const GroupSchemas& schemas) const;
  Status admit(Group& group, std::size_t batch, const Event& event, const GroupSchemas& schemas) const;
  /// Not Ok: why the step is rejected; then it is left as it was.
  Status enforce(Group& group, const CompiledSchema& schema, StepEvent& step) const;
  Result<std::vector<Receipt>> store(std::span<PendingBatch> batches);
  std::vector<Receipt> receipts(std::span<PendingBatch> batches, Group& group, const AppendOutcome& outcome,
                                GroupSchemas& schemas);

  Store& store_;
  SchemaCatalog& catalog_;
  const ValidationMode mode_;
  const Clock& clock_;
  const SchemaStored schemaStored_;

  std::atomic<std::uint64_t> accepted_{0}, duplicates_{0}, commits_{0}, failedCommits_{0};
  std::array<std::atomic<std::uint64_t>, kRejectCodes> rejected_{};
};

}  // namespace xray::server
