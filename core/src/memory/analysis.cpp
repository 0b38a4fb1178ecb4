#include "memory/analysis.h"

#include <algorithm>

#include "memory/filter_match.h"

namespace xray::memory {
namespace {

Status pastDeadline(const ReadContext& context) {
  if (std::chrono::steady_clock::now() < context.deadline) return {};
  return Status(StatusCode::DeadlineExceeded, "the query's deadline is over");
}

Status checkEntity(const Filter* filter, Entity entity) {
  if (!filter || filter->entity == entity) return {};
  return Status(StatusCode::InvalidArgument, "the filter is about the other entity");
}

GroupValue groupValue(const Literal& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  if (const auto* number = std::get_if<double>(&value)) return *number + 0.0;  // -0 is 0
  if (const auto* truth = std::get_if<bool>(&value)) return *truth;
  if (const auto* status = std::get_if<RunStatus>(&value)) return std::string(toString(*status));
  if (const auto* status = std::get_if<StepStatus>(&value)) return std::string(toString(*status));
  return {};
}

Group groupOf(const std::vector<AnalysisField>& keys, const RunSubject& run, const StepFact* step) {
  Group group;
  for (const AnalysisField& key : keys) group.push_back(groupValue(fieldValue(key.field, key.path, run, step)));
  return group;
}

/// What rows are about: a group and a bucket.
using Cell = std::pair<Group, std::optional<Timestamp>>;

Cell cellOf(const GroupQuery& query, Timestamp startedAt, const RunSubject& run, const StepFact* step) {
  Cell cell{groupOf(query.groupBy, run, step), std::nullopt};
  if (query.interval) cell.second = bucketOf(startedAt, *query.interval);
  return cell;
}

/// Calls `visit(run)` for every run that the filter over runs matches.
template <typename Visit>
Status forEachRun(const Runs& runs, const Filter* filter, const ReadContext& context, Visit visit) {
  if (Status status = checkEntity(filter, Entity::Run); !status.ok()) return status;
  for (const auto& [runId, facts] : runs) {
    if (Status status = pastDeadline(context); !status.ok()) return status;
    const RunSubject run(runId, facts, context);
    if (matches(filter, run)) visit(run);
  }
  return pastDeadline(context);
}

/// Calls `visit(run, step)` for every step that the filter over steps matches.
template <typename Visit>
Status forEachStep(const Runs& runs, const Filter* filter, const ReadContext& context, Visit visit) {
  if (Status status = checkEntity(filter, Entity::Step); !status.ok()) return status;
  return forEachRun(runs, nullptr, context, [&](const RunSubject& run) {
    for (const auto& [stepId, facts] : run.facts->steps()) {
      if (matches(filter, run, facts.current())) visit(run, facts.current());
    }
  });
}

/// Rows in the order of every answer, cut to its length. `count` and `cell` of a row tell its place.
template <typename Row, typename Count, typename CellOf>
Analysis<Row> sorted(std::vector<Row> rows, Count count, CellOf cell) {
  std::ranges::sort(rows, [&](const Row& left, const Row& right) {
    if (count(left) != count(right)) return count(left) > count(right);
    const Cell first = cell(left), second = cell(right);
    if (first.first != second.first) return groupStandsBefore(first.first, second.first);
    return first.second > second.second;
  });
  Analysis<Row> answer{std::move(rows), false};
  answer.truncated = answer.rows.size() > kMaxAnalysisRows;
  if (answer.truncated) answer.rows.resize(kMaxAnalysisRows);
  return answer;
}

template <typename Row>
Analysis<Row> sortedByCell(std::vector<Row> rows) {
  return sorted(
      std::move(rows), [](const Row& row) { return row.count; },
      [](const Row& row) {
        return Cell{row.group, row.bucket};
      });
}

/// The value at a percentile's rank, of values in ascending order.
template <typename Value>
std::optional<Value> percentile(const std::vector<Value>& values, int percent) {
  if (values.empty()) return std::nullopt;
  return values[static_cast<std::size_t>(nearestRank(static_cast<std::int64_t>(values.size()), percent))];
}

struct Durations {
  std::vector<Microseconds> values;
  std::int64_t errors = 0;
};

LatencyRow latencyRow(const Cell& cell, Durations durations) {
  std::vector<Microseconds>& values = durations.values;
  std::ranges::sort(values);
  LatencyRow row{cell.first, cell.second, static_cast<std::int64_t>(values.size()), durations.errors, {}, {}, {}, {},
                 {},         {}};
  if (values.empty()) return row;
  double sum = 0;
  for (const Microseconds value : values) sum += static_cast<double>(value.count());
  row.min = values.front();
  row.p50 = percentile(values, 50);
  row.p95 = percentile(values, 95);
  row.p99 = percentile(values, 99);
  row.max = values.back();
  row.average = sum / static_cast<double>(values.size());
  return row;
}

struct Numbers {
  std::vector<double> values;
  std::int64_t missing = 0;
};

ValuesRow valuesRow(const Group& group, Numbers numbers) {
  std::vector<double>& values = numbers.values;
  std::ranges::sort(values);
  ValuesRow row{group, static_cast<std::int64_t>(values.size()), numbers.missing, {}, {}, {}, {}, {}, {}, {}};
  if (values.empty()) return row;
  // Wider than the values, which may be the largest doubles.
  long double sum = 0;
  for (const double value : values) sum += value;
  row.min = values.front();
  row.average = static_cast<double>(sum / static_cast<long double>(values.size()));
  row.p50 = percentile(values, 50);
  row.p95 = percentile(values, 95);
  row.p99 = percentile(values, 99);
  row.max = values.back();
  row.histogram = histogramBetween(values.front(), values.back());
  for (const double value : values) ++(*row.histogram)[binOf(*row.histogram, value)].count;
  return row;
}

/// Steps by (started_at, seq, step_id), those without seq behind those with one.
bool standsBefore(const Step& left, const Step& right) {
  const auto place = [](const Step& step) {
    return std::make_tuple(step.startedAt, !step.seq.has_value(), step.seq.value_or(0), step.stepId);
  };
  return place(left) < place(right);
}

struct Attribution {
  const Step* step = nullptr;  // null: the run stopped before its first step
  int rule = 0;                // 1..4; 0 without a step
};

/// The four rules of query.md section 3.
Attribution attribute(const RunFacts& facts) {
  if (facts.terminal() && facts.terminal()->errorStepId) {
    const auto named = facts.steps().find(*facts.terminal()->errorStepId);
    if (named != facts.steps().end()) return {&named->second.current().step, 1};
  }
  const auto lastOf = [&](auto qualifies) {
    const Step* last = nullptr;
    for (const auto& [stepId, step] : facts.steps()) {
      const Step& current = step.current().step;
      if (qualifies(current) && (!last || standsBefore(*last, current))) last = &current;
    }
    return last;
  };
  const auto hasErroredChild = [&](const Step& parent) {
    return std::ranges::any_of(facts.steps(), [&](const auto& entry) {
      const Step& step = entry.second.current().step;
      return step.parentStepId == parent.stepId && step.status == StepStatus::Error;
    });
  };
  if (const Step* step = lastOf([&](const Step& s) { return s.status == StepStatus::Error && !hasErroredChild(s); })) {
    return {step, 2};
  }
  if (const Step* step = lastOf([](const Step& s) { return s.status == StepStatus::Running; })) return {step, 3};
  if (const Step* step = lastOf([](const Step&) { return true; })) return {step, 4};
  return {};
}

GroupValue failureValue(FailureKey key, const RunSubject& run, const Attribution& blamed) {
  switch (key) {
    case FailureKey::StepType:
      return blamed.step ? GroupValue(blamed.step->stepType) : GroupValue();
    case FailureKey::Name:
      return blamed.step ? GroupValue(blamed.step->name) : GroupValue();
    case FailureKey::Pipeline:
      return run.run.pipeline ? GroupValue(*run.run.pipeline) : GroupValue();
    case FailureKey::ErrorType:
      return groupValue(fieldValue(Field::RunErrorType, {}, run, nullptr));
    case FailureKey::Rule:
      break;
  }
  return blamed.rule ? GroupValue(static_cast<double>(blamed.rule)) : GroupValue();
}

struct BlamedRun {
  Timestamp startedAt;
  FailureExample example;
};

FailureRow failureRow(const Group& group, std::vector<BlamedRun> runs, std::int64_t total) {
  std::ranges::sort(runs, [](const BlamedRun& left, const BlamedRun& right) {
    if (left.startedAt != right.startedAt) return left.startedAt > right.startedAt;
    return left.example.runId < right.example.runId;
  });
  FailureRow row{group, static_cast<std::int64_t>(runs.size()), {}, {}};
  if (total > 0) row.share = static_cast<double>(row.runs) / static_cast<double>(total);
  for (std::size_t i = 0; i < std::min(runs.size(), kMaxFailureExamples); ++i) row.examples.push_back(runs[i].example);
  return row;
}

template <typename Walk>
Result<Analysis<CountRow>> counts(const GroupQuery& query, Walk walk) {
  std::map<Cell, std::int64_t> cells;
  if (query.groupBy.empty() && !query.interval) cells.try_emplace(Cell());
  if (Status status = walk(cells); !status.ok()) return status;
  std::vector<CountRow> rows;
  for (const auto& [cell, count] : cells) rows.push_back({cell.first, cell.second, count});
  return sortedByCell(std::move(rows));
}

}  // namespace

Result<Analysis<LatencyRow>> latency(const Runs& runs, const GroupQuery& query, const ReadContext& context) {
  std::map<Cell, Durations> cells;
  if (query.groupBy.empty() && !query.interval) cells.try_emplace(Cell());
  const Status status = forEachStep(runs, query.filter, context, [&](const RunSubject& run, const StepFact& step) {
    if (!step.step.duration) return;
    Durations& durations = cells[cellOf(query, step.step.startedAt, run, &step)];
    durations.values.push_back(*step.step.duration);
    durations.errors += step.step.status == StepStatus::Error ? 1 : 0;
  });
  if (!status.ok()) return status;
  std::vector<LatencyRow> rows;
  for (auto& [cell, durations] : cells) rows.push_back(latencyRow(cell, std::move(durations)));
  return sortedByCell(std::move(rows));
}

Result<Analysis<CountRow>> stepCounts(const Runs& runs, const GroupQuery& query, const ReadContext& context) {
  return counts(query, [&](auto& cells) {
    return forEachStep(runs, query.filter, context, [&](const RunSubject& run, const StepFact& step) {
      ++cells[cellOf(query, step.step.startedAt, run, &step)];
    });
  });
}

Result<Analysis<CountRow>> runCounts(const Runs& runs, const GroupQuery& query, const ReadContext& context) {
  return counts(query, [&](auto& cells) {
    return forEachRun(runs, query.filter, context,
                      [&](const RunSubject& run) { ++cells[cellOf(query, run.run.startedAt, run, nullptr)]; });
  });
}

Result<Analysis<ValuesRow>> values(const Runs& runs, const ValuesQuery& query, const ReadContext& context) {
  std::map<Group, Numbers> groups;
  if (query.groupBy.empty()) groups.try_emplace(Group());
  const Status status = forEachStep(runs, query.filter, context, [&](const RunSubject& run, const StepFact& step) {
    Numbers& numbers = groups[groupOf(query.groupBy, run, &step)];
    const Literal value = fieldValue(query.field.field, query.field.path, run, &step);
    if (const auto* number = std::get_if<double>(&value)) {
      numbers.values.push_back(*number + 0.0);
    } else {
      ++numbers.missing;
    }
  });
  if (!status.ok()) return status;
  std::vector<ValuesRow> rows;
  for (auto& [group, numbers] : groups) rows.push_back(valuesRow(group, std::move(numbers)));
  return sorted(
      std::move(rows), [](const ValuesRow& row) { return row.count; },
      [](const ValuesRow& row) {
        return Cell{row.group, std::nullopt};
      });
}

Result<Analysis<FailureRow>> failures(const Runs& runs, const FailuresQuery& query, const ReadContext& context) {
  std::map<Group, std::vector<BlamedRun>> groups;
  if (query.groupBy.empty()) groups.try_emplace(Group());
  std::int64_t total = 0;
  const Status status = forEachRun(runs, query.filter, context, [&](const RunSubject& run) {
    if (run.run.status != RunStatus::Crashed && run.run.status != RunStatus::Incomplete) return;
    ++total;
    const Attribution blamed = attribute(*run.facts);
    Group group;
    for (const FailureKey key : query.groupBy) group.push_back(failureValue(key, run, blamed));
    const auto step = blamed.step ? std::optional(blamed.step->stepId) : std::nullopt;
    groups[group].push_back({run.run.startedAt, {run.run.runId, step}});
  });
  if (!status.ok()) return status;
  std::vector<FailureRow> rows;
  for (auto& [group, blamed] : groups) rows.push_back(failureRow(group, std::move(blamed), total));
  return sorted(
      std::move(rows), [](const FailureRow& row) { return row.runs; },
      [](const FailureRow& row) {
        return Cell{row.group, std::nullopt};
      });
}

}  // namespace xray::memory
