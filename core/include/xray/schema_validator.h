#pragma once
// Checks steps against schemas (wire.md section 4). key-list is built in; plugins bring others: json-schema-validator.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "xray/event.h"
#include "xray/status.h"

namespace xray {

enum class ViolationKind { UnknownKey, UnknownStepType, WrongType, MissingKey, Altered };
enum class ViolationAction { Warned, Sanitized, Rejected };
std::string_view toString(ViolationKind kind);      // "unknown_key"
std::string_view toString(ViolationAction action);  // "warned"

/// What to do with a step that violates its schema.
enum class ValidationMode { Warn, Sanitize, Reject };
std::string_view toString(ValidationMode mode);

struct Violation {
  std::string pointer;  // JSON Pointer into the step: "/reasoning/foo", "/step_type"
  ViolationKind kind = ViolationKind::UnknownKey;
  std::string reason;  // for people; empty when the kind says it all
};

/// What a validator looks at. Empty JSON counts as {}.
struct StepContent {
  std::string_view stepType;
  JsonText inputData;
  JsonText outputData;
  JsonText reasoning;
  bool ended = true;  // of a step that still runs only what is there is checked: nothing is missing yet
};

/// One schema version, compiled. Immutable, thread-safe; may outlive the validator that made it.
class CompiledSchema {
 public:
  virtual ~CompiledSchema() = default;
  /// Appends what is wrong with the step, each pointer and kind once; nothing for a clean one. Called for every step,
  /// by the SDK's background thread and the backend: it must not be slow for any payload. The key list does not
  /// allocate for a clean step; other validators say what they cost.
  virtual void check(const StepContent& step, std::vector<Violation>& violations) const = 0;
};

/// Turns definitions into checks. Thread-safe.
class SchemaValidator {
 public:
  virtual ~SchemaValidator() = default;
  /// `definition` is a JSON object that passed checkJson.
  ///   InvalidArgument  it is no definition of this validator's kind; the message names the place:
  ///   `/steps/llm/reasoning/2: …`
  virtual Result<std::unique_ptr<CompiledSchema>> compile(JsonText definition) const = 0;
};

/// The `key-list` definitions of wire.md section 4. A definition lists at most 10,000 keys (entries of all sections,
/// refinements by step type included) and 1,000 step types (in `step_types` and in `steps`, each); a larger one is an
/// InvalidArgument at the first entry beyond: `/reasoning/10000: too many keys (a definition has at most 10000, …)`.
std::unique_ptr<SchemaValidator> makeKeyListValidator();

/// The keys that a definition wants to be found fast, refinements by step type included: those with `index: true` of a
/// key list, or the properties with `"x-index": true` where sections are JSON Schemas. Each (section, key) comes once;
/// none come of anything else.
struct IndexWish {
  std::string section;  // "input_data", "output_data", "reasoning"
  std::string key;
};
std::vector<IndexWish> indexWishes(JsonText definition);

/// A checked step: what to store instead of what came. Texts are empty where nothing changed.
struct Enforcement {
  bool rejected = false;
  std::string rejectDetail;  // for the `rejected` entry: the first violations, for people
  bool changed = false;      // the members below replace the step's where not empty
  std::string stepType;
  std::string inputData;
  std::string outputData;
  std::string reasoning;
  std::string violations;  // `reported` and what was found, as a JSON array
  std::uint32_t violationCount = 0;
};

/// Applies `mode` to a step: the one place where SDK and backend decide. `reported` are the violations the step brings
/// along (JSON array); one of the same pointer and kind is not added again. Sanitize removes offending keys (not
/// missing ones) and turns an unknown step type into "unclassified". At most 1,000 violations are added one by one,
/// those beyond as one last entry with their number. Does not allocate for a clean step.
Enforcement enforceSchema(const CompiledSchema& schema, ValidationMode mode, const StepContent& step,
                          JsonText reported);

}  // namespace xray
