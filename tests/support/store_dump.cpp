#include "support/store_dump.h"

#include "support/json_content.h"
#include "support/vocabulary.h"
#include "xray/json.h"

namespace xray::test {
namespace {

std::string canonical(const std::string& json) {
  return json.empty() ? json : jsonContent(json);
}

template <typename Row>
std::string write(const Row& row) {
  std::string out;
  appendJson(out, row);
  return out;
}

void makeCanonical(StepSkeleton& step) {
  step.error = canonical(step.error);
  step.violations = canonical(step.violations);
}

template <typename Row, typename Read>
Result<std::vector<Row>> allPages(PageQuery query, const Read& read) {
  std::vector<Row> rows;
  do {
    Result<Page<Row>> page = read(query);
    if (!page) return page.status();
    for (Row& row : page->rows) rows.push_back(std::move(row));
    query.after = page->next;
  } while (query.after);
  return rows;
}

class Dump {
 public:
  Dump(Store& store, const ReadContext& context) : store_(store), context_(context) {}

  std::string write() {
    for (const Order& order : runOrders()) runs(order);
    for (const Order& order : stepOrders()) steps(order, false);
    steps(Order(), true);
    for (const Id& runId : runIds_) oneRun(runId);
    oneRun(makeId(99, 0));
    schemas();
    return std::move(out_);
  }

 private:
  void heading(const std::string& text) { out_ += "# " + text + "\n"; }
  void line(const std::string& text) { out_ += text + "\n"; }

  template <typename T>
  bool failed(const Result<T>& result) {
    if (!result.ok()) line(result.status().toString());
    return !result.ok();
  }

  void runs(const Order& order) {
    heading("runs by " + std::to_string(static_cast<int>(order.key)) + (order.descending ? " desc" : ""));
    PageQuery query;
    query.order = order;
    query.pageSize = 3;
    const auto rows = allRuns(store_, query, context_);
    if (failed(rows)) return;
    runIds_.clear();
    for (const Run& run : *rows) {
      runIds_.push_back(run.runId);
      line(toText(run));
    }
  }

  void steps(const Order& order, bool skeleton) {
    heading("steps by " + std::to_string(static_cast<int>(order.key)) + (order.descending ? " desc" : ""));
    PageQuery query;
    query.order = order;
    const auto rows = allSteps(store_, query, skeleton, context_);
    if (failed(rows)) return;
    for (const Step& step : *rows) line(toText(step));
  }

  void oneRun(const Id& runId) {
    heading("run " + runId.toString());
    const auto run = store_.run(runId, context_);
    if (failed(run)) return;
    line(*run ? toText(**run) : "none");
    const std::vector<Id> ids{runId};
    const auto refs = store_.runSchemas(ids);
    if (failed(refs)) return;
    const std::optional<SchemaRef>& ref = refs->at(0).schema;
    line(ref ? ref->name + " " + std::to_string(ref->version) : "no schema");
    const auto skeletons = store_.runSteps(runId, context_);
    if (failed(skeletons)) return;
    for (const StepSkeleton& skeleton : *skeletons) {
      line(toText(skeleton));
      const auto step = store_.step(runId, skeleton.stepId, context_);
      if (!failed(step)) line(*step ? toText(**step) : "none");
    }
  }

  void schemas() {
    heading("schemas");
    const auto rows = store_.schemas("", context_);
    if (failed(rows)) return;
    for (const SchemaInfo& info : *rows) {
      line(info.ref.name + " " + std::to_string(info.ref.version) + " " + canonical(info.definition) + " " +
           formatTimestamp(info.registeredAt) + " " + std::to_string(info.runCount));
    }
  }

  Store& store_;
  ReadContext context_;
  std::vector<Id> runIds_;
  std::string out_;
};

}  // namespace

ReadContext readAt(Timestamp now, Microseconds incompleteAfter) {
  return {now, incompleteAfter, std::chrono::steady_clock::now() + std::chrono::minutes(5)};
}

std::string toText(const Run& run) {
  Run row = run;
  row.error = canonical(row.error);
  row.metadata = canonical(row.metadata);
  row.lost = canonical(row.lost);
  return write(row);
}

std::string toText(const StepSkeleton& step) {
  StepSkeleton row = step;
  makeCanonical(row);
  return write(row);
}

std::string toText(const Step& step) {
  Step row = step;
  makeCanonical(row);
  row.inputData = canonical(row.inputData);
  row.outputData = canonical(row.outputData);
  row.reasoning = canonical(row.reasoning);
  return write(row);
}

Result<std::vector<Run>> allRuns(Store& store, PageQuery query, const ReadContext& context) {
  return allPages<Run>(query, [&](const PageQuery& page) { return store.runs(page, context); });
}

Result<std::vector<Step>> allSteps(Store& store, PageQuery query, bool skeleton, const ReadContext& context) {
  return allPages<Step>(query, [&](const PageQuery& page) { return store.steps(page, skeleton, context); });
}

const std::vector<Order>& runOrders() {
  static const std::vector<Order> orders = {{SortKey::StartedAt, true},      {SortKey::StartedAt, false},
                                            {SortKey::Duration, true},       {SortKey::Duration, false},
                                            {SortKey::LastActivityAt, true}, {SortKey::LastActivityAt, false}};
  return orders;
}

const std::vector<Order>& stepOrders() {
  static const std::vector<Order> orders(runOrders().begin(), runOrders().begin() + 4);
  return orders;
}

std::string dumpStore(Store& store, const ReadContext& context) {
  return Dump(store, context).write();
}

}  // namespace xray::test
