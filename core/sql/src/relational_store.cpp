#include "xray/sql/relational_store.h"

#include <cassert>

#include "xray/page_fill.h"
#include "xray/sql/analysis_queries.h"
#include "xray/sql/page_sql.h"
#include "xray/sql/run_queries.h"
#include "xray/sql/schema_queries.h"
#include "xray/sql/step_queries.h"

namespace xray::sql {

template <typename Value, typename Read>
Result<std::vector<Value>> RelationalStore::readAll(Reading reading, const Statement& statement, Deadline deadline,
                                                    Read readRow) {
  std::vector<Value> values;
  const Status status = read(reading, statement, deadline, [&](const Row& row) {
    values.push_back(readRow(row));
    return true;
  });
  if (!status.ok()) return status;
  return values;
}

template <typename Value, typename Read>
Result<std::optional<Value>> RelationalStore::lookUp(const Statement& statement, Deadline deadline, Read readRow) {
  Result<std::vector<Value>> values = readAll<Value>(Reading::LookUp, statement, deadline, readRow);
  if (!values) return values.status();
  assert(values->size() <= 1);
  if (values->empty()) return std::optional<Value>();
  return std::optional<Value>(std::move(values->front()));
}

template <typename Value, typename Read, typename CursorOf>
Result<Page<Value>> RelationalStore::readPage(const Statement& statement, const PageQuery& query,
                                              const ReadContext& context, Read readRow, CursorOf cursorOf) {
  PageBuilder<Value, CursorOf> page(query, context, cursorOf);
  const Status status = read(Reading::Page, statement, context.deadline,
                             [&](const Row& row) { return page.take([&] { return readRow(row); }); });
  if (!status.ok()) return status;
  return page.finish();
}

Result<std::optional<Run>> RelationalStore::run(const Id& runId, const ReadContext& context) {
  return lookUp<Run>(selectRun(dialect_, runId), context.deadline,
                     [&](const Row& row) { return readRun(row, context); });
}

Result<Page<Run>> RelationalStore::runs(const PageQuery& query, const ReadContext& context) {
  if (Status status = checkPageQuery(query, Entity::Run); !status.ok()) return status;
  return readPage<Run>(
      selectRuns(dialect_, query, context), query, context, [&](const Row& row) { return readRun(row, context); },
      &runCursor);
}

Result<std::vector<StepSkeleton>> RelationalStore::runSteps(const Id& runId, const ReadContext& context) {
  return readAll<StepSkeleton>(Reading::Whole, selectRunSteps(dialect_, runId), context.deadline, &readSkeleton);
}

Result<std::optional<Step>> RelationalStore::step(const Id& runId, const Id& stepId, const ReadContext& context) {
  return lookUp<Step>(selectStep(dialect_, runId, stepId), context.deadline, &readStep);
}

Result<Page<Step>> RelationalStore::steps(const PageQuery& query, bool skeleton, const ReadContext& context) {
  if (Status status = checkPageQuery(query, Entity::Step); !status.ok()) return status;
  return readPage<Step>(
      selectSteps(dialect_, query, skeleton, context), query, context,
      [&](const Row& row) { return skeleton ? Step{readSkeleton(row)} : readStep(row); }, &stepCursor);
}

Result<Analysis<LatencyRow>> RelationalStore::latency(const GroupQuery& query, const ReadContext& context) {
  if (Status status = checkFilter(query.filter, Entity::Step); !status.ok()) return status;
  auto rows = readAll<LatencyRow>(Reading::Whole, selectLatency(dialect_, query, context), context.deadline,
                                  [&](const Row& row) { return readLatency(row, query); });
  if (!rows) return rows.status();
  return makeAnalysis(std::move(*rows));
}

Result<Analysis<ValuesRow>> RelationalStore::values(const ValuesQuery& query, const ReadContext& context) {
  if (Status status = checkFilter(query.filter, Entity::Step); !status.ok()) return status;
  auto rows = readAll<ValuesRow>(Reading::Whole, selectValues(dialect_, query, context), context.deadline,
                                 [&](const Row& row) { return readValues(row, query); });
  if (!rows) return rows.status();
  return makeAnalysis(std::move(*rows));
}

Result<Analysis<FailureRow>> RelationalStore::failures(const FailuresQuery& query, const ReadContext& context) {
  if (Status status = checkFilter(query.filter, Entity::Run); !status.ok()) return status;
  auto lines = readAll<FailureLine>(Reading::Whole, selectFailures(dialect_, query, context), context.deadline,
                                    [&](const Row& row) { return readFailure(row, query); });
  if (!lines) return lines.status();
  return makeFailures(std::move(*lines), query);
}

Result<Analysis<CountRow>> RelationalStore::counts(Entity of, const GroupQuery& query, const ReadContext& context) {
  if (Status status = checkFilter(query.filter, of); !status.ok()) return status;
  auto rows = readAll<CountRow>(Reading::Whole, selectCounts(dialect_, of, query, context), context.deadline,
                                [&](const Row& row) { return readCount(row, query); });
  if (!rows) return rows.status();
  return makeAnalysis(std::move(*rows));
}

Result<std::vector<SchemaInfo>> RelationalStore::schemas(std::string_view name, const ReadContext& context) {
  return readAll<SchemaInfo>(Reading::Whole, selectSchemas(dialect_, name), context.deadline, &readSchema);
}

Result<std::optional<SchemaInfo>> RelationalStore::schema(const SchemaRefView& ref, const ReadContext& context) {
  return lookUp<SchemaInfo>(selectSchema(dialect_, ref), context.deadline, &readSchema);
}

Result<RejectionPage> RelationalStore::rejections(std::size_t pageSize, std::optional<std::int64_t> before,
                                                  const ReadContext& context) {
  if (Status status = checkPageSize(pageSize); !status.ok()) return status;
  RejectionPage page;
  PageFill fill(pageSize, context);
  const Status status =
      read(Reading::Page, selectRejections(dialect_, pageSize, before), context.deadline, [&](const Row& row) {
        if (fill.full()) {
          page.next = page.rows.back().id;
          return false;
        }
        page.rows.push_back(readRejection(row));
        fill.add(page.rows.back());
        return true;
      });
  if (!status.ok()) return status;
  return page;
}

}  // namespace xray::sql
