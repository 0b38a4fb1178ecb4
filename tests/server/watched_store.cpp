#include "server/watched_store.h"

#include <chrono>
#include <new>

#include "xray/memory_store.h"

namespace xray::server {
namespace {

constexpr std::chrono::seconds kPatience{30};

}  // namespace

WatchedStore::WatchedStore(std::size_t appendConcurrency)
    : store_(makeMemoryStore()), appendConcurrency_(appendConcurrency) {
  (void)store_->open();
}
WatchedStore::~WatchedStore() {
  (void)store_->close();
}

void WatchedStore::failAppends(int times, Status status) {
  const std::lock_guard lock(mu_);
  appendFailure_ = {times, std::move(status)};
}

void WatchedStore::throwAppends(int times) {
  const std::lock_guard lock(mu_);
  throws_ = times;
}

void WatchedStore::failLookups(int times, Status status) {
  const std::lock_guard lock(mu_);
  lookupFailure_ = {times, std::move(status)};
}

void WatchedStore::failReads(Status status) {
  const std::lock_guard lock(mu_);
  readFailure_ = std::move(status);
}

void WatchedStore::hold() {
  const std::lock_guard lock(mu_);
  held_ = true;
}

void WatchedStore::release() {
  const std::lock_guard lock(mu_);
  held_ = false;
  changed_.notify_all();
}

bool WatchedStore::waitForAppends(int count) {
  std::unique_lock lock(mu_);
  return changed_.wait_for(lock, kPatience, [&] { return begun_ >= count; });
}

std::vector<std::size_t> WatchedStore::appended() const {
  const std::lock_guard lock(mu_);
  return appended_;
}

std::vector<IndexedKey> WatchedStore::indexes(std::size_t count) {
  std::unique_lock lock(mu_);
  changed_.wait_for(lock, kPatience, [&] { return indexes_.size() >= count; });
  return indexes_;
}

int WatchedStore::runSchemasCalls() const {
  const std::lock_guard lock(mu_);
  return runSchemasCalls_;
}

Status WatchedStore::takeFailure(Failure& failure) {
  const std::lock_guard lock(mu_);
  if (failure.times == 0) return {};
  --failure.times;
  return failure.status;
}

Status WatchedStore::readFailure() const {
  const std::lock_guard lock(mu_);
  return readFailure_;
}

Result<AppendOutcome> WatchedStore::append(const AppendBatch& batch) {
  {
    std::unique_lock lock(mu_);
    ++begun_;
    changed_.notify_all();
    changed_.wait_for(lock, kPatience, [&] { return !held_; });
    if (throws_ > 0) {
      --throws_;
      throw std::bad_alloc();
    }
  }
  if (Status status = takeFailure(appendFailure_); !status.ok()) return status;
  Result<AppendOutcome> outcome = store_->append(batch);
  const std::lock_guard lock(mu_);
  if (outcome.ok()) appended_.push_back(batch.events.size());
  return outcome;
}

Result<std::optional<Run>> WatchedStore::run(const Id& runId, const ReadContext& context) {
  if (Status status = readFailure(); !status.ok()) return status;
  return store_->run(runId, context);
}

Result<Page<Run>> WatchedStore::runs(const PageQuery& query, const ReadContext& context) {
  if (Status status = readFailure(); !status.ok()) return status;
  return store_->runs(query, context);
}

Result<std::vector<StepSkeleton>> WatchedStore::runSteps(const Id& runId, const ReadContext& context) {
  if (Status status = readFailure(); !status.ok()) return status;
  return store_->runSteps(runId, context);
}

Result<std::optional<Step>> WatchedStore::step(const Id& runId, const Id& stepId, const ReadContext& context) {
  if (Status status = readFailure(); !status.ok()) return status;
  return store_->step(runId, stepId, context);
}

Result<Page<Step>> WatchedStore::steps(const PageQuery& query, bool skeleton, const ReadContext& context) {
  if (Status status = readFailure(); !status.ok()) return status;
  return store_->steps(query, skeleton, context);
}

Result<Analysis<LatencyRow>> WatchedStore::latency(const GroupQuery& query, const ReadContext& context) {
  if (Status status = readFailure(); !status.ok()) return status;
  return store_->latency(query, context);
}

Result<Analysis<ValuesRow>> WatchedStore::values(const ValuesQuery& query, const ReadContext& context) {
  if (Status status = readFailure(); !status.ok()) return status;
  return store_->values(query, context);
}

Result<Analysis<FailureRow>> WatchedStore::failures(const FailuresQuery& query, const ReadContext& context) {
  if (Status status = readFailure(); !status.ok()) return status;
  return store_->failures(query, context);
}

Result<Analysis<CountRow>> WatchedStore::counts(Entity of, const GroupQuery& query, const ReadContext& context) {
  if (Status status = readFailure(); !status.ok()) return status;
  return store_->counts(of, query, context);
}

Result<std::vector<SchemaInfo>> WatchedStore::schemas(std::string_view name, const ReadContext& context) {
  return store_->schemas(name, context);
}

Result<std::optional<SchemaInfo>> WatchedStore::schema(const SchemaRefView& ref, const ReadContext& context) {
  if (Status status = takeFailure(lookupFailure_); !status.ok()) return status;
  return store_->schema(ref, context);
}

Result<std::vector<RunSchema>> WatchedStore::runSchemas(std::span<const Id> runIds) {
  {
    const std::lock_guard lock(mu_);
    ++runSchemasCalls_;
  }
  if (Status status = takeFailure(lookupFailure_); !status.ok()) return status;
  return store_->runSchemas(runIds);
}

Result<RejectionPage> WatchedStore::rejections(std::size_t pageSize, std::optional<std::int64_t> before,
                                               const ReadContext& context) {
  return store_->rejections(pageSize, before, context);
}

Status WatchedStore::keepIndex(const IndexedKey& key) {
  const Status status = store_->keepIndex(key);
  const std::lock_guard lock(mu_);
  indexes_.push_back(key);
  changed_.notify_all();
  return status;
}

Status WatchedStore::health() {
  if (Status status = readFailure(); !status.ok()) return status;
  return store_->health();
}

}  // namespace xray::server
