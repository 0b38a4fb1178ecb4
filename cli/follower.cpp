#include "cli/follower.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "cli/format.h"
#include "cli/pages.h"
#include "xray/filter.h"
#include "xray/json.h"
#include "xray/time.h"

namespace xray::cli {
namespace {

/// Appends that were received at almost the same time may become visible in another order, and the clocks of several
/// backends differ: so far back is looked again.
constexpr std::chrono::seconds kLookBack{10};
constexpr std::chrono::minutes kForgetAfter{10};
constexpr std::size_t kMaxKnownRuns = 100'000;
/// Runs that are known from the beginning.
constexpr std::size_t kFirstRuns = 5'000;
constexpr std::size_t kMaxBatch = 40;  // ids in one question
constexpr const char* kNewestActivity = "last_activity_at desc";

std::string before(const std::string& time, Microseconds by) {
  const std::optional<Timestamp> parsed = parseTimestamp(time);
  return parsed ? formatTimestamp(*parsed - by) : time;
}

/// `(filter) AND (condition)`.
std::string both(const std::string& filter, const std::string& condition) {
  return filter.empty() ? condition : "(" + filter + ") AND (" + condition + ")";
}

/// `field = "a" OR field = "b"`.
std::string anyOf(std::string_view field, std::span<const std::string> ids) {
  std::string text;
  for (const std::string& id : ids) text += (text.empty() ? "" : " OR ") + std::string(field) + " = \"" + id + "\"";
  return text;
}

/// Calls with at most `size` of the ids at a time, until one call fails.
template <typename Call>
Status inBatches(const std::vector<std::string>& ids, std::size_t size, const Call& call) {
  for (std::size_t i = 0; i < ids.size(); i += size) {
    Status status = call(std::span(ids).subspan(i, std::min(size, ids.size() - i)));
    if (!status.ok()) return status;
  }
  return {};
}

Question stepsQuestion(const std::string& filter) {
  return {"/v1/steps", {{"filter", filter}, {"order_by", "started_at desc"}, {"view", "skeleton"}}};
}

std::string stepKey(std::string_view step) {
  return memberString(step, "run_id") + memberString(step, "step_id");
}

Change changeOf(std::string_view step) {
  const bool running = memberString(step, "status") == "running";
  return {running ? Change::Kind::StepStarted : Change::Kind::StepEnded,
          memberString(step, running ? "started_at" : "ended_at"), std::string(step)};
}

std::string stepIdOf(const Change& change) {
  return memberString(change.json, "step_id");
}

std::size_t countOf(std::string_view run, std::string_view member) {
  return static_cast<std::size_t>(std::max(0.0, memberNumber(run, member).value_or(0)));
}

}  // namespace

std::size_t Follower::batchSize() const {
  return std::min(kMaxBatch, kMaxFilterRestrictions - 2 - std::min(followed_.restrictions, kMaxFollowedRestrictions));
}

std::size_t Follower::running() const {
  return static_cast<std::size_t>(
      std::ranges::count_if(runs_, [](const auto& known) { return known.second.status == "running"; }));
}

Question Follower::runsSince(const std::string& time) const {
  Question question{"/v1/runs", {{"order_by", kNewestActivity}}};
  const std::string filter =
      time.empty() ? followed_.runFilter : both(followed_.runFilter, "last_activity_at >= " + before(time, kLookBack));
  if (!filter.empty()) question.parameters.emplace_back("filter", filter);
  return question;
}

Status Follower::begin(Source& source) {
  Status status = forEachRow(source, runsSince(""), "runs", kFirstRuns, [this](std::string_view run) {
    const std::string activity = memberString(run, "last_activity_at");
    newest_ = std::max(newest_, activity);
    runs_[memberString(run, "run_id")] = {memberString(run, "status"), activity, countOf(run, "step_count"),
                                          countOf(run, "step_count"),  {},       {}};
    return true;
  });
  if (!status.ok() || !followed_.steps) return status;
  return forEachRow(source, stepsQuestion("status = running AND run.status = running"), "steps", kFirstRuns,
                    [this](std::string_view step) {
                      const auto run = runs_.find(memberString(step, "run_id"));
                      if (run == runs_.end()) return true;
                      run->second.seen.insert(memberString(step, "step_id"));
                      run->second.open.insert(memberString(step, "step_id"));
                      return true;
                    });
}

void Follower::takeRun(std::string_view run) {
  const std::string id = memberString(run, "run_id");
  const std::string status = memberString(run, "status");
  const std::string activity = memberString(run, "last_activity_at");
  const auto [place, added] = runs_.try_emplace(id);
  KnownRun& known = place->second;
  if (!added && known.status == status && known.lastActivity == activity) return;
  if (followed_.runs) {
    if (added) changes_.push_back({Change::Kind::RunStarted, memberString(run, "started_at"), std::string(run)});
    if (!added && known.status != "running" && status == "running")
      changes_.push_back({Change::Kind::RunResumed, activity, std::string(run)});
    if (status != "running" && known.status != status) {
      const std::string ended = memberString(run, "ended_at");
      changes_.push_back({Change::Kind::RunEnded, ended.empty() ? activity : ended, std::string(run)});
    }
  }
  known.status = status;
  known.lastActivity = activity;
  known.total = countOf(run, "step_count");
  if (followed_.steps) behind_.insert(id);
}

Status Follower::findRuns(Source& source) {
  std::string newest = newest_;
  Status status = forEachRow(source, runsSince(newest_), "runs", kMaxKnownRuns, [&](std::string_view run) {
    newest = std::max(newest, memberString(run, "last_activity_at"));
    takeRun(run);
    return true;
  });
  if (status.ok()) newest_ = newest;
  return status;
}

Status Follower::findIncomplete(Source& source) {
  // Time alone makes a run incomplete, those first that have been silent longest.
  std::vector<std::pair<std::string, std::string>> silent;  // last activity, id
  for (const auto& [id, known] : runs_) {
    if (known.status == "running") silent.emplace_back(known.lastActivity, id);
  }
  const std::size_t asked = std::min(silent.size(), batchSize());
  std::ranges::partial_sort(silent, silent.begin() + static_cast<std::ptrdiff_t>(asked));
  std::vector<std::string> ids;
  for (std::size_t i = 0; i < asked; ++i) ids.push_back(silent[i].second);
  if (ids.empty()) return {};
  const Question question{"/v1/runs", {{"filter", "status = incomplete AND (" + anyOf("run_id", ids) + ")"}}};
  return forEachRow(source, question, "runs", ids.size(), [this](std::string_view run) {
    takeRun(run);
    return true;
  });
}

Status Follower::findEndedSteps(Source& source) {
  std::vector<std::string> ids;
  for (const std::string& runId : behind_) {
    const KnownRun& run = runs_[runId];
    ids.insert(ids.end(), run.open.begin(), run.open.end());
  }
  return inBatches(ids, batchSize(), [&](std::span<const std::string> batch) {
    std::vector<Change> ended;
    const std::string filter = "status != running AND (" + anyOf("step_id", batch) + ")";
    Status status = forEachRow(source, stepsQuestion(filter), "steps", SIZE_MAX, [&](std::string_view step) {
      // The same step id may stand in another run.
      const auto run = runs_.find(memberString(step, "run_id"));
      if (run != runs_.end() && run->second.open.contains(memberString(step, "step_id")))
        ended.push_back(changeOf(step));
      return true;
    });
    const std::vector<Change> all = ended;
    if (status.ok()) status = keepMatching(source, ended);
    if (!status.ok()) return status;
    for (const Change& change : all) runs_[memberString(change.json, "run_id")].open.erase(stepIdOf(change));
    changes_.insert(changes_.end(), ended.begin(), ended.end());
    return status;
  });
}

Status Follower::findNewSteps(Source& source) {
  std::vector<std::string> ids;
  for (auto id = behind_.begin(); id != behind_.end();) {
    const KnownRun& run = runs_[*id];
    if (run.total > run.known) ids.push_back(*id);
    id = run.total > run.known ? std::next(id) : behind_.erase(id);
  }
  return inBatches(ids, batchSize(), [&](std::span<const std::string> batch) { return findNewStepsOf(source, batch); });
}

Status Follower::findNewStepsOf(Source& source, std::span<const std::string> runIds) {
  std::map<std::string, std::size_t> wanted;
  std::size_t left = 0;
  for (const std::string& id : runIds) left += wanted[id] = runs_[id].total - runs_[id].known;
  std::vector<Change> found;
  const auto take = [&](std::string_view step) {
    const std::string runId = memberString(step, "run_id");
    if (wanted[runId] == 0 || runs_[runId].seen.contains(memberString(step, "step_id"))) return true;
    found.push_back(changeOf(step));
    --wanted[runId];
    return --left > 0;
  };
  const std::size_t pageSize = std::clamp<std::size_t>(2 * left, 20, kMaxPageSize);
  Status status = forEachRow(source, stepsQuestion(anyOf("run_id", runIds)), "steps", SIZE_MAX, take, pageSize);
  const std::vector<Change> all = found;
  if (status.ok()) status = keepMatching(source, found);
  if (!status.ok()) return status;

  for (const Change& change : all) {
    KnownRun& run = runs_[memberString(change.json, "run_id")];
    run.seen.insert(stepIdOf(change));
    if (change.kind == Change::Kind::StepStarted) run.open.insert(stepIdOf(change));
  }
  for (const std::string& id : runIds) {
    runs_[id].known = runs_[id].total;
    behind_.erase(id);
  }
  changes_.insert(changes_.end(), found.begin(), found.end());
  return status;
}

Status Follower::keepMatching(Source& source, std::vector<Change>& steps) {
  if (followed_.stepFilter.empty()) return {};
  std::vector<std::string> ids;
  for (const Change& change : steps) ids.push_back(stepIdOf(change));
  std::set<std::string> matching;
  Status status = inBatches(ids, batchSize(), [&](std::span<const std::string> batch) {
    const Question question = stepsQuestion(both(followed_.stepFilter, anyOf("step_id", batch)));
    return forEachRow(source, question, "steps", SIZE_MAX, [&matching](std::string_view step) {
      matching.insert(stepKey(step));
      return true;
    });
  });
  if (status.ok()) std::erase_if(steps, [&](const Change& change) { return !matching.contains(stepKey(change.json)); });
  return status;
}

void Follower::forget() {
  // The ids of an ended run's steps only matter while its last events may still be on their way.
  const std::string old = before(newest_, kForgetAfter);
  for (auto& [id, run] : runs_) {
    if (run.status != "running" && run.lastActivity < old) run.seen.clear();
  }
  if (runs_.size() <= kMaxKnownRuns) return;
  std::vector<std::pair<std::string, std::string>> byActivity;
  for (const auto& [id, run] : runs_) byActivity.emplace_back(run.lastActivity, id);
  const auto end = byActivity.begin() + static_cast<std::ptrdiff_t>(runs_.size() - kMaxKnownRuns);
  std::ranges::nth_element(byActivity, end);
  std::for_each(byActivity.begin(), end, [this](const auto& run) {
    runs_.erase(run.second);
    behind_.erase(run.second);
  });
}

Result<std::vector<Change>> Follower::poll(Source& source) {
  for (const auto find :
       {&Follower::findRuns, &Follower::findIncomplete, &Follower::findEndedSteps, &Follower::findNewSteps}) {
    if (Status status = (this->*find)(source); !status.ok()) return status;
  }
  forget();
  std::ranges::stable_sort(changes_, [](const Change& left, const Change& right) {
    return std::tie(left.at, left.kind) < std::tie(right.at, right.kind);
  });
  return std::exchange(changes_, {});
}

}  // namespace xray::cli
