#pragma once
// The names of wire.md section 1: events and their members.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace xray {

enum class EventKind : std::uint8_t { RunStarted, StepStarted, StepEnded, RunEnded, RunFailed, SchemaRegistered };

/// "run.started".
std::string_view eventName(EventKind kind);
std::optional<EventKind> findEventKind(std::string_view name);
const std::vector<std::string>& eventNames();

/// Members by their names; ordered by length, which findMember uses.
enum class MemberName : std::uint8_t {
  At,
  Seq,
  Name,
  Lost,
  Event,
  Error,
  RunId,
  Schema,
  Status,
  StepId,
  Version,
  Pipeline,
  Metadata,
  LastSeq,
  TimeoutS,
  StepType,
  Reasoning,
  InputData,
  StartedAt,
  Violations,
  Definition,
  OutputData,
  ParentRunId,
  ParentStepId
};
inline constexpr std::size_t kMemberNames = 24;

/// "run_id".
std::string_view memberName(MemberName name);
std::optional<MemberName> findMember(std::string_view name);

/// A set of members: one bit each.
using MemberSet = std::uint32_t;
constexpr MemberSet memberBit(MemberName name) {
  return MemberSet{1} << static_cast<unsigned>(name);
}

/// The members that events of the kind have.
MemberSet membersOf(EventKind kind);

}  // namespace xray
