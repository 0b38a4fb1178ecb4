#pragma once
// A dialect as a database with JSON operators and typed placeholders might have one, and statements as text.

#include <sstream>
#include <string>

#include "xray/json.h"
#include "xray/sql/dialect.h"

namespace xray::sql::test {

class PlainDialect final : public Dialect {
 public:
  std::string placeholder(std::size_t ordinal, const Value& value) const override {
    return "$" + std::to_string(ordinal) + (std::holds_alternative<Id>(value) ? "::uuid" : "");
  }
  std::string later(const std::string& time, const std::string& microseconds) const override {
    return "later(" + time + ", " + microseconds + ")";
  }
  std::string microseconds(const std::string& time) const override { return "microseconds(" + time + ")"; }
  std::string contains(const std::string& text, const std::string& needle) const override {
    return "strpos(" + text + ", " + needle + ") > 0";
  }
  std::string json(StatementBuilder& statement, const std::string& column, std::span<const std::string> path,
                   JsonAs as) const override {
    constexpr const char* kNames[] = {"number", "text", "boolean"};
    return kNames[static_cast<int>(as)] + ("(" + column + " #> " + bindPath(statement, path) + ")");
  }
  std::string jsonPresent(StatementBuilder& statement, const std::string& column,
                          std::span<const std::string> path) const override {
    return "present(" + column + " #> " + bindPath(statement, path) + ")";
  }
  std::string jsonHas(StatementBuilder& statement, const std::string& column, std::span<const std::string> path,
                      const Value& literal) const override {
    const std::string bound = bindPath(statement, path);
    return "has(" + column + " #> " + bound + ", " + statement.bind(literal) + ")";
  }

  std::string percentile(const std::string& column, int percent) const override {
    return "percentile(" + column + ", " + std::to_string(percent) + ")";
  }
  std::string histogram(const std::string& column) const override { return "histogram(" + column + ")"; }

 private:
  static std::string bindPath(StatementBuilder& statement, std::span<const std::string> path) {
    std::string pointer;
    for (const std::string& name : path) appendPointerToken(pointer, name);
    return statement.bind(pointer);
  }
};

inline std::string toText(const Value& value) {
  struct Writer {
    std::string operator()(std::monostate) const { return "null"; }
    std::string operator()(std::int64_t number) const { return std::to_string(number); }
    std::string operator()(double number) const {
      std::string text;
      appendJsonNumber(text, number);
      return text + "d";
    }
    std::string operator()(bool truth) const { return truth ? "true" : "false"; }
    std::string operator()(const std::string& text) const { return "'" + text + "'"; }
    std::string operator()(const Id& id) const { return id.toString(); }
    std::string operator()(Timestamp time) const { return formatTimestamp(time); }
  };
  return std::visit(Writer(), value);
}

inline std::string toText(const std::vector<Value>& values) {
  std::string text;
  for (const Value& value : values) text += (text.empty() ? "" : ", ") + toText(value);
  return text;
}

}  // namespace xray::sql::test
