#pragma once
// Option tables: the only truth about what a plugin or a section of a configuration file takes. Validation, defaults,
// masking of secrets, `xray plugins show` and the reference page are all made from them.

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "xray/time.h"

namespace xray {

enum class OptionType {
  Text,      // std::string
  Secret,    // std::string, never printed
  Integer,   // std::int64_t within [minimum, maximum]
  Boolean,   // bool
  Duration,  // Microseconds: "250ms", "15m"; within [minimum, maximum] microseconds
  Bytes,     // std::int64_t: 4096, "64KiB", "8MiB", "1GiB"; within [minimum, maximum]
  Choice,    // std::string, one of `allowed`
  TextList   // std::vector<std::string>
};
std::string_view toString(OptionType type);

/// Which factory of a plugin an option belongs to; an option may serve several.
enum PluginKinds : std::uint8_t { kStorePlugin = 1, kSenderPlugin = 2, kReceiverPlugin = 4, kValidatorPlugin = 8 };

/// One row of a table. Lives as long as the plugin or program: string literals only.
struct OptionSpec {
  const char* name;
  OptionType type;
  const char* fallback;    // the default as it would be written in YAML; nullptr: required; "" of a Text: none
  const char* help;        // one or two sentences: effect, unit, when to change it
  std::uint8_t kinds = 0;  // bits of PluginKinds; 0: all kinds that the plugin offers
  std::int64_t minimum = 0;
  std::int64_t maximum = INT64_MAX;
  const char* allowed = "";  // Choice: "none|gzip|zstd"
};

using OptionValue = std::variant<std::string, std::int64_t, bool, Microseconds, std::vector<std::string>>;

/// Checked values for every option of a table, defaults filled in. Immutable after it was read.
class Options {
 public:
  void set(std::string name, OptionValue value) { values_.insert_or_assign(std::move(name), std::move(value)); }

  /// The value of an option of the table; asking for another name or type is a bug (std::logic_error).
  const std::string& text(std::string_view name) const;
  std::int64_t integer(std::string_view name) const;  // Integer, Bytes
  bool boolean(std::string_view name) const;
  Microseconds duration(std::string_view name) const;
  const std::vector<std::string>& list(std::string_view name) const;

 private:
  std::map<std::string, OptionValue, std::less<>> values_;
};

}  // namespace xray
