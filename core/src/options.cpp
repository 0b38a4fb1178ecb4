#include "xray/options.h"

#include <stdexcept>

namespace xray {
namespace {

template <typename T>
const T& valueOf(const std::map<std::string, OptionValue, std::less<>>& values, std::string_view name) {
  const auto found = values.find(name);
  if (found == values.end()) throw std::logic_error("no option \"" + std::string(name) + "\" in the table");
  const T* value = std::get_if<T>(&found->second);
  if (!value) throw std::logic_error("option \"" + std::string(name) + "\" is of another type");
  return *value;
}

}  // namespace

std::string_view toString(OptionType type) {
  switch (type) {
    case OptionType::Text:
      return "text";
    case OptionType::Secret:
      return "secret";
    case OptionType::Integer:
      return "integer";
    case OptionType::Boolean:
      return "boolean";
    case OptionType::Duration:
      return "duration";
    case OptionType::Bytes:
      return "bytes";
    case OptionType::Choice:
      return "choice";
    case OptionType::TextList:
      return "text list";
  }
  return "text";
}

const std::string& Options::text(std::string_view name) const {
  return valueOf<std::string>(values_, name);
}

std::int64_t Options::integer(std::string_view name) const {
  return valueOf<std::int64_t>(values_, name);
}

bool Options::boolean(std::string_view name) const {
  return valueOf<bool>(values_, name);
}

Microseconds Options::duration(std::string_view name) const {
  return valueOf<Microseconds>(values_, name);
}

const std::vector<std::string>& Options::list(std::string_view name) const {
  return valueOf<std::vector<std::string>>(values_, name);
}

}  // namespace xray
