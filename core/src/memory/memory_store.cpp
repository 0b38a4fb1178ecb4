#include "xray/memory_store.h"

#include <map>
#include <mutex>
#include <set>

#include "memory/analysis.h"
#include "memory/filter_match.h"
#include "memory/paging.h"
#include "memory/run_facts.h"
#include "xray/text.h"

namespace xray {
namespace memory {
namespace {

/// Everything behind one mutex; all members are guarded by mu_.
class MemoryStore final : public Store {
 public:
  Status open() override {
    std::lock_guard lock(mu_);
    open_ = true;
    return {};
  }

  Result<AppendOutcome> append(const AppendBatch& batch) override {
    std::lock_guard lock(mu_);
    if (!open_) return closed();
    AppendOutcome outcome;
    for (const Event& event : batch.events) {
      const AppendResult result =
          std::visit([&](const auto& fact) { return store(fact, batch.receivedAt); }, event.fact);
      outcome.results.push_back(result);
      if (result == AppendResult::Rejected) refuse(event, outcome, batch.receivedAt);
    }
    for (const Rejection& rejection : batch.rejections) keep(rejection, batch.receivedAt);
    return outcome;
  }

  std::size_t appendConcurrency() const override { return 1; }

  Result<std::optional<Run>> run(const Id& runId, const ReadContext& context) override {
    std::lock_guard lock(mu_);
    if (Status status = readable(context); !status.ok()) return status;
    const auto found = runs_.find(runId);
    if (found == runs_.end()) return std::optional<Run>();
    return std::optional<Run>(found->second.state(runId, context));
  }

  Result<Page<Run>> runs(const PageQuery& query, const ReadContext& context) override {
    std::lock_guard lock(mu_);
    if (Status status = readable(context); !status.ok()) return status;
    if (Status status = answerable(query, Entity::Run); !status.ok()) return status;
    std::vector<Run> rows;
    for (const auto& [runId, facts] : runs_) {
      if (Status status = readable(context); !status.ok()) return status;
      RunSubject subject(runId, facts, context);
      if (matches(query.filter, subject)) rows.push_back(std::move(subject.run));
    }
    return pageOf(std::move(rows), query, context);
  }

  Result<std::vector<StepSkeleton>> runSteps(const Id& runId, const ReadContext& context) override {
    std::lock_guard lock(mu_);
    if (Status status = readable(context); !status.ok()) return status;
    std::vector<StepSkeleton> rows;
    const auto found = runs_.find(runId);
    if (found == runs_.end()) return rows;
    for (const auto& [stepId, facts] : found->second.steps()) rows.push_back(facts.current().step);
    std::ranges::sort(rows, [](const StepSkeleton& left, const StepSkeleton& right) {
      return std::tuple(left.startedAt, !left.seq, left.seq, left.stepId) <
             std::tuple(right.startedAt, !right.seq, right.seq, right.stepId);
    });
    return rows;
  }

  Result<std::optional<Step>> step(const Id& runId, const Id& stepId, const ReadContext& context) override {
    std::lock_guard lock(mu_);
    if (Status status = readable(context); !status.ok()) return status;
    const auto run = runs_.find(runId);
    if (run == runs_.end()) return std::optional<Step>();
    const auto found = run->second.steps().find(stepId);
    if (found == run->second.steps().end()) return std::optional<Step>();
    return std::optional<Step>(found->second.current().step);
  }

  Result<Page<Step>> steps(const PageQuery& query, bool skeleton, const ReadContext& context) override {
    std::lock_guard lock(mu_);
    if (Status status = readable(context); !status.ok()) return status;
    if (Status status = answerable(query, Entity::Step); !status.ok()) return status;
    std::vector<Step> rows;
    for (const auto& [runId, facts] : runs_) {
      if (Status status = readable(context); !status.ok()) return status;
      const RunSubject subject(runId, facts, context);
      for (const auto& [stepId, stepFacts] : facts.steps()) {
        if (matches(query.filter, subject, stepFacts.current())) rows.push_back(stepFacts.current().step);
      }
    }
    if (skeleton) {
      for (Step& row : rows) row.inputData = row.outputData = row.reasoning = "{}";
    }
    return pageOf(std::move(rows), query, context);
  }

  Result<std::vector<SchemaInfo>> schemas(std::string_view name, const ReadContext& context) override {
    std::lock_guard lock(mu_);
    if (Status status = readable(context); !status.ok()) return status;
    std::vector<SchemaInfo> rows;
    for (const auto& [ref, info] : schemas_) {
      if (name.empty() || ref.name == name) rows.push_back(withRunCount(info));
    }
    return rows;
  }

  Result<std::optional<SchemaInfo>> schema(const SchemaRefView& ref, const ReadContext& context) override {
    std::lock_guard lock(mu_);
    if (Status status = readable(context); !status.ok()) return status;
    const auto found = schemas_.find(SchemaRef{std::string(ref.name), ref.version});
    if (found == schemas_.end()) return std::optional<SchemaInfo>();
    return std::optional<SchemaInfo>(withRunCount(found->second));
  }

  Result<std::vector<RunSchema>> runSchemas(std::span<const Id> runIds) override {
    std::lock_guard lock(mu_);
    if (!open_) return closed();
    std::vector<RunSchema> schemas;
    for (const Id& runId : runIds) {
      const auto found = runs_.find(runId);
      const bool started = found != runs_.end() && found->second.started();
      schemas.push_back({started, started ? found->second.started()->schema : std::nullopt});
    }
    return schemas;
  }

  Result<Analysis<LatencyRow>> latency(const GroupQuery& query, const ReadContext& context) override {
    std::lock_guard lock(mu_);
    if (Status status = readable(context); !status.ok()) return status;
    return memory::latency(runs_, query, context);
  }

  Result<Analysis<ValuesRow>> values(const ValuesQuery& query, const ReadContext& context) override {
    std::lock_guard lock(mu_);
    if (Status status = readable(context); !status.ok()) return status;
    return memory::values(runs_, query, context);
  }

  Result<Analysis<FailureRow>> failures(const FailuresQuery& query, const ReadContext& context) override {
    std::lock_guard lock(mu_);
    if (Status status = readable(context); !status.ok()) return status;
    return memory::failures(runs_, query, context);
  }

  Result<Analysis<CountRow>> counts(Entity of, const GroupQuery& query, const ReadContext& context) override {
    std::lock_guard lock(mu_);
    if (Status status = readable(context); !status.ok()) return status;
    return of == Entity::Run ? runCounts(runs_, query, context) : stepCounts(runs_, query, context);
  }

  Result<RejectionPage> rejections(std::size_t pageSize, std::optional<std::int64_t> before,
                                   const ReadContext& context) override {
    std::lock_guard lock(mu_);
    if (Status status = readable(context); !status.ok()) return status;
    if (Status status = checkPageSize(pageSize); !status.ok()) return status;
    RejectionPage page;
    PageFill fill(pageSize, context);
    for (auto row = rejections_.rbegin(); row != rejections_.rend(); ++row) {
      if (before && row->id >= *before) continue;
      if (fill.full()) {
        page.next = page.rows.back().id;
        break;
      }
      fill.add(*row);
      page.rows.push_back(*row);
    }
    return page;
  }

  Status keepIndex(const IndexedKey& key) override {
    std::lock_guard lock(mu_);
    if (!open_) return closed();
    // There is nothing to make faster, but what other stores refuse is refused here too.
    if (typeOf(key.field) == FieldType::Json && key.field != Field::Metadata) return {};
    return Status(StatusCode::InvalidArgument,
                  "keepIndex takes input_data, output_data or reasoning, not " + std::string(nameOf(key.field)));
  }

  Status health() override {
    std::lock_guard lock(mu_);
    return open_ ? Status() : closed();
  }

  Status close() override {
    std::lock_guard lock(mu_);
    open_ = false;
    runs_.clear();
    schemas_.clear();
    rejections_.clear();
    rejected_.clear();
    return {};
  }

 private:
  static Status closed() { return Status(StatusCode::Closed, "the memory store is not open"); }

  static Status checkPageSize(std::size_t pageSize) {
    if (pageSize >= 1 && pageSize <= 1000) return {};
    return Status(StatusCode::InvalidArgument, "a page has 1 to 1000 rows, not " + std::to_string(pageSize));
  }

  static Status answerable(const PageQuery& query, Entity entity) {
    if (query.filter != nullptr && query.filter->entity != entity) {
      return Status(StatusCode::InvalidArgument, "the filter is about the other entity");
    }
    if (entity == Entity::Step && query.order.key == SortKey::LastActivityAt) {
      return Status(StatusCode::InvalidArgument, "only runs can be ordered by last_activity_at");
    }
    return checkPageSize(query.pageSize);
  }

  Status readable(const ReadContext& context) const {
    if (!open_) return closed();
    if (std::chrono::steady_clock::now() < context.deadline) return {};
    return Status(StatusCode::DeadlineExceeded, "the query's deadline is over");
  }

  AppendResult store(const SchemaRegistered& event, Timestamp receivedAt) {
    const SchemaRef ref{std::string(event.name), event.version};
    const auto [place, added] = schemas_.try_emplace(ref, SchemaInfo{ref, std::string(event.definition), receivedAt});
    if (added) return AppendResult::Accepted;
    return place->second.definition == event.definition ? AppendResult::Duplicate : AppendResult::Rejected;
  }

  template <typename RunFact>
  AppendResult store(const RunFact& event, Timestamp receivedAt) {
    return runs_[event.runId].add(event, receivedAt) ? AppendResult::Accepted : AppendResult::Duplicate;
  }

  /// Only a schema's registration is ever refused.
  void refuse(const Event& event, AppendOutcome& outcome, Timestamp receivedAt) {
    const auto& schema = std::get<SchemaRegistered>(event.fact);
    std::string detail = "schema " + quoted(schema.name) + " version " + std::to_string(schema.version) +
                         " is registered with another definition; register a new version";
    outcome.refused.push_back({outcome.results.size() - 1, RejectCode::SchemaViolation, detail});
    keep({RejectCode::SchemaViolation, std::move(detail), event.raw}, receivedAt);
  }

  void keep(const Rejection& rejection, Timestamp receivedAt) {
    if (!rejected_.emplace(rejection.code, rejection.raw).second) return;
    const auto id = static_cast<std::int64_t>(rejections_.size()) + 1;
    rejections_.push_back({id, receivedAt, rejection.code, rejection.detail, std::string(rejection.raw)});
  }

  SchemaInfo withRunCount(SchemaInfo info) const {
    for (const auto& [runId, facts] : runs_) {
      if (facts.started() && facts.started()->schema == info.ref) ++info.runCount;
    }
    return info;
  }

  std::mutex mu_;
  bool open_ = false;
  std::map<Id, RunFacts> runs_;
  std::map<SchemaRef, SchemaInfo> schemas_;
  std::vector<StoredRejection> rejections_;  // by id
  std::set<std::pair<RejectCode, std::string>> rejected_;
};

}  // namespace
}  // namespace memory

std::unique_ptr<Store> makeMemoryStore() {
  return std::make_unique<memory::MemoryStore>();
}

}  // namespace xray
