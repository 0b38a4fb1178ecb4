#include "config/option_value.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <set>
#include <string_view>

#include "xray/config.h"
#include "xray/text.h"

namespace xray {
namespace {

constexpr const char* kNoNul = "must be a text without NUL characters";

struct ByteUnit {
  std::string_view name;
  std::int64_t bytes;
};
constexpr std::array<ByteUnit, 4> kByteUnits{
    {{"TiB", 1LL << 40}, {"GiB", 1LL << 30}, {"MiB", 1LL << 20}, {"KiB", 1LL << 10}}};

/// A decimal number from the front of `text`, which is moved behind it.
std::optional<std::int64_t> readInteger(std::string_view& text) {
  std::int64_t value = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc()) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(stop - text.data()));
  return value;
}

std::optional<std::int64_t> parseInteger(std::string_view text) {
  const auto value = readInteger(text);
  return text.empty() ? value : std::nullopt;
}

std::optional<std::int64_t> parseBytes(std::string_view text) {
  const auto amount = readInteger(text);
  if (!amount || *amount < 0) return std::nullopt;
  if (text.empty()) return amount;
  for (const ByteUnit& unit : kByteUnits) {
    if (unit.name != text) continue;
    if (*amount > INT64_MAX / unit.bytes) return std::nullopt;
    return *amount * unit.bytes;
  }
  return std::nullopt;
}

std::string formatBytes(std::int64_t bytes) {
  for (const ByteUnit& unit : kByteUnits) {
    if (bytes != 0 && bytes % unit.bytes == 0) return std::to_string(bytes / unit.bytes) + std::string(unit.name);
  }
  return std::to_string(bytes);
}

std::string formatLimit(OptionType type, std::int64_t limit) {
  if (type == OptionType::Duration) return formatDuration(Microseconds(limit));
  if (type == OptionType::Bytes) return formatBytes(limit);
  return std::to_string(limit);
}

/// " from 1 to 64", " of at least 1", or nothing where every number of the type fits.
std::string describeRange(const OptionSpec& spec) {
  if (spec.maximum != INT64_MAX) {
    return " from " + formatLimit(spec.type, spec.minimum) + " to " + formatLimit(spec.type, spec.maximum);
  }
  const std::int64_t least = spec.type == OptionType::Integer ? INT64_MIN : 0;
  return spec.minimum > least ? " of at least " + formatLimit(spec.type, spec.minimum) : "";
}

bool inRange(const OptionSpec& spec, std::int64_t value) {
  return value >= spec.minimum && value <= spec.maximum;
}

/// "[a, b]" as tables write the defaults of lists, or "" for an empty one; no quotes, so no commas within an item.
std::optional<std::vector<std::string>> parseFlowList(std::string_view text) {
  if (text.empty()) return std::vector<std::string>();
  if (text.size() < 2 || text.front() != '[' || text.back() != ']') return std::nullopt;
  text = text.substr(1, text.size() - 2);
  std::vector<std::string> items;
  while (!text.empty()) {
    const std::size_t comma = text.find(',');
    std::string_view item = text.substr(0, comma);
    const std::size_t first = item.find_first_not_of(' ');
    if (first == std::string_view::npos) return std::nullopt;
    items.emplace_back(item.substr(first, item.find_last_not_of(' ') - first + 1));
    if (comma == std::string_view::npos) break;
    text.remove_prefix(comma + 1);
  }
  return items;
}

std::optional<OptionValue> readValue(const OptionSpec& spec, const std::string& text) {
  switch (spec.type) {
    case OptionType::Text:
    case OptionType::Secret:
      if (text.find('\0') == std::string::npos) return text;
      break;
    case OptionType::Integer:
    case OptionType::Bytes: {
      const auto value = spec.type == OptionType::Bytes ? parseBytes(text) : parseInteger(text);
      if (value && inRange(spec, *value)) return *value;
      break;
    }
    case OptionType::Boolean:
      if (text == "true" || text == "false") return text == "true";
      break;
    case OptionType::Duration: {
      const auto value = parseDuration(text);
      if (value && inRange(spec, value->count())) return *value;
      break;
    }
    case OptionType::Choice: {
      const auto choices = choicesOf(spec);
      if (std::find(choices.begin(), choices.end(), text) != choices.end()) return text;
      break;
    }
    case OptionType::TextList:
      if (auto items = parseFlowList(text)) return std::move(*items);
      break;
  }
  return std::nullopt;
}

Status checkRow(const OptionSpec& spec) {
  if (!spec.name || !*spec.name) return {StatusCode::InvalidArgument, "an option has no name"};
  const std::string name = spec.name;
  const std::string where = "option \"" + name + "\": ";
  if (name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") != std::string::npos) {
    return {StatusCode::InvalidArgument, where + "the name may hold a-z, 0-9 and _ only"};
  }
  if (!spec.help || !*spec.help) return {StatusCode::InvalidArgument, where + "has no help text"};
  if (spec.type == OptionType::Choice && (!spec.allowed || choicesOf(spec).empty())) {
    return {StatusCode::InvalidArgument, where + "a choice without anything allowed"};
  }
  if (spec.fallback) {
    if (const auto value = parseOption(spec, spec.fallback); !value.ok()) {
      return {StatusCode::InvalidArgument, where + "its default " + value.status().message()};
    }
  }
  return {};
}

}  // namespace

std::vector<std::string> choicesOf(const OptionSpec& spec) {
  std::vector<std::string> choices;
  std::string_view rest = spec.allowed;
  while (!rest.empty()) {
    const std::size_t bar = rest.find('|');
    choices.emplace_back(rest.substr(0, bar));
    if (bar == std::string_view::npos) break;
    rest.remove_prefix(bar + 1);
  }
  return choices;
}

std::string describeOption(const OptionSpec& spec) {
  switch (spec.type) {
    case OptionType::Text:
    case OptionType::Secret:
      return "a text";
    case OptionType::Integer:
      return "an integer" + describeRange(spec);
    case OptionType::Boolean:
      return "true or false";
    case OptionType::Duration:
      return "a duration" + describeRange(spec) + " (written as 250ms or 15m)";
    case OptionType::Bytes:
      return "a size" + describeRange(spec) + " (written as 4096, 64KiB or 8MiB)";
    case OptionType::Choice:
      return "one of " + joinNames(choicesOf(spec));
    case OptionType::TextList:
      return "a list of texts";
  }
  return "";
}

Result<OptionValue> parseOption(const OptionSpec& spec, const std::string& text) {
  if (auto value = readValue(spec, text)) return std::move(*value);
  if (spec.type == OptionType::Text || spec.type == OptionType::Secret) {
    return Status(StatusCode::InvalidArgument, kNoNul);  // does not quote what may be a secret
  }
  std::string message = "must be " + describeOption(spec);
  message += ", not " + quoted(text);
  if (spec.type == OptionType::Choice) message += didYouMean(text, choicesOf(spec));
  return Status(StatusCode::InvalidArgument, message);
}

OptionValue defaultOf(const OptionSpec& spec) {
  if (spec.fallback) {
    if (auto value = parseOption(spec, spec.fallback); value.ok()) return std::move(*value);
  }
  switch (spec.type) {
    case OptionType::Integer:
    case OptionType::Bytes:
      return std::int64_t{0};
    case OptionType::Boolean:
      return false;
    case OptionType::Duration:
      return Microseconds(0);
    case OptionType::TextList:
      return std::vector<std::string>();
    case OptionType::Text:
    case OptionType::Secret:
    case OptionType::Choice:
      break;
  }
  return std::string();
}

Status checkOptionTable(std::span<const OptionSpec> table) {
  std::set<std::string_view> names;
  for (const OptionSpec& spec : table) {
    if (Status status = checkRow(spec); !status.ok()) return status;
    if (!names.insert(spec.name).second) {
      return {StatusCode::InvalidArgument, "option \"" + std::string(spec.name) + "\" stands twice in the table"};
    }
  }
  return {};
}

}  // namespace xray
