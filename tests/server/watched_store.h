#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "xray/store.h"

namespace xray::server {

/// A memory store that a test holds up, lets fail, and looks into.
class WatchedStore : public Store {
 public:
  explicit WatchedStore(std::size_t appendConcurrency = 1);
  ~WatchedStore() override;

  /// The next `times` appends fail so, and nothing is stored.
  void failAppends(int times, Status status);
  /// The next `times` appends throw std::bad_alloc, and nothing is stored.
  void throwAppends(int times);
  /// The next `times` lookups of schemas for ingest (schema, runSchemas) fail so.
  void failLookups(int times, Status status);
  /// All health checks, reads of runs and steps, and analysis from now on; Ok ends it.
  void failReads(Status status);

  /// Appends wait until release(). Returns at once.
  void hold();
  void release();
  /// Waits until this many appends have begun since the start; false when they did not in good time.
  bool waitForAppends(int count);

  /// The number of events of each append that was stored.
  std::vector<std::size_t> appended() const;
  /// Keys given to keepIndex; waits until there are `count`.
  std::vector<IndexedKey> indexes(std::size_t count);
  int runSchemasCalls() const;

  Status open() override { return store_->open(); }
  Result<AppendOutcome> append(const AppendBatch& batch) override;
  std::size_t appendConcurrency() const override { return appendConcurrency_; }
  Result<std::optional<Run>> run(const Id& runId, const ReadContext& context) override;
  Result<Page<Run>> runs(const PageQuery& query, const ReadContext& context) override;
  Result<std::vector<StepSkeleton>> runSteps(const Id& runId, const ReadContext& context) override;
  Result<std::optional<Step>> step(const Id& runId, const Id& stepId, const ReadContext& context) override;
  Result<Page<Step>> steps(const PageQuery& query, bool skeleton, const ReadContext& context) override;
  Result<Analysis<LatencyRow>> latency(const GroupQuery& query, const ReadContext& context) override;
  Result<Analysis<ValuesRow>> values(const ValuesQuery& query, const ReadContext& context) override;
  Result<Analysis<FailureRow>> failures(const FailuresQuery& query, const ReadContext& context) override;
  Result<Analysis<CountRow>> counts(Entity of, const GroupQuery& query, const ReadContext& context) override;
  Result<std::vector<SchemaInfo>> schemas(std::string_view name, const ReadContext& context) override;
  Result<std::optional<SchemaInfo>> schema(const SchemaRefView& ref, const ReadContext& context) override;
  Result<std::vector<RunSchema>> runSchemas(std::span<const Id> runIds) override;
  Result<RejectionPage> rejections(std::size_t pageSize, std::optional<std::int64_t> before,
                                   const ReadContext& context) override;
  Status keepIndex(const IndexedKey& key) override;
  Status health() override;
  Status close() override { return store_->close(); }

 private:
  struct Failure {
    int times = 0;
    Status status;
  };
  Status takeFailure(Failure& failure);
  Status readFailure() const;

  std::unique_ptr<Store> store_;
  const std::size_t appendConcurrency_;
  mutable std::mutex mu_;
  std::condition_variable changed_;
  // Guarded by mu_.
  Failure appendFailure_, lookupFailure_;
  Status readFailure_;
  int throws_ = 0;
  bool held_ = false;
  int begun_ = 0;
  int runSchemasCalls_ = 0;
  std::vector<std::size_t> appended_;
  std::vector<IndexedKey> indexes_;
};

}  // namespace xray::server
