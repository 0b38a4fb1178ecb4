#pragma once
// Pipeline 2, support-agent: a language model that answers tickets with the help of tools. Planted: its tools cause
// most crashes of all pipelines. Calls of tools that fail and are tried again with success are no problem.

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "simulate/day.h"

namespace simulate {

inline constexpr const char* kAgentPipeline = "support-agent";

struct AgentTurn {
  bool tool = false;  // else the language model
  std::string name;
  xray::Microseconds took{};
  std::string error;  // its type; empty: none
};

struct AgentRun {
  xray::Timestamp start;
  std::string ticket;  // names the run, in its metadata
  std::vector<AgentTurn> turns;
  /// The turn that the run crashes because of; another one may fail after it.
  std::optional<std::size_t> culprit;
};

std::vector<AgentRun> planTickets(const Day& day, Dice dice);

/// The step type of a turn.
inline const char* typeOf(const AgentTurn& turn) {
  return turn.tool ? "tool" : "llm";
}

}  // namespace simulate
