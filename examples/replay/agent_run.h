#pragma once
// A recorded agent run, whatever format it comes in: the steps that the agents took, with what their program knew.

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace replay {

struct AgentError {
  std::string type;
  std::string message;
};

/// What an agent did once: said something, or called a tool.
struct AgentStep {
  enum class Kind { Text, Call };
  Kind kind = Kind::Text;
  std::string agent;
  std::string name;
  std::string type;                   // the step type to record
  std::size_t message = 0;            // which message of the recording this step is, from 0
  std::string system;                 // Text, the first one only: the instructions the agent was given
  std::string heard;                  // Text: the message it reacts to
  std::string heardFrom;              // whose that is; empty: there is none
  std::string text;                   // Text: what it said
  std::string arguments = "{}";       // Call: a JSON object
  std::optional<std::string> result;  // Call: as recorded; none when the recording ends before it
  bool resultIsJson = false;
  std::optional<AgentError> error;  // as the program saw it while it ran
};

struct AgentRun {
  std::string file;      // its name alone
  std::string pipeline;  // what it is recorded as
  std::variant<std::int64_t, std::string> task;
  std::optional<std::int64_t> trial;
  std::optional<double> reward;
  std::size_t messages = 0;         // that the recording has
  std::vector<AgentStep> steps;     // in the order of the conversation
  std::optional<AgentError> error;  // why the run failed, as the program or its check of the answer saw it
};

}  // namespace replay
