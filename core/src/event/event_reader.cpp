// The rules of each event. How single members are read is in member_reader.cpp.

#include "event/event_reader.h"

#include <algorithm>
#include <cmath>

#include "json/escapes.h"
#include "schema/violation_list.h"
#include "xray/text.h"

namespace xray {
namespace {

// A timeout is added to times, which must not overflow: longer ones (146,000 years) are cut.
constexpr Microseconds kLongestTimeout{std::int64_t{1} << 62};

std::string unescapedName(std::string_view raw) {
  std::string name;
  json::appendUnescaped(name, raw);
  return name;
}

std::optional<MemberName> findRawMember(std::string_view raw) {
  const auto name = findMember(raw);
  return name || raw.find('\\') == std::string_view::npos ? name : findMember(unescapedName(raw));
}

std::optional<StepStatus> findEndStatus(std::string_view name) {
  for (const StepStatus status : {StepStatus::Success, StepStatus::Error}) {
    if (name == toString(status)) return status;
  }
  return std::nullopt;
}

/// Members of the object that a checked text holds, null being as good as left out.
std::optional<JsonValue> presentMember(std::string_view object, std::string_view name) {
  const auto member = findJsonMember(object, name);
  return member && member->type != JsonType::Null ? member : std::nullopt;
}

}  // namespace

void Remark::add(std::string example) {
  ++count;
  if (examples.size() == kExamples) return;
  const bool known = std::find(examples.begin(), examples.end(), example) != examples.end();
  if (!known) examples.push_back(std::move(example));
}

bool EventReader::read(const std::vector<json::Member>& members, Event& event) {
  alterations_.clear();
  kindKnown_ = false;
  std::size_t unknown = 0;
  const MemberSet seen = sort(members, unknown);
  if (!kind() || !fact(event)) return false;
  if (unknown != 0 || (seen & ~membersOf(kind_)) != 0) noteUnknown(members);
  for (const JsonAlteration& alteration : alterations_) {
    altered_.add("line " + std::to_string(event.line) + ": " + quoted(alteration.pointer) + ": " + alteration.reason);
  }
  return true;
}

MemberSet EventReader::sort(const std::vector<json::Member>& members, std::size_t& unknown) {
  members_.fill(nullptr);
  MemberSet seen = 0;
  for (const json::Member& member : members) {
    const auto name = findRawMember(member.rawKey);
    if (!name) {
      ++unknown;
      continue;
    }
    seen |= memberBit(*name);
    // The last of the same name wins; null is as good as left out.
    members_[static_cast<std::size_t>(*name)] = member.value.type == JsonType::Null ? nullptr : &member;
  }
  return seen;
}

void EventReader::noteUnknown(const std::vector<json::Member>& members) {
  for (const json::Member& member : members) {
    const auto name = findRawMember(member.rawKey);
    if (!name || (memberBit(*name) & membersOf(kind_)) == 0) unknownMembers_.add(quoted(unescapedName(member.rawKey)));
  }
}

bool EventReader::kind() {
  const json::Member* member = require(MemberName::Event);
  if (member == nullptr) return false;
  const auto kind = parseString(member->value, findEventKind);
  if (kind) {
    kind_ = *kind;
    kindKnown_ = true;
    return true;
  }
  fail("event", "one of " + joinNames(eventNames()), member->value);
  if (member->value.type == JsonType::String) error_ += didYouMean(member->value.string(), eventNames());
  return false;
}

bool EventReader::fact(Event& event) {
  switch (kind_) {
    case EventKind::RunStarted:
      return runStarted(event.fact.emplace<RunStarted>());
    case EventKind::StepStarted:
      return stepStarted(event.fact.emplace<StepEvent>());
    case EventKind::StepEnded:
      return stepEnded(event.fact.emplace<StepEvent>());
    case EventKind::RunEnded:
    case EventKind::RunFailed:
      return runEnded(event.fact.emplace<RunEnded>());
    case EventKind::SchemaRegistered:
      return schemaRegistered(event.fact.emplace<SchemaRegistered>());
  }
  return false;
}

bool EventReader::runStarted(RunStarted& run) {
  return id(MemberName::RunId, run.runId) && name(MemberName::Pipeline, 200, run.pipeline) &&
         time(MemberName::At, run.at) && schemaRef(run.schema) && optionalObject(MemberName::Metadata, run.metadata) &&
         timeout(run.timeout) && optionalId(MemberName::ParentRunId, run.parentRunId);
}

bool EventReader::stepIdentity(StepEvent& step) {
  return id(MemberName::RunId, step.runId) && id(MemberName::StepId, step.stepId) &&
         name(MemberName::Name, 200, step.name) && name(MemberName::StepType, 100, step.stepType);
}

bool EventReader::stepStarted(StepEvent& step) {
  const bool ok = stepIdentity(step) && time(MemberName::At, step.startedAt) &&
                  optionalId(MemberName::ParentStepId, step.parentStepId) && optionalCount(MemberName::Seq, step.seq) &&
                  optionalObject(MemberName::InputData, step.inputData);
  if (ok) addAlterations(step);
  return ok;
}

bool EventReader::stepEnded(StepEvent& step) {
  const bool ok = stepIdentity(step) && time(MemberName::StartedAt, step.startedAt) &&
                  time(MemberName::At, step.endedAt.emplace()) && status(step.status) &&
                  optionalId(MemberName::ParentStepId, step.parentStepId) && optionalCount(MemberName::Seq, step.seq) &&
                  optionalObject(MemberName::InputData, step.inputData) &&
                  optionalObject(MemberName::OutputData, step.outputData) &&
                  optionalObject(MemberName::Reasoning, step.reasoning) && stepError(step) && violations(step);
  if (ok) addAlterations(step);
  return ok;
}

bool EventReader::runEnded(RunEnded& run) {
  run.failed = kind_ == EventKind::RunFailed;
  return id(MemberName::RunId, run.runId) && time(MemberName::At, run.at) && (!run.failed || runError(run)) &&
         optionalObject(MemberName::Metadata, run.metadata) && optionalCount(MemberName::LastSeq, run.lastSeq) &&
         lost(run.lost);
}

bool EventReader::schemaRegistered(SchemaRegistered& schema) {
  if (!name(MemberName::Name, 200, schema.name)) return false;
  const json::Member* version = require(MemberName::Version);
  if (version == nullptr || !parseVersion("version", version->value, schema.version)) return false;
  if (!requireObject(MemberName::Definition, schema.definition)) return false;
  schema.definition = texts_.emplace_back(canonicalJson(schema.definition));
  return true;
}

bool EventReader::schemaRef(std::optional<SchemaRefView>& ref) {
  JsonText schema;
  if (!optionalObject(MemberName::Schema, schema)) return false;
  if (schema.empty()) return true;
  const auto name = presentMember(schema, "name");
  if (!name) return failMissing("schema.name");
  const auto version = presentMember(schema, "version");
  if (!version) return failMissing("schema.version");
  SchemaRefView& read = ref.emplace();
  return parseName("schema.name", *name, 200, read.name) && parseVersion("schema.version", *version, read.version);
}

bool EventReader::timeout(std::optional<Microseconds>& timeout) {
  const json::Member* member = find(MemberName::TimeoutS);
  if (member == nullptr) return true;
  const double seconds = member->value.type == JsonType::Number ? member->value.number() : 0;
  if (!std::isfinite(seconds) || seconds <= 0) return fail("timeout_s", "a number of seconds above 0", member->value);
  const double micros = std::max(1.0, std::round(seconds * 1e6));
  const bool fits = micros < static_cast<double>(kLongestTimeout.count());
  timeout = fits ? Microseconds(static_cast<std::int64_t>(micros)) : kLongestTimeout;
  return true;
}

bool EventReader::status(StepStatus& status) {
  const json::Member* member = require(MemberName::Status);
  if (member == nullptr) return false;
  const auto parsed = parseString(member->value, findEndStatus);
  if (!parsed) return fail("status", "success or error", member->value);
  status = *parsed;
  return true;
}

bool EventReader::stepError(StepEvent& step) {
  if (!optionalObject(MemberName::Error, step.error)) return false;
  if (step.error.empty()) return true;
  const auto type = presentMember(step.error, "type");
  const auto message = presentMember(step.error, "message");
  return (!type || parseText("error.type", *type, step.errorType)) &&
         (!message || parseText("error.message", *message, step.errorMessage));
}

bool EventReader::runError(RunEnded& run) {
  if (!requireObject(MemberName::Error, run.error)) return false;
  const auto message = presentMember(run.error, "message");
  if (!message) return failMissing("error.message");
  const auto type = presentMember(run.error, "type");
  const auto stepId = presentMember(run.error, "step_id");
  return parseText("error.message", *message, run.errorMessage) &&
         (!type || parseText("error.type", *type, run.errorType)) &&
         (!stepId || parseId("error.step_id", *stepId, run.errorStepId.emplace()));
}

bool EventReader::lost(JsonText& lost) {
  if (!optionalObject(MemberName::Lost, lost)) return false;
  for (JsonCursor members(lost); members.next();) {
    std::int64_t count = 0;
    if (!parseCount(members.value(), count)) {
      return fail("lost." + members.key(), "an integer of at least 0", members.value());
    }
  }
  return true;
}

bool EventReader::violations(StepEvent& step) {
  const json::Member* member = find(MemberName::Violations);
  if (member == nullptr) return true;
  if (member->value.type != JsonType::Array) return fail("violations", "an array", member->value);
  step.violations = storable(MemberName::Violations, *member);
  for (JsonCursor entries(step.violations); entries.next(); ++step.violationCount) {
    const std::string place = "violations[" + std::to_string(step.violationCount) + "]";
    const JsonValue& entry = entries.value();
    if (entry.type != JsonType::Object) return fail(place, "an object", entry);
    const auto pointer = presentMember(entry.text, "pointer");
    const auto kind = presentMember(entry.text, "kind");
    const auto action = presentMember(entry.text, "action");
    const auto reason = presentMember(entry.text, "reason");
    if (!pointer) return failMissing(place + ".pointer");
    if (!kind) return failMissing(place + ".kind");
    if (!action) return failMissing(place + ".action");
    if (pointer->type != JsonType::String) return fail(place + ".pointer", "a JSON Pointer", *pointer);
    if (reason && reason->type != JsonType::String) return fail(place + ".reason", "a string", *reason);
    if (!findViolationKind(*kind)) return fail(place + ".kind", "one of " + joinNames(violationKindNames()), *kind);
    if (!findViolationAction(*action)) {
      return fail(place + ".action", "one of " + joinNames(violationActionNames()), *action);
    }
  }
  return true;
}

void EventReader::addAlterations(StepEvent& step) {
  if (alterations_.empty()) return;
  ViolationList list(step.violations);
  for (const JsonAlteration& alteration : alterations_) {
    list.add(alteration.pointer, ViolationKind::Altered, ViolationAction::Sanitized, alteration.reason);
  }
  alterations_.clear();
  step.violations = texts_.emplace_back(list.finish());
  step.violationCount = list.count();
}

}  // namespace xray
