#pragma once
// Finds what changes in a store by asking its lists again and again.

#include <map>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "cli/source.h"

namespace xray::cli {

/// What is followed. Filters are of the language, checked; empty: everything.
struct Followed {
  bool runs = true;
  bool steps = true;
  std::string runFilter;         // of the runs, and of those whose steps are followed
  std::string stepFilter;        // of the steps
  std::size_t restrictions = 0;  // how many the filters have together
};

/// Each is told once.
struct Change {
  enum class Kind { RunStarted, RunResumed, StepStarted, StepEnded, RunEnded };
  Kind kind;
  std::string at;    // when, as the API writes it
  std::string json;  // the run, or the step without its payloads, as it is now

  bool ofRun() const { return kind != Kind::StepStarted && kind != Kind::StepEnded; }
};

/// The most restrictions that `Followed::restrictions` may be.
inline constexpr std::size_t kMaxFollowedRestrictions = 40;

/// Runs are found by the time of their last activity, which is the backend's own clock, so that events of yesterday
/// that arrive now are found too; the steps of a run that changed by the number of those known. Each poll costs a few
/// questions, however large the store is. Memory: what of the last 100,000 active runs it takes to tell new from old.
/// One thread at a time.
class Follower {
 public:
  explicit Follower(Followed followed) : followed_(std::move(followed)) {}

  /// Takes what is there for known.
  Status begin(Source& source);

  /// What changed since begin or the last poll, in the order of time. After a failure nothing is lost: the next poll
  /// tells it.
  Result<std::vector<Change>> poll(Source& source);

  /// Runs that are known to be running.
  std::size_t running() const;

 private:
  struct KnownRun {
    std::string status;
    std::string lastActivity;
    std::size_t total = 0;       // steps, as the run says
    std::size_t known = 0;       // how many of them were there at the beginning, or were told
    std::set<std::string> seen;  // those that were met since the beginning
    std::set<std::string> open;  // those of them that were running
  };

  Question runsSince(const std::string& time) const;
  Status findRuns(Source& source);
  void takeRun(std::string_view run);
  Status findIncomplete(Source& source);
  Status findEndedSteps(Source& source);
  Status findNewSteps(Source& source);
  Status findNewStepsOf(Source& source, std::span<const std::string> runIds);
  Status keepMatching(Source& source, std::vector<Change>& steps);
  void forget();

  std::size_t batchSize() const;

  const Followed followed_;
  std::map<std::string, KnownRun> runs_;
  std::string newest_;            // last_activity_at of the run that changed last
  std::set<std::string> behind_;  // runs that changed since their steps were looked at
  std::vector<Change> changes_;   // found and not told
};

}  // namespace xray::cli
