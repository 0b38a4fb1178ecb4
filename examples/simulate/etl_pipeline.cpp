#include <utility>
#include <vector>

#include "simulate/pipelines.h"

namespace simulate {
namespace {

using xray::Timestamp;
using xray::sdk::Run;
using xray::sdk::Step;

/// What a killed process leaves behind: a run and steps that nobody ends. Never destroyed, as that would end them.
void die(Run run, Step stage, Step step) {
  struct Corpse {
    Run run;
    Step stage;
    Step step;
  };
  static auto* const corpses = new std::vector<Corpse>;
  corpses->push_back({std::move(run), std::move(stage), std::move(step)});
}

/// One job on its way through its stages.
class Job {
 public:
  Job(xray::Client& client, const EtlRun& plan)
      : plan_(plan),
        now_(plan.start),
        run_(client.startRun(kEtlPipeline, {{"job", plan.job}}, {.timeout = kSilenceLimit, .startedAt = plan.start})) {}

  void go() {
    extract();
    if (!transform()) return;
    if (load()) {
      run_.end(now_);
    } else {
      run_.logError("a partition could not be loaded", {.type = "LoadError", .at = now_});
    }
  }

 private:
  void extract() {
    Step stage = run_.step("extract", "stage", {.startedAt = now_});
    std::size_t retries = 0;
    for (std::size_t page = 0; page < plan_.pages.size(); ++page) {
      const auto& attempts = plan_.pages[page];
      for (std::size_t attempt = 0; attempt < attempts.size(); ++attempt) {
        Step step = stage.step("fetch-page", "fetch", {.startedAt = now_});
        step.input({{"page", page}, {"attempt", attempt + 1}});
        const bool last = attempt + 1 == attempts.size();
        if (!last) step.fail("ConnectionReset", "the source closed the connection");
        if (last) step.output({{"rows", plan_.rowsOfPage}});
        step.end(now_ += attempts[attempt]);
        retries += last ? 0 : 1;
      }
    }
    rows_ = plan_.rowsOfPage * static_cast<std::int64_t>(plan_.pages.size());
    stage.output({{"rows", rows_}});
    stage.reasoning({{"retries", retries}});
    stage.end(now_);
  }

  /// False when the job died in it.
  bool transform() {
    Step stage = run_.step("transform", "stage", {.startedAt = now_});
    Step join = stage.step(kJoinStep, "transform", {.startedAt = now_});
    join.input({{"rows", rows_}});
    if (plan_.ending == EtlRun::Ending::Dies) {
      die(std::move(run_), std::move(stage), std::move(join));
      return false;
    }
    join.output({{"rows", rows_}});
    join.end(now_ += plan_.joining);
    filter(stage, "drop-invalid-rows", "every column has a value of its type", plan_.invalid, plan_.dropping);
    filter(stage, "deduplicate", "the newest row of each order", plan_.duplicates, plan_.deduplicating);
    stage.output({{"rows", rows_}});
    stage.end(now_);
    return true;
  }

  void filter(Step& stage, const char* name, const char* rule, double percent, xray::Microseconds took) {
    Step step = stage.step(name, "filter", {.startedAt = now_});
    step.input({{"rows", rows_}});
    rows_ -= static_cast<std::int64_t>(static_cast<double>(rows_) * percent / 100);
    step.reasoning({{"rule", rule}, {"percentage_eliminated", percent}});
    step.output({{"rows", rows_}});
    step.end(now_ += took);
  }

  /// False when the last partition failed.
  bool load() {
    const bool fails = plan_.ending == EtlRun::Ending::Crashes;
    Step stage = run_.step("load", "stage", {.startedAt = now_});
    for (int partition = 1; partition <= EtlRun::kPartitions; ++partition) {
      Step step = stage.step("load-partition", kLoadType, {.startedAt = now_});
      step.input({{"partition", partition}, {"rows", rows_ / EtlRun::kPartitions}});
      if (fails && partition == EtlRun::kPartitions) step.fail("DiskFull", "no space left for the partition");
      step.end(now_ += plan_.loading);
    }
    if (fails) stage.fail("LoadError", "not all partitions were loaded");
    stage.end(now_);
    return !fails;
  }

  const EtlRun& plan_;
  Timestamp now_;
  Run run_;
  std::int64_t rows_ = 0;
};

}  // namespace

void record(xray::Client& client, const EtlRun& run) {
  Job(client, run).go();
}

}  // namespace simulate
