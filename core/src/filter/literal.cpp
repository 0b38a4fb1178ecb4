#include "filter/literal.h"

#include <array>
#include <charconv>
#include <span>

#include "xray/text.h"

namespace xray::filter {
namespace {

constexpr std::array kRunStatuses{RunStatus::Running, RunStatus::Completed, RunStatus::Crashed, RunStatus::Incomplete};
constexpr std::array kStepStatuses{StepStatus::Running, StepStatus::Success, StepStatus::Error};

/// Takes digits from the front; how many.
std::size_t takeDigits(std::string_view& text) {
  std::size_t count = 0;
  while (count < text.size() && text[count] >= '0' && text[count] <= '9') ++count;
  text.remove_prefix(count);
  return count;
}

/// True for a number as RFC 8259 writes it.
bool isJsonNumber(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  const bool leadingZero = text.starts_with('0');
  const std::size_t whole = takeDigits(text);
  if (whole == 0 || (leadingZero && whole > 1)) return false;
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    if (takeDigits(text) == 0) return false;
  }
  if (text.starts_with('e') || text.starts_with('E')) {
    text.remove_prefix(1);
    if (text.starts_with('+') || text.starts_with('-')) text.remove_prefix(1);
    if (takeDigits(text) == 0) return false;
  }
  return text.empty();
}

/// True for what somebody meant as a number although it is none: ".5", "1.", "007", "+1".
bool looksLikeNumber(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  if (text.empty() || std::string_view("0123456789.-").find(text[0]) == std::string_view::npos) return false;
  if (text.find_first_of("0123456789") == std::string_view::npos) return false;
  double ignored = 0;
  const char* end = text.data() + text.size();
  return std::from_chars(text.data(), end, ignored).ptr == end;
}

std::string_view comparatorsOf(FieldType type) {
  switch (type) {
    case FieldType::Id:
    case FieldType::RunStatus:
    case FieldType::StepStatus:
    case FieldType::Boolean:
      return "=, != and :*";
    case FieldType::Time:
    case FieldType::Duration:
    case FieldType::Number:
      return "=, !=, <, <=, >, >= and :*";
    case FieldType::String:
    case FieldType::Json:
      break;
  }
  return "=, !=, <, <=, >, >=, : and :*";
}

bool takesComparator(FieldType type, Comparator comparator) {
  if (comparator == Comparator::Equal || comparator == Comparator::NotEqual || comparator == Comparator::Present)
    return true;
  if (type == FieldType::String || type == FieldType::Json) return true;
  const bool ordered = type == FieldType::Time || type == FieldType::Duration || type == FieldType::Number;
  return ordered && comparator != Comparator::Has;
}

template <typename StatusType>
std::vector<std::string> namesOf(std::span<const StatusType> statuses) {
  std::vector<std::string> names;
  for (const StatusType status : statuses) names.emplace_back(toString(status));
  return names;
}

std::string needOf(FieldType type) {
  switch (type) {
    case FieldType::Id:
      return "a UUID such as 0198f0c2-7d2a-7b44-9c1d-2f0a5e6b7c8d";
    case FieldType::String:
      return "text: a word, or anything in quotes";
    case FieldType::RunStatus:
      return "one of " + joinNames(namesOf(std::span<const RunStatus>(kRunStatuses)));
    case FieldType::StepStatus:
      return "one of " + joinNames(namesOf(std::span<const StepStatus>(kStepStatuses)));
    case FieldType::Time:
      return "an RFC 3339 time with Z or an offset such as 2026-11-22T16:07:00Z, or ago(24h)";
    case FieldType::Duration:
      return "a duration such as 250ms or 5m";
    case FieldType::Number:
      return "a number such as 5 or -1.5e3";
    case FieldType::Boolean:
      return "true or false";
    case FieldType::Json:
      return "a number, a text, true or false";
  }
  return {};
}

/// One literal on its way into a restriction.
class LiteralFit {
 public:
  LiteralFit(std::string_view field, FieldType type, const RawLiteral& raw) : field_(field), type_(type), raw_(raw) {}

  Result<Literal> fit() const {
    switch (type_) {
      case FieldType::Id:
        return orRefuse(word() ? Id::parse(raw_.text) : std::nullopt);
      case FieldType::String:
        return text();
      case FieldType::RunStatus:
        return status(std::span<const RunStatus>(kRunStatuses));
      case FieldType::StepStatus:
        return status(std::span<const StepStatus>(kStepStatuses));
      case FieldType::Time:
        return time();
      case FieldType::Duration:
        return orRefuse(bare() ? parseDuration(raw_.text) : std::nullopt);
      case FieldType::Number:
        return bare() && isJsonNumber(raw_.text) ? number() : Result<Literal>(refuse());
      case FieldType::Boolean:
        return bare() && isTruth() ? Literal(raw_.text == "true") : Result<Literal>(refuse());
      case FieldType::Json:
        return json();
    }
    return refuse();
  }

 private:
  bool bare() const { return raw_.kind == RawLiteral::Kind::Bareword; }
  bool word() const { return bare() || raw_.kind == RawLiteral::Kind::Quoted; }
  bool isTruth() const { return raw_.text == "true" || raw_.text == "false"; }

  Status refuse(const std::string& hint = {}) const {
    std::string found = quoted(raw_.text);
    if (raw_.kind == RawLiteral::Kind::Quoted) found = "the text " + found;
    if (raw_.kind == RawLiteral::Kind::Ago) found = "ago(…), which is a time";
    return errorAt(raw_.position, std::string(field_) + " needs " + needOf(type_) + ", not " + found + hint);
  }

  template <typename Value>
  Result<Literal> orRefuse(const std::optional<Value>& value) const {
    if (!value) return refuse();
    return Literal(*value);
  }

  Result<Literal> text() const {
    if (!word()) return refuse();
    if (!bare()) return Literal(raw_.text);
    if (isTruth() || isJsonNumber(raw_.text) || looksLikeNumber(raw_.text))
      return refuse("; quote it to mean the text");
    return bareText();
  }

  Result<Literal> json() const {
    if (!word()) return refuse();
    if (!bare()) return Literal(raw_.text);
    if (isTruth()) return Literal(raw_.text == "true");
    if (isJsonNumber(raw_.text)) return number();
    if (looksLikeNumber(raw_.text)) {
      return errorAt(raw_.position,
                     quoted(raw_.text) + " is not written as a JSON number (such as 0.5); quote it to mean the text");
    }
    return bareText();
  }

  /// null would be a comparison that is false for every row, so it is refused instead of taken as a word.
  Result<Literal> bareText() const {
    if (raw_.text != "null") return Literal(raw_.text);
    return errorAt(raw_.position, "nothing equals null; write NOT " + std::string(field_) +
                                      ":* for missing, or quote it to mean the text");
  }

  Result<Literal> number() const {
    double value = 0;
    const auto [stop, error] = std::from_chars(raw_.text.data(), raw_.text.data() + raw_.text.size(), value);
    if (error != std::errc())
      return errorAt(raw_.position, "the number " + quoted(raw_.text) + " is outside the range of a double");
    return Literal(value);
  }

  Result<Literal> time() const {
    if (raw_.kind == RawLiteral::Kind::Ago) return Literal(raw_.time);
    const auto time = parseTimestamp(raw_.text);
    if (time) return Literal(*time);
    const bool naive = parseTimestamp(raw_.text + "Z").has_value();
    return refuse(naive ? "; add Z or an offset" : "");
  }

  template <typename StatusType>
  Result<Literal> status(std::span<const StatusType> statuses) const {
    if (!word()) return refuse();
    for (const StatusType status : statuses) {
      if (toString(status) == raw_.text) return Literal(status);
    }
    return refuse(didYouMean(raw_.text, namesOf(statuses)));
  }

  std::string_view field_;
  FieldType type_;
  const RawLiteral& raw_;
};

/// Takes `(duration)`.
Result<Timestamp> readAgo(Scanner& in, Timestamp now) {
  in.accept('(');
  in.skipSpace();
  const std::size_t start = in.position();
  const std::string found = in.describeNext();
  const auto duration = parseDuration(in.bareword());
  if (!duration) return errorAt(start, "ago needs a duration such as 250ms or 5m, not " + found);
  constexpr Timestamp kFirst = std::chrono::sys_days(std::chrono::year(1) / 1 / 1);
  if (now - kFirst < *duration) return errorAt(start, "ago(" + formatDuration(*duration) + ") is before the year 1");
  in.skipSpace();
  if (!in.accept(')'))
    return errorAt(in.position(), "expected \")\" after the duration of ago, found " + in.describeNext());
  return now - *duration;
}

}  // namespace

Result<RawLiteral> readLiteral(Scanner& in, std::string_view sign, Timestamp now) {
  RawLiteral literal;
  literal.position = in.position();
  if (in.atQuote()) {
    auto text = in.quotedText();
    if (!text) return text.status();
    literal.kind = RawLiteral::Kind::Quoted;
    literal.text = std::move(*text);
    return literal;
  }
  const std::string found = in.describeNext();
  literal.text = in.bareword();
  if (literal.text == "AND" || literal.text == "OR" || literal.text == "NOT") {
    return errorAt(literal.position,
                   "expected a value after " + std::string(sign) + ", found " + found + "; quote it to mean the text");
  }
  if (literal.text.empty())
    return errorAt(literal.position, "expected a value after " + std::string(sign) + ", found " + found);
  if (literal.text == "*") literal.kind = RawLiteral::Kind::Star;
  Scanner ahead = in;
  ahead.skipSpace();
  if (literal.text == "ago" && ahead.peek() == '(') {
    in = ahead;
    auto time = readAgo(in, now);
    if (!time) return time.status();
    literal.kind = RawLiteral::Kind::Ago;
    literal.time = *time;
  }
  return literal;
}

Result<Restriction> makeRestriction(Restriction target, std::string_view shown, const ComparatorAt& comparator,
                                    const RawLiteral& literal) {
  const FieldType type = typeOf(target.field);
  const bool star = literal.kind == RawLiteral::Kind::Star;
  target.comparator = star && comparator.comparator == Comparator::Has ? Comparator::Present : comparator.comparator;
  if (!takesComparator(type, target.comparator)) {
    return errorAt(comparator.position, std::string(shown) + " takes " + std::string(comparatorsOf(type)) + ", not " +
                                            std::string(comparator.sign));
  }
  if (target.comparator == Comparator::Present) return target;
  if (star) return errorAt(literal.position, "* stands only after \":\" (present); quote it to mean the text");
  auto value = LiteralFit(shown, type, literal).fit();
  if (!value) return value.status();
  target.literal = std::move(*value);
  const bool ordering = target.comparator >= Comparator::Less && target.comparator <= Comparator::GreaterEqual;
  if (ordering && std::holds_alternative<bool>(target.literal)) {
    return errorAt(comparator.position, std::string(comparator.sign) + " does not order true and false; use = or !=");
  }
  return target;
}

}  // namespace xray::filter
