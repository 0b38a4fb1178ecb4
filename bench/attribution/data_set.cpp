#include "data_set.h"

#include <simdjson.h>

#include "replay/recordings.h"

namespace attribution {

using xray::Result;
using xray::Status;
using xray::StatusCode;
namespace fs = std::filesystem;

namespace {

/// Ok when all that is listed is within the recording.
Status checkMessages(const BlamedRun& run) {
  for (const Place& failure : run.listed) {
    if (failure.message < run.recording.messages) continue;
    return Status(StatusCode::InvalidArgument, "the annotations of " + run.recording.file + " have \"step_number\" " +
                                                   std::to_string(failure.message + 1) + ", but it has " +
                                                   std::to_string(run.recording.messages) + " messages");
  }
  return {};
}

}  // namespace

Result<std::vector<DataSet>> whoWhenSets(const fs::path& folder) {
  std::vector<DataSet> sets = {{"Who&When, hand-crafted", "magentic-one", {}},
                               {"Who&When, algorithm-generated", "captain-agent", {}}};
  std::map<std::string, RootCause> second;
  if (const fs::path file = folder / "agentrx_second_annotations.jsonl"; fs::exists(file)) {
    auto read = readRootCauses(file);
    if (!read) return read.status();
    second = std::move(*read);
  }
  const auto files = replay::findRecordings({folder.string()});
  if (!files) return files.status();
  for (const auto& file : *files) {
    auto recording = replay::readRecording(file);
    if (!recording) return recording.status();
    auto blamed = readMistake(file);
    if (!blamed) return blamed.status();
    BlamedRun run{std::move(*recording), std::move(*blamed), std::nullopt, {}};
    DataSet& set = run.recording.pipeline == sets[0].pipeline ? sets[0] : sets[1];
    // The second annotations are of Magentic-One's runs; Captain Agent had some of the same questions.
    if (&set == &sets[0]) {
      const auto found = second.find(std::get<std::string>(run.recording.task));
      if (found != second.end()) {
        run.second = found->second.cause;
        run.listed = found->second.failures;
      }
    }
    if (Status within = checkMessages(run); !within.ok()) return within;
    set.runs.push_back(std::move(run));
  }
  std::erase_if(sets, [](const DataSet& set) { return set.runs.empty(); });
  return sets;
}

Result<DataSet> tauSet(const fs::path& folder) {
  const fs::path annotations = folder / "retail_failure_annotations.jsonl";
  auto causes = readRootCauses(annotations);
  if (!causes) return causes.status();
  const auto files = replay::findRecordings({folder.string()});
  if (!files) return files.status();
  const auto wrong = [&](const std::string& what) {
    return Status(StatusCode::InvalidArgument, annotations.string() + ": " + what);
  };

  DataSet set{"tau-bench, retail", "tau-retail", {}};
  std::map<std::string, std::string> fileOf;
  for (const auto& file : *files) {
    if (!file.filename().string().starts_with("retail_task")) continue;
    auto recording = replay::readRecording(file);
    if (!recording) return recording.status();
    const auto* number = std::get_if<std::int64_t>(&recording->task);
    if (!number) return wrong(recording->file + " is no trajectory of tau-bench");
    const std::string task = std::to_string(*number);
    const auto cause = causes->find(task);
    if (cause == causes->end()) continue;
    if (const auto [at, isNew] = fileOf.emplace(task, recording->file); !isNew) {
      return wrong("trajectory_id " + task + " is of both " + at->second + " and " + recording->file);
    }
    BlamedRun run{std::move(*recording), cause->second.cause, std::nullopt, cause->second.failures};
    if (Status within = checkMessages(run); !within.ok()) return within;
    set.runs.push_back(std::move(run));
  }
  for (const auto& [task, cause] : *causes) {
    if (!fileOf.contains(task)) return wrong("no recording of trajectory_id " + task);
  }
  return set;
}

}  // namespace attribution
