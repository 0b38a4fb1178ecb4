#include "event/event_members.h"

#include <array>

namespace xray {
namespace {

constexpr std::array<std::string_view, 6> kEvents = {"run.started", "step.started", "step.ended",
                                                     "run.ended",   "run.failed",   "schema.registered"};

constexpr std::array<std::string_view, kMemberNames> kNames = {
    "at",         "seq",        "name",       "lost",        "event",         "error",
    "run_id",     "schema",     "status",     "step_id",     "version",       "pipeline",
    "metadata",   "last_seq",   "timeout_s",  "step_type",   "reasoning",     "input_data",
    "started_at", "violations", "definition", "output_data", "parent_run_id", "parent_step_id"};

constexpr std::size_t kLongestName = 14;

/// Where the names of each length begin in kNames: a look-up compares at most five.
constexpr auto kFirstOfLength = [] {
  std::array<std::size_t, kLongestName + 2> first{};
  for (std::size_t length = 0; length < first.size(); ++length) {
    while (first[length] < kNames.size() && kNames[first[length]].size() < length) ++first[length];
  }
  return first;
}();

constexpr MemberSet bits(std::initializer_list<MemberName> names) {
  MemberSet set = memberBit(MemberName::Event);
  for (const MemberName name : names) set |= memberBit(name);
  return set;
}

using enum MemberName;
constexpr std::array<MemberSet, kEvents.size()> kMembers = {
    bits({RunId, Pipeline, At, Schema, Metadata, TimeoutS, ParentRunId}),
    bits({RunId, StepId, Name, StepType, At, ParentStepId, Seq, InputData}),
    bits({RunId, StepId, Name, StepType, StartedAt, At, Status, ParentStepId, Seq, InputData, OutputData, Reasoning,
          Error, Violations}),
    bits({RunId, At, Metadata, LastSeq, Lost}),
    bits({RunId, At, Error, Metadata, LastSeq, Lost}),
    bits({Name, Version, Definition})};

}  // namespace

std::string_view eventName(EventKind kind) {
  return kEvents[static_cast<std::size_t>(kind)];
}

std::optional<EventKind> findEventKind(std::string_view name) {
  for (std::size_t i = 0; i < kEvents.size(); ++i) {
    if (kEvents[i] == name) return static_cast<EventKind>(i);
  }
  return std::nullopt;
}

const std::vector<std::string>& eventNames() {
  static const std::vector<std::string> names(kEvents.begin(), kEvents.end());
  return names;
}

std::string_view memberName(MemberName name) {
  return kNames[static_cast<std::size_t>(name)];
}

std::optional<MemberName> findMember(std::string_view name) {
  if (name.empty() || name.size() > kLongestName) return std::nullopt;
  for (std::size_t i = kFirstOfLength[name.size()]; i < kFirstOfLength[name.size() + 1]; ++i) {
    if (kNames[i].front() == name.front() && kNames[i] == name) return static_cast<MemberName>(i);
  }
  return std::nullopt;
}

MemberSet membersOf(EventKind kind) {
  return kMembers[static_cast<std::size_t>(kind)];
}

}  // namespace xray
