#pragma once
// Recorded agent conversations (tau-bench's trajectories) as the steps that the agent took.

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "xray/status.h"

namespace replay {

/// What the agent did once: said something, or called a tool.
struct AgentStep {
  enum class Kind { Text, Call };
  Kind kind = Kind::Text;
  std::string name;                   // Call: the tool's
  std::string system;                 // Text, the first one only: the instructions the agent was given
  std::string heard;                  // Text: the message it reacts to
  std::string heardFrom;              // "user" or "tool"
  std::string text;                   // Text: what it said
  std::string arguments = "{}";       // Call: a JSON object
  std::optional<std::string> result;  // Call: as recorded; none when the recording ends before it
  bool resultIsJson = false;

  /// A call whose result begins with "Error", or that never had one.
  bool failed() const;
};

struct AgentRun {
  std::string file;    // its name alone
  std::string domain;  // "airline": the file's name up to the first "_"
  std::int64_t task = 0;
  std::int64_t trial = 0;
  double reward = 0;
  std::vector<AgentStep> steps;  // in the order of the conversation
};

/// Reads one recording.
///   NotFound         no such file
///   InvalidArgument  not JSON, or a member is missing or of another type; the message names the file and the member
xray::Result<AgentRun> readTauFile(const std::filesystem::path& file);

/// The files named, and the *.json files of the directories named, sorted by path.
///   NotFound  a path that does not exist, or nothing found at all
xray::Result<std::vector<std::filesystem::path>> findRecordings(const std::vector<std::string>& paths);

}  // namespace replay
