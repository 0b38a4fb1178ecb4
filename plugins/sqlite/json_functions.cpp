#include "json_functions.h"

#include <sqlite3.h>

#include <memory>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "xray/json.h"

namespace xray::sqlite {
namespace {

using Path = std::vector<std::string>;

std::string_view textOf(sqlite3_value* value) {
  const unsigned char* text = sqlite3_value_text(value);
  if (!text) return {};
  return {reinterpret_cast<const char*>(text), static_cast<std::size_t>(sqlite3_value_bytes(value))};
}

Path parsePointer(std::string_view pointer) {
  Path path;
  for (std::size_t i = 0; i < pointer.size(); ++i) {
    if (pointer[i] == '/') {
      path.emplace_back();
    } else if (!path.empty()) {
      const bool escape = pointer[i] == '~' && i + 1 < pointer.size();
      path.back() += escape ? (pointer[++i] == '1' ? '/' : '~') : pointer[i];
    }
  }
  return path;
}

/// The value that the first two arguments name. The parsed pointer is kept for the rows that follow.
std::optional<JsonValue> valueOf(sqlite3_context* context, sqlite3_value** arguments) {
  if (sqlite3_value_type(arguments[0]) == SQLITE_NULL) return std::nullopt;
  const std::string_view json = textOf(arguments[0]);
  if (const auto* kept = static_cast<const Path*>(sqlite3_get_auxdata(context, 1))) return findJson(json, *kept);
  auto path = std::make_unique<Path>(parsePointer(textOf(arguments[1])));
  std::optional<JsonValue> value = findJson(json, *path);
  sqlite3_set_auxdata(context, 1, path.release(), [](void* kept) { delete static_cast<Path*>(kept); });
  return value;
}

void answerText(sqlite3_context* context, std::string_view text) {
  sqlite3_result_text64(context, text.data() ? text.data() : "", text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
}

/// A string between its quotes, where no escape has to be undone.
std::optional<std::string_view> plainString(const JsonValue& value) {
  if (value.text.find('\\') != std::string_view::npos) return std::nullopt;
  return value.text.substr(1, value.text.size() - 2);
}

bool hasText(const JsonValue& value, std::string_view literal) {
  if (value.type == JsonType::String) {
    if (const auto plain = plainString(value)) return plain->find(literal) != std::string_view::npos;
    return value.string().find(literal) != std::string::npos;
  }
  if (value.type == JsonType::Object) return findJsonMember(value.text, literal).has_value();
  if (value.type != JsonType::Array) return false;
  for (JsonCursor elements(value.text); elements.next();) {
    if (elements.value().type == JsonType::String && elements.value().stringEquals(literal)) return true;
  }
  return false;
}

template <typename Equals>
bool anyElement(const JsonValue& value, JsonType type, Equals equals) {
  if (value.type != JsonType::Array) return false;
  for (JsonCursor elements(value.text); elements.next();) {
    if (elements.value().type == type && equals(elements.value())) return true;
  }
  return false;
}

void number(sqlite3_context* context, sqlite3_value** arguments) {
  const auto value = valueOf(context, arguments);
  if (value && value->type == JsonType::Number) sqlite3_result_double(context, value->number());
}

void text(sqlite3_context* context, sqlite3_value** arguments) {
  const auto value = valueOf(context, arguments);
  if (!value || value->type != JsonType::String) return;
  const auto plain = plainString(*value);
  plain ? answerText(context, *plain) : answerText(context, value->string());
}

void boolean(sqlite3_context* context, sqlite3_value** arguments) {
  const auto value = valueOf(context, arguments);
  if (value && value->type == JsonType::Boolean) sqlite3_result_int(context, value->boolean());
}

void present(sqlite3_context* context, sqlite3_value** arguments) {
  const auto value = valueOf(context, arguments);
  sqlite3_result_int(context, value && value->type != JsonType::Null);
}

void hasText(sqlite3_context* context, sqlite3_value** arguments) {
  const auto value = valueOf(context, arguments);
  sqlite3_result_int(context, value && hasText(*value, textOf(arguments[2])));
}

void hasNumber(sqlite3_context* context, sqlite3_value** arguments) {
  const auto value = valueOf(context, arguments);
  const double literal = sqlite3_value_double(arguments[2]);
  sqlite3_result_int(context, value && anyElement(*value, JsonType::Number, [&](const JsonValue& element) {
                                return element.number() == literal;
                              }));
}

void hasBoolean(sqlite3_context* context, sqlite3_value** arguments) {
  const auto value = valueOf(context, arguments);
  const bool literal = sqlite3_value_int(arguments[2]) != 0;
  sqlite3_result_int(context, value && anyElement(*value, JsonType::Boolean, [&](const JsonValue& element) {
                                return element.boolean() == literal;
                              }));
}

/// What SQLite calls: a C function, so nothing may be thrown through it.
template <void (*function)(sqlite3_context*, sqlite3_value**)>
void guarded(sqlite3_context* context, int, sqlite3_value** arguments) noexcept {
  try {
    function(context, arguments);
  } catch (const std::bad_alloc&) {
    sqlite3_result_error_nomem(context);
  }
}

}  // namespace

int registerJsonFunctions(sqlite3* handle) {
  struct Function {
    const char* name;
    int arguments;
    void (*call)(sqlite3_context*, int, sqlite3_value**);
  };
  static constexpr Function kFunctions[] = {
      {"xray_number", 2, guarded<number>},         {"xray_text", 2, guarded<text>},
      {"xray_boolean", 2, guarded<boolean>},       {"xray_present", 2, guarded<present>},
      {"xray_has_text", 3, guarded<hasText>},      {"xray_has_number", 3, guarded<hasNumber>},
      {"xray_has_boolean", 3, guarded<hasBoolean>}};
  for (const Function& function : kFunctions) {
    const int code = sqlite3_create_function_v2(handle, function.name, function.arguments,
                                                SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS, nullptr,
                                                function.call, nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) return code;
  }
  return SQLITE_OK;
}

}  // namespace xray::sqlite
