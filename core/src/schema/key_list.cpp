#include "schema/key_list.h"

#include <algorithm>

#include "xray/text.h"

namespace xray {
namespace {

constexpr std::array<std::string_view, kSections> kSectionNames = {"input_data", "output_data", "reasoning"};
constexpr std::array kTypes = {JsonType::String, JsonType::Number, JsonType::Boolean, JsonType::Object,
                               JsonType::Array};

// Of a place in a message: names can be long.
constexpr std::size_t kMaxPlaceBytes = 400;

std::string shown(const JsonValue& value) {
  if (value.type == JsonType::String) return quoted(value.string());
  if (value.type == JsonType::Object) return "an object";
  if (value.type == JsonType::Array) return "an array";
  return std::string(value.text.substr(0, 40));
}

std::optional<std::size_t> findSection(std::string_view name) {
  const auto at = std::find(kSectionNames.begin(), kSectionNames.end(), name);
  if (at == kSectionNames.end()) return std::nullopt;
  return static_cast<std::size_t>(at - kSectionNames.begin());
}

/// Reads one definition. The functions return false once fail() was called.
class Reader {
 public:
  bool definition(JsonText text);
  Status failure() const { return Status(StatusCode::InvalidArgument, error_); }
  KeyList& result() { return list_; }

 private:
  bool stepTypes(const JsonValue& value);
  bool steps(const JsonValue& value);
  bool refinement(const std::string& stepType, const JsonValue& value);
  bool section(const JsonValue& value, SectionRules& rules);
  bool entry(const JsonValue& value, KeyRule& rule);
  bool entryMember(const JsonCursor& member, KeyRule& rule, bool& keyGiven);
  bool type(const JsonValue& value, KeyRule& rule);
  bool flag(const JsonValue& value, bool& flag);

  bool typeFits(std::size_t index) {
    return index < kMaxStepTypes ||
           fail("too many step types (a definition has at most " + std::to_string(kMaxStepTypes) + ")");
  }
  bool fail(std::string_view text) {
    error_ = place_.empty() ? "definition" : place_.substr(0, kMaxPlaceBytes);
    error_ += ": ";
    error_ += text;
    return false;
  }
  bool failUnknown(const std::string& name, const std::vector<std::string>& allowed) {
    return fail("unknown member " + quoted(name) + didYouMean(name, allowed) + " (members: " + joinNames(allowed) +
                ")");
  }

  /// Appends a token to place_ for as long as it lives.
  class Inside {
   public:
    Inside(Reader& reader, std::string_view token) : place_(reader.place_), size_(place_.size()) {
      appendPointerToken(place_, token);
    }
    Inside(const Inside&) = delete;
    Inside& operator=(const Inside&) = delete;
    ~Inside() { place_.resize(size_); }

   private:
    std::string& place_;
    std::size_t size_;
  };

  KeyList list_;
  std::size_t keys_ = 0;  // listed so far, in all sections
  std::string place_;     // JSON Pointer of what is being read
  std::string error_;
};

bool Reader::definition(JsonText text) {
  static const std::vector<std::string> kMembers = {"step_types", "input_data", "output_data", "reasoning", "steps"};
  const JsonValue whole = jsonValue(text);
  if (whole.type != JsonType::Object) return fail("must be an object, not " + shown(whole));
  std::optional<JsonValue> refinements;
  for (JsonCursor members(whole.text); members.next();) {
    const std::string name = members.key();
    const Inside inside(*this, name);
    const auto at = findSection(name);
    bool ok = true;
    if (name == "step_types") {
      ok = stepTypes(members.value());
    } else if (name == "steps") {
      refinements = members.value();
    } else if (at) {
      ok = section(members.value(), list_.general[*at]);
    } else {
      place_.clear();
      return failUnknown(name, kMembers);
    }
    if (!ok) return false;
  }
  // Last, whatever the order of the members: they build on the others.
  return !refinements || steps(*refinements);
}

bool Reader::stepTypes(const JsonValue& value) {
  if (value.type != JsonType::Array) return fail("must be an array of strings, not " + shown(value));
  list_.typesGiven = true;
  list_.stepTypes.clear();
  std::size_t index = 0;
  for (JsonCursor types(value.text); types.next(); ++index) {
    const Inside inside(*this, std::to_string(index));
    if (!typeFits(index)) return false;
    if (types.value().type != JsonType::String) return fail("must be a string, not " + shown(types.value()));
    list_.stepTypes.push_back(types.value().string());
  }
  std::sort(list_.stepTypes.begin(), list_.stepTypes.end());
  return true;
}

bool Reader::steps(const JsonValue& value) {
  const Inside inside(*this, "steps");
  if (value.type != JsonType::Object) return fail("must be an object, not " + shown(value));
  std::size_t index = 0;
  for (JsonCursor members(value.text); members.next(); ++index) {
    const std::string stepType = members.key();
    const Inside insideType(*this, stepType);
    if (!typeFits(index)) return false;
    if (list_.typesGiven && !std::binary_search(list_.stepTypes.begin(), list_.stepTypes.end(), stepType)) {
      return fail("is not one of step_types" + didYouMean(stepType, list_.stepTypes));
    }
    if (!refinement(stepType, members.value())) return false;
  }
  return true;
}

bool Reader::refinement(const std::string& stepType, const JsonValue& value) {
  static const std::vector<std::string> kMembers(kSectionNames.begin(), kSectionNames.end());
  if (value.type != JsonType::Object) return fail("must be an object, not " + shown(value));
  StepRules rules;
  for (JsonCursor members(value.text); members.next();) {
    const std::string name = members.key();
    const auto at = findSection(name);
    if (!at) return failUnknown(name, kMembers);
    const Inside inside(*this, name);
    if (!section(members.value(), rules[*at])) return false;
  }
  list_.refined.insert_or_assign(stepType, std::move(rules));
  return true;
}

bool Reader::section(const JsonValue& value, SectionRules& rules) {
  if (value.type != JsonType::Array) return fail("must be an array of keys, not " + shown(value));
  rules.given = true;
  rules.keys.clear();
  std::size_t index = 0;
  for (JsonCursor entries(value.text); entries.next(); ++index) {
    const Inside inside(*this, std::to_string(index));
    if (++keys_ > kMaxKeys) {
      return fail("too many keys (a definition has at most " + std::to_string(kMaxKeys) +
                  ", all sections and steps together)");
    }
    if (!entry(entries.value(), rules.keys.emplace_back())) return false;
  }
  rules.requiredKeys = static_cast<std::size_t>(
      std::count_if(rules.keys.begin(), rules.keys.end(), [](const KeyRule& rule) { return rule.required; }));
  const auto byKey = [](const KeyRule& a, const KeyRule& b) { return a.key < b.key; };
  std::sort(rules.keys.begin(), rules.keys.end(), byKey);
  const auto same = [](const KeyRule& a, const KeyRule& b) { return a.key == b.key; };
  const auto twice = std::adjacent_find(rules.keys.begin(), rules.keys.end(), same);
  return twice == rules.keys.end() || fail("the key " + quoted(twice->key) + " is listed twice");
}

bool Reader::entry(const JsonValue& value, KeyRule& rule) {
  if (value.type == JsonType::String) {
    rule.key = value.string();
    return true;
  }
  if (value.type != JsonType::Object) return fail("must be a key or an object with \"key\", not " + shown(value));
  bool keyGiven = false;
  for (JsonCursor members(value.text); members.next();) {
    if (!entryMember(members, rule, keyGiven)) return false;
  }
  return keyGiven || fail("missing \"key\"");
}

bool Reader::entryMember(const JsonCursor& member, KeyRule& rule, bool& keyGiven) {
  static const std::vector<std::string> kMembers = {"key", "type", "required", "index"};
  const std::string name = member.key();
  const JsonValue& value = member.value();
  if (std::find(kMembers.begin(), kMembers.end(), name) == kMembers.end()) return failUnknown(name, kMembers);
  const Inside inside(*this, name);
  if (name == "type") return type(value, rule);
  if (name == "required") return flag(value, rule.required);
  if (name == "index") return flag(value, rule.index);
  if (value.type != JsonType::String) return fail("must be a string, not " + shown(value));
  rule.key = value.string();
  keyGiven = true;
  return true;
}

bool Reader::type(const JsonValue& value, KeyRule& rule) {
  std::vector<std::string> names;
  for (const JsonType type : kTypes) {
    if (value.type == JsonType::String && value.stringEquals(toString(type))) {
      rule.type = type;
      return true;
    }
    names.emplace_back(toString(type));
  }
  const std::string near = value.type == JsonType::String ? didYouMean(value.string(), names) : std::string();
  return fail("must be one of " + joinNames(names) + ", not " + shown(value) + near);
}

bool Reader::flag(const JsonValue& value, bool& flag) {
  if (value.type != JsonType::Boolean) return fail("must be true or false, not " + shown(value));
  flag = value.boolean();
  return true;
}

}  // namespace

std::string_view sectionName(std::size_t section) {
  return kSectionNames[section];
}

const KeyRule* SectionRules::find(const JsonCursor& member) const {
  const std::string_view raw = member.rawKey();
  if (raw.find('\\') != std::string_view::npos) {
    const auto at =
        std::find_if(keys.begin(), keys.end(), [&](const KeyRule& rule) { return member.keyEquals(rule.key); });
    return at == keys.end() ? nullptr : &*at;
  }
  const auto at = std::lower_bound(keys.begin(), keys.end(), raw,
                                   [](const KeyRule& rule, std::string_view key) { return rule.key < key; });
  return at == keys.end() || at->key != raw ? nullptr : &*at;
}

const StepRules* KeyList::refinement(std::string_view stepType) const {
  const auto at = refined.find(stepType);
  return at == refined.end() ? nullptr : &at->second;
}

Result<KeyList> readKeyList(JsonText definition) {
  Reader reader;
  if (!reader.definition(definition)) return reader.failure();
  return std::move(reader.result());
}

}  // namespace xray
