#pragma once
// SQL text on one side, values on the other: what comes from an event or a question is only ever bound.

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "xray/ids.h"
#include "xray/time.h"

namespace xray::sql {

class Dialect;

/// A value bound to a statement. Microseconds are a number of them.
using Value = std::variant<std::monostate, std::int64_t, double, bool, std::string, Id, Timestamp>;

struct Statement {
  std::string text;
  std::vector<Value> values;  // in the order of their placeholders' numbers
};

/// Collects a statement. Text comes from string literals of this folder and from the dialect, never from outside. One
/// thread at a time; the dialect outlives it.
class StatementBuilder {
 public:
  explicit StatementBuilder(const Dialect& dialect) : dialect_(dialect) {}

  /// Keeps the value and returns the text of its placeholder.
  std::string bind(Value value);

  StatementBuilder& operator<<(std::string_view text) { return statement_.text += text, *this; }

  const Dialect& dialect() const { return dialect_; }
  Statement take() { return std::move(statement_); }

 private:
  const Dialect& dialect_;
  Statement statement_;
};

}  // namespace xray::sql
