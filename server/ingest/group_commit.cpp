#include "server/ingest/group_commit.h"

#include <spdlog/spdlog.h>

#include <algorithm>

namespace xray::server {
namespace {

/// When senders come back after the store was away.
constexpr std::chrono::seconds kRetryAfter{1};

void reject(std::vector<Rejection>& kept, std::vector<RejectedEvent>& told, const Event& event, RejectCode code,
            std::string detail) {
  kept.push_back({code, detail, event.raw});
  told.push_back({event.line, code, std::move(detail)});
}

void replace(std::string_view& text, const std::string& by) {
  if (!by.empty()) text = by;
}

}  // namespace

GroupCommit::GroupCommit(Store& store, SchemaCatalog& catalog, ValidationMode mode, const Clock& clock,
                         SchemaStored schemaStored)
    : store_(store), catalog_(catalog), mode_(mode), clock_(clock), schemaStored_(std::move(schemaStored)) {}

void GroupCommit::commit(std::span<PendingBatch> batches) {
  Result<std::vector<Receipt>> receipts = store(batches);
  if (receipts.ok()) {
    for (std::size_t i = 0; i < batches.size(); ++i) batches[i].answer(std::move((*receipts)[i]));
    return;
  }
  Status status = receipts.status();
  // A batch is checked before it comes here: what the store calls an invalid argument (its tables are gone, a right was
  // taken from it) is no fault of the batch, which waits until that is put right.
  const bool held = status.retryable() || status.code() == StatusCode::InvalidArgument;
  failedCommits_.fetch_add(1, std::memory_order_relaxed);
  spdlog::error("ingest: {} batches were not stored: {}", batches.size(), status.toString());
  if (!held && batches.size() > 1) {
    for (std::size_t i = 0; i < batches.size(); ++i) commit(batches.subspan(i, 1));
    return;
  }
  if (held) {
    status = Status(StatusCode::Unavailable, "the store is not available: " + status.message());
    status.retryIn(kRetryAfter);
  }
  for (PendingBatch& batch : batches) batch.answer(status);
}

Result<std::vector<Receipt>> GroupCommit::store(std::span<PendingBatch> batches) {
  GroupSchemas schemas(catalog_);
  if (Status status = schemas.learn(batches); !status.ok()) return status;
  Result<Group> group = assemble(batches, schemas);
  if (!group.ok()) return group.status();
  Result<AppendOutcome> outcome = AppendOutcome{};
  if (!group->events.empty() || !group->rejections.empty()) {
    spdlog::debug("ingest: storing {} events of {} batches", group->events.size(), batches.size());
    outcome = store_.append({group->events, group->rejections, clock_.now()});
    if (!outcome.ok()) return outcome.status();
    commits_.fetch_add(1, std::memory_order_relaxed);
  }
  return receipts(batches, *group, *outcome, schemas);
}

Result<GroupCommit::Group> GroupCommit::assemble(std::span<const PendingBatch> batches,
                                                 const GroupSchemas& schemas) const {
  Group group;
  std::size_t count = 0;
  for (const PendingBatch& batch : batches) count += batch.decoded.events.size();
  group.events.reserve(count);
  group.origins.reserve(count);
  group.rejected.resize(batches.size());
  for (std::size_t i = 0; i < batches.size(); ++i) {
    const DecodedBatch& decoded = batches[i].decoded;
    group.rejected[i] = decoded.rejected;
    group.rejections.insert(group.rejections.end(), decoded.rejections.begin(), decoded.rejections.end());
    for (const Event& event : decoded.events) {
      if (Status status = admit(group, i, event, schemas); !status.ok()) return status;
    }
  }
  return group;
}

Status GroupCommit::admit(Group& group, std::size_t batch, const Event& event, const GroupSchemas& schemas) const {
  if (const auto* registered = std::get_if<SchemaRegistered>(&event.fact)) {
    if (const std::string* refusal = schemas.refusal(*registered)) {
      reject(group.rejections, group.rejected[batch], event, RejectCode::InvalidEvent, *refusal);
      return {};
    }
  }
  Event& admitted = group.events.emplace_back(event);
  if (auto* step = std::get_if<StepEvent>(&admitted.fact)) {
    if (const CompiledSchema* schema = schemas.schemaOf(step->runId)) {
      if (Status violation = enforce(group, *schema, *step); !violation.ok()) {
        // A retry of what was stored before the schema was known passes: the store counts it as a duplicate.
        const Result<bool> duplicate = catalog_.stepStored(*step);
        if (!duplicate.ok()) return duplicate.status();
        if (!*duplicate) {
          group.events.pop_back();
          reject(group.rejections, group.rejected[batch], event, RejectCode::SchemaViolation, violation.message());
          return {};
        }
      }
    }
  }
  group.origins.push_back({batch, event.line});
  return {};
}

Status GroupCommit::enforce(Group& group, const CompiledSchema& schema, StepEvent& step) const {
  const StepContent content{step.stepType, step.inputData, step.outputData, step.reasoning, step.ended()};
  Enforcement enforcement = enforceSchema(schema, mode_, content, step.violations);
  if (enforcement.rejected) return Status(StatusCode::InvalidArgument, std::move(enforcement.rejectDetail));
  step.schemaChecked = true;
  if (!enforcement.changed) return {};
  const Enforcement& kept = group.enforcements.emplace_back(std::move(enforcement));
  replace(step.stepType, kept.stepType);
  replace(step.inputData, kept.inputData);
  replace(step.outputData, kept.outputData);
  replace(step.reasoning, kept.reasoning);
  if (!kept.violations.empty()) {
    step.violations = kept.violations;
    step.violationCount = kept.violationCount;
  }
  return {};
}

std::vector<Receipt> GroupCommit::receipts(std::span<PendingBatch> batches, Group& group, const AppendOutcome& outcome,
                                           GroupSchemas& schemas) {
  std::vector<Receipt> receipts(batches.size());
  for (std::size_t i = 0; i < outcome.results.size(); ++i) {
    Receipt& receipt = receipts[group.origins[i].batch];
    if (outcome.results[i] == AppendResult::Accepted) {
      ++receipt.accepted;
      schemas.stored(group.events[i]);
      if (const auto* schema = std::get_if<SchemaRegistered>(&group.events[i].fact)) schemaStored_(schema->definition);
    } else if (outcome.results[i] == AppendResult::Duplicate) {
      ++receipt.duplicates;
    }
  }
  for (const AppendOutcome::Refused& refused : outcome.refused) {
    const Group::Origin& origin = group.origins[refused.index];
    group.rejected[origin.batch].push_back({origin.line, refused.code, refused.detail});
  }
  for (std::size_t i = 0; i < batches.size(); ++i) {
    Receipt& receipt = receipts[i];
    receipt.rejected = std::move(group.rejected[i]);
    std::ranges::stable_sort(receipt.rejected, {}, &RejectedEvent::line);
    receipt.warnings = std::move(batches[i].decoded.warnings);
    accepted_.fetch_add(receipt.accepted, std::memory_order_relaxed);
    duplicates_.fetch_add(receipt.duplicates, std::memory_order_relaxed);
    for (const RejectedEvent& event : receipt.rejected) {
      rejected_[static_cast<std::size_t>(event.code)].fetch_add(1, std::memory_order_relaxed);
    }
  }
  return receipts;
}

void GroupCommit::addTo(IngestCounters& counters) const {
  counters.accepted += accepted_.load(std::memory_order_relaxed);
  counters.duplicates += duplicates_.load(std::memory_order_relaxed);
  for (std::size_t code = 0; code < kRejectCodes; ++code) {
    const std::uint64_t count = rejected_[code].load(std::memory_order_relaxed);
    counters.rejectedBy[code] += count;
    counters.rejected += count;
  }
  counters.commits += commits_.load(std::memory_order_relaxed);
  counters.failedCommits += failedCommits_.load(std::memory_order_relaxed);
}

}  // namespace xray::server
