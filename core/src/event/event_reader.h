#pragma once
// One event: from the members of a checked JSON object to typed facts (wire.md section 1).

#include <array>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "event/event_members.h"
#include "json/escapes.h"
#include "json/scanner.h"
#include "xray/event.h"
#include "xray/event_decoder.h"

namespace xray {

/// Applies `parse` to the characters of a string; nothing for another type. Tries them as they stand first: what is
/// looked for has no characters that need an escape.
template <typename Parse>
auto parseString(const JsonValue& value, Parse parse) -> decltype(parse(value.text)) {
  if (value.type != JsonType::String) return std::nullopt;
  const auto parsed = parse(json::insideQuotes(value));
  return parsed || json::insideQuotes(value).find('\\') == std::string_view::npos ? parsed : parse(value.string());
}

/// Something to tell about a batch as a whole: how often, and the first few places.
struct Remark {
  static constexpr std::size_t kExamples = 5;
  std::uint64_t count = 0;
  std::vector<std::string> examples;  // no text twice

  void add(std::string example);
};

/// Reads the events of one batch. One thread at a time.
class EventReader {
 public:
  /// Texts that cannot be views into the batch are added to `texts`.
  explicit EventReader(std::deque<std::string>& texts) : texts_(texts) {}

  /// Fills event.fact from the members of the event; event.line is set already. False when a rule is broken: error()
  /// says which.
  bool read(const std::vector<json::Member>& members, Event& event);
  std::string& error() { return error_; }

  const Remark& unknownMembers() const { return unknownMembers_; }
  /// Alterations outside steps; those of a step are in its violations.
  const Remark& altered() const { return altered_; }

 private:
  // The kinds of events.
  bool runStarted(RunStarted& run);
  bool stepStarted(StepEvent& step);
  bool stepEnded(StepEvent& step);
  bool stepIdentity(StepEvent& step);
  bool runEnded(RunEnded& run);
  bool schemaRegistered(SchemaRegistered& schema);

  /// Sorts the members into members_; returns those of known names, and counts the others.
  MemberSet sort(const std::vector<json::Member>& members, std::size_t& unknown);
  void noteUnknown(const std::vector<json::Member>& members);
  bool kind();
  bool fact(Event& event);

  // Members with rules of their own.
  bool schemaRef(std::optional<SchemaRefView>& ref);
  bool timeout(std::optional<Microseconds>& timeout);
  bool status(StepStatus& status);
  bool stepError(StepEvent& step);
  bool runError(RunEnded& run);
  bool lost(JsonText& lost);
  bool violations(StepEvent& step);
  void addAlterations(StepEvent& step);

  // Types (member_reader.cpp). `place` is what messages call the member.
  const json::Member* find(MemberName name) const { return members_[static_cast<std::size_t>(name)]; }
  /// The member; when it is missing nullptr, and error() says so.
  const json::Member* require(MemberName name);
  bool id(MemberName name, Id& id);
  bool optionalId(MemberName name, std::optional<Id>& id);
  bool parseId(std::string_view place, const JsonValue& value, Id& id);
  bool time(MemberName name, Timestamp& time);
  bool name(MemberName name, std::size_t maxBytes, std::string_view& text);
  /// A dot in `place` is a slash in the pointer of an alteration.
  bool parseName(std::string_view place, const JsonValue& value, std::size_t maxBytes, std::string_view& text);
  std::string_view escapedName(std::string_view place, const JsonValue& value);
  bool parseVersion(std::string_view place, const JsonValue& value, std::int64_t& version);
  static bool parseCount(const JsonValue& value, std::int64_t& count);
  bool optionalCount(MemberName name, std::optional<std::int64_t>& count);
  bool optionalObject(MemberName name, JsonText& text);
  bool requireObject(MemberName name, JsonText& text);
  bool parseObject(MemberName name, const json::Member& member, JsonText& text);
  bool parseText(std::string_view place, const JsonValue& value, std::string_view& text);

  /// The characters of a string, as a view into the batch where there are no escapes.
  std::string_view unescaped(const JsonValue& string);
  JsonText storable(MemberName name, const json::Member& member);

  /// `step.ended: "place" must be …, not …`
  bool fail(std::string_view place, std::string_view allowed, const JsonValue& found);
  bool fail(std::string_view place, std::string_view allowed, std::string_view found);
  bool failMissing(std::string_view place);
  std::string errorPrefix() const;

  std::deque<std::string>& texts_;
  std::array<const json::Member*, kMemberNames> members_{};
  EventKind kind_ = EventKind::RunStarted;
  bool kindKnown_ = false;
  std::vector<JsonAlteration> alterations_;  // of the event being read
  std::string error_;
  Remark unknownMembers_;
  Remark altered_;
};

}  // namespace xray
