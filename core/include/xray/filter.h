#pragma once
// The filter language of query.md section 1 as a typed tree. Parsing checks everything; whoever evaluates or lowers a
// tree meets only combinations that the comments here allow.

#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "xray/event.h"
#include "xray/status.h"
#include "xray/time.h"

namespace xray {

/// What a filter selects.
enum class Entity { Run, Step };

/// Every field of the language. Those of a run may also stand in a step's filter, as run.<field>.
enum class Field {
  // of a run
  RunId,
  ParentRunId,
  Pipeline,
  RunStatus,
  RunStartedAt,
  RunEndedAt,
  LastActivityAt,
  RunDuration,
  StepCount,
  ErrorCount,
  MissingSteps,
  RunViolationCount,
  SchemaName,
  SchemaVersion,
  RunErrorType,
  RunErrorMessage,
  Metadata,
  // of a step; StepRunId is its run_id
  StepId,
  StepRunId,
  ParentStepId,
  Name,
  StepType,
  StepStatus,
  StepStartedAt,
  StepEndedAt,
  StepDuration,
  Seq,
  StepViolationCount,
  SchemaChecked,
  StepErrorType,
  StepErrorMessage,
  InputData,
  OutputData,
  Reasoning
};

enum class FieldType { Id, String, RunStatus, StepStatus, Time, Duration, Number, Boolean, Json };
FieldType typeOf(Field field);
/// Whose field it is: Run for RunId..Metadata, Step for the rest.
Entity entityOf(Field field);
/// The name within its entity: "started_at", "error.type", "reasoning".
std::string_view nameOf(Field field);

enum class Comparator { Equal, NotEqual, Less, LessEqual, Greater, GreaterEqual, Has, Present };

/// Text, number or truth for JSON fields; otherwise the one that fits the field's type.
using Literal =
    std::variant<std::monostate, std::string, double, bool, Timestamp, Microseconds, Id, RunStatus, StepStatus>;

/// `field comparator literal`. Allowed:
///   Id, RunStatus, StepStatus, Boolean   Equal, NotEqual, Present
///   Time, Duration, Number               all but Has
///   String                               all; Has = contains
///   Json                                 all; Has takes string, number or bool; Less… not with bool
/// Present has no literal (monostate). With the field missing, or JSON null, every comparison is false, and so it is
/// with a JSON value of another type than the literal (NotEqual too). Numbers, those of plain fields included, are
/// compared as doubles. A bool or double is never Has in an object; Has of a text in a JSON array is equality with an
/// element, in an object the name of a member.
struct Restriction {
  Field field;
  std::vector<std::string> path;  // only for Json fields, at least one name
  Comparator comparator;
  Literal literal;
};

struct FilterNode {
  enum class Kind { And, Or, Not, Restriction, AnyStep };
  Kind kind;
  std::vector<std::unique_ptr<FilterNode>> children;  // And, Or: 2 or more; Not, AnyStep: 1
  Restriction restriction{};                          // only for Restriction
};

struct Filter {
  Entity entity = Entity::Run;
  std::unique_ptr<FilterNode> root;  // null: everything matches
};

/// Limits of query.md section 1.
inline constexpr std::size_t kMaxFilterBytes = 4096;
inline constexpr std::size_t kMaxFilterRestrictions = 50;
inline constexpr std::size_t kMaxFilterDepth = 16;

/// Reads a filter over `entity`; empty or blank text matches everything. `now` is what ago(…) counts from.
///   InvalidArgument  `filter:18: unknown field "reasonng.x"; did you mean "reasoning.x"?`; position() is the offset
///   from 0
///                    (the message counts from 1)
Result<Filter> parseFilter(std::string_view text, Entity entity, Timestamp now);

}  // namespace xray
