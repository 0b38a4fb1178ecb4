#pragma once

#include "plugin/guard.h"
#include "xray/store.h"

namespace xray {

/// A plugin's store whose exceptions are Status Internal. As thread-safe as the plugin's.
class GuardedStore : public Guarded<Store> {
 public:
  using Guarded::Guarded;

  Status open() override;
  Result<AppendOutcome> append(const AppendBatch& batch) override;
  std::size_t appendConcurrency() const override;  // 1 when the plugin throws, or says 0
  Result<std::optional<Run>> run(const Id& runId, const ReadContext& context) override;
  Result<Page<Run>> runs(const PageQuery& query, const ReadContext& context) override;
  Result<std::vector<StepSkeleton>> runSteps(const Id& runId, const ReadContext& context) override;
  Result<std::optional<Step>> step(const Id& runId, const Id& stepId, const ReadContext& context) override;
  Result<Page<Step>> steps(const PageQuery& query, bool skeleton, const ReadContext& context) override;
  Result<std::vector<SchemaInfo>> schemas(std::string_view name, const ReadContext& context) override;
  Result<std::optional<SchemaInfo>> schema(const SchemaRefView& ref, const ReadContext& context) override;
  Result<std::vector<RunSchema>> runSchemas(std::span<const Id> runIds) override;
  Result<Analysis<LatencyRow>> latency(const GroupQuery& query, const ReadContext& context) override;
  Result<Analysis<ValuesRow>> values(const ValuesQuery& query, const ReadContext& context) override;
  Result<Analysis<FailureRow>> failures(const FailuresQuery& query, const ReadContext& context) override;
  Result<Analysis<CountRow>> counts(Entity of, const GroupQuery& query, const ReadContext& context) override;
  Result<RejectionPage> rejections(std::size_t pageSize, std::optional<std::int64_t> before,
                                   const ReadContext& context) override;
  Status keepIndex(const IndexedKey& key) override;
  Status health() override;
  Status close() override;
};

}  // namespace xray
