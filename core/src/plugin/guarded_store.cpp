#include "plugin/guarded_store.h"

#include <algorithm>

namespace xray {

Status GuardedStore::open() {
  return guard("open", &Store::open);
}

Result<AppendOutcome> GuardedStore::append(const AppendBatch& batch) {
  return guard("append", &Store::append, batch);
}

std::size_t GuardedStore::appendConcurrency() const {
  const auto told =
      guarded(seam(), "appendConcurrency", [this]() -> Result<std::size_t> { return inner().appendConcurrency(); });
  return told.ok() ? std::max<std::size_t>(*told, 1) : 1;
}

Result<std::optional<Run>> GuardedStore::run(const Id& runId, const ReadContext& context) {
  return guard("run", &Store::run, runId, context);
}

Result<Page<Run>> GuardedStore::runs(const PageQuery& query, const ReadContext& context) {
  return guard("runs", &Store::runs, query, context);
}

Result<std::vector<StepSkeleton>> GuardedStore::runSteps(const Id& runId, const ReadContext& context) {
  return guard("runSteps", &Store::runSteps, runId, context);
}

Result<std::optional<Step>> GuardedStore::step(const Id& runId, const Id& stepId, const ReadContext& context) {
  return guard("step", &Store::step, runId, stepId, context);
}

Result<Page<Step>> GuardedStore::steps(const PageQuery& query, bool skeleton, const ReadContext& context) {
  return guard("steps", &Store::steps, query, skeleton, context);
}

Result<std::vector<SchemaInfo>> GuardedStore::schemas(std::string_view name, const ReadContext& context) {
  return guard("schemas", &Store::schemas, name, context);
}

Result<std::optional<SchemaInfo>> GuardedStore::schema(const SchemaRefView& ref, const ReadContext& context) {
  return guard("schema", &Store::schema, ref, context);
}

Result<std::vector<RunSchema>> GuardedStore::runSchemas(std::span<const Id> runIds) {
  return guard("runSchemas", &Store::runSchemas, runIds);
}

Result<Analysis<LatencyRow>> GuardedStore::latency(const GroupQuery& query, const ReadContext& context) {
  return guard("latency", &Store::latency, query, context);
}

Result<Analysis<ValuesRow>> GuardedStore::values(const ValuesQuery& query, const ReadContext& context) {
  return guard("values", &Store::values, query, context);
}

Result<Analysis<FailureRow>> GuardedStore::failures(const FailuresQuery& query, const ReadContext& context) {
  return guard("failures", &Store::failures, query, context);
}

Result<Analysis<CountRow>> GuardedStore::counts(Entity of, const GroupQuery& query, const ReadContext& context) {
  return guard("counts", &Store::counts, of, query, context);
}

Result<RejectionPage> GuardedStore::rejections(std::size_t pageSize, std::optional<std::int64_t> before,
                                               const ReadContext& context) {
  return guard("rejections", &Store::rejections, pageSize, before, context);
}

Status GuardedStore::keepIndex(const IndexedKey& key) {
  return guard("keepIndex", &Store::keepIndex, key);
}

Status GuardedStore::health() {
  return guard("health", &Store::health);
}

Status GuardedStore::close() {
  return guard("close", &Store::close);
}

}  // namespace xray
