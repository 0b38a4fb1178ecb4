#include "schema/violation_list.h"

#include <array>

namespace xray {
namespace {

constexpr std::array kKinds = {ViolationKind::UnknownKey, ViolationKind::UnknownStepType, ViolationKind::WrongType,
                               ViolationKind::MissingKey, ViolationKind::Altered};
constexpr std::array kActions = {ViolationAction::Warned, ViolationAction::Sanitized, ViolationAction::Rejected};

std::string identity(ViolationKind kind, std::string_view pointer) {
  std::string text(toString(kind));
  text += ' ';
  text += pointer;
  return text;
}

template <typename Values>
std::optional<typename Values::value_type> find(const Values& values, const JsonValue& text) {
  if (text.type != JsonType::String) return std::nullopt;
  for (const auto value : values) {
    if (text.stringEquals(toString(value))) return value;
  }
  return std::nullopt;
}

template <typename Values>
std::vector<std::string> namesOf(const Values& values) {
  std::vector<std::string> names;
  for (const auto value : values) names.emplace_back(toString(value));
  return names;
}

}  // namespace

const std::vector<std::string>& violationKindNames() {
  static const std::vector<std::string> names = namesOf(kKinds);
  return names;
}

const std::vector<std::string>& violationActionNames() {
  static const std::vector<std::string> names = namesOf(kActions);
  return names;
}

std::optional<ViolationKind> findViolationKind(const JsonValue& text) {
  return find(kKinds, text);
}

std::optional<ViolationAction> findViolationAction(const JsonValue& text) {
  return find(kActions, text);
}

ViolationList::ViolationList(JsonText reported) {
  for (JsonCursor entries(reported); entries.next(); ++count_) {
    if (count_ != 0) text_ += ',';
    text_ += entries.value().text;
    const auto pointer = findJsonMember(entries.value().text, "pointer");
    const auto kind = findJsonMember(entries.value().text, "kind");
    if (!pointer || pointer->type != JsonType::String || !kind) continue;
    if (const auto known = findViolationKind(*kind)) known_.insert(identity(*known, pointer->string()));
  }
}

bool ViolationList::add(std::string_view pointer, ViolationKind kind, ViolationAction action, std::string_view reason) {
  if (added_ == kMaxAdded) {
    if (known_.contains(identity(kind, pointer))) return false;
    ++notListed_;
    lastKind_ = kind;
    lastAction_ = action;
    return true;
  }
  if (!known_.insert(identity(kind, pointer)).second) return false;
  ++added_;
  append(pointer, kind, action, reason);
  return true;
}

void ViolationList::append(std::string_view pointer, ViolationKind kind, ViolationAction action,
                           std::string_view reason) {
  if (count_++ != 0) text_ += ',';
  JsonWriter json(text_);
  json.beginObject().key("pointer").string(pointer);
  json.key("kind").string(toString(kind)).key("action").string(toString(action));
  if (!reason.empty()) json.key("reason").string(reason);
  json.endObject();
}

std::string ViolationList::finish() {
  if (notListed_ != 0) append("", lastKind_, lastAction_, std::to_string(notListed_) + " more are not listed");
  notListed_ = 0;
  text_ += ']';
  return std::move(text_);
}

}  // namespace xray
