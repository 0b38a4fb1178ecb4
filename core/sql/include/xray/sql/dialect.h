#pragma once
// Where databases differ. Everything else in this folder is SQL that SQLite (from 3.35) and PostgreSQL (from 12) read
// alike.
//
// Tables that a store's migrations must create, with these columns (types are the database's own):
//   runs        run_id, parent_run_id, pipeline, started_at, ended_at, duration_us (ended_at - started_at, at least 0;
//               null until it ended), last_activity_at, outcome (null, 'completed', 'crashed'), timeout_us,
//               schema_name, schema_version, error, error_type, error_message, error_step_id, metadata, step_count,
//               error_count, missing_steps, violation_count, lost
//   steps       step_id, run_id, parent_step_id, seq, name, step_type, status ('running', 'success', 'error'),
//               started_at, ended_at, duration_us, error, error_type, error_message, schema_checked, violations,
//               violation_count, input_data, output_data, reasoning
//   schemas     name, version, definition (null: runs refer to it, nobody registered it), registered_at
//   rejections  id, received_at, code, detail, raw
// Texts compare by their bytes (PostgreSQL: COLLATE "C").

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "xray/sql/statement.h"

namespace xray::sql {

/// What a JSON value under a path is asked for.
enum class JsonAs { Number, Text, Boolean };

/// Implemented once per database. Immutable, thread-safe. Expressions handed in and out are SQL text; none comes from
/// an event.
class Dialect {
 public:
  virtual ~Dialect() = default;

  /// "?3", "$3::uuid": stands for the value bound as number `ordinal`, from 1.
  virtual std::string placeholder(std::size_t ordinal, const Value& value) const = 0;

  /// A point in time, `microseconds` later. Any number of them: what is beyond the database's times is beyond all.
  virtual std::string later(const std::string& time, const std::string& microseconds) const = 0;

  /// A point in time as a whole number of microseconds since 1970.
  virtual std::string microseconds(const std::string& time) const = 0;

  /// The bucket that a time falls into: of `interval`, counted from 1970 in both directions. Databases may tell buckets
  /// apart by other values than their starts, where that is faster: microseconds(key) is the start if `keyIsTime`, else
  /// the key itself is, in microseconds since 1970.
  struct Bucket {
    std::string key;
    bool keyIsTime = false;
  };
  virtual Bucket bucket(StatementBuilder& statement, const std::string& time, Microseconds interval) const;

  /// The duration of a step `s` in microseconds, null until it ended, from columns that an index can hold.
  virtual std::string stepDuration() const { return "s.duration_us"; }
  /// Whether that is not null.
  virtual std::string stepHasEnded() const { return "s.duration_us IS NOT NULL"; }

  /// True when the text holds the needle (case-sensitive, by bytes; an empty needle is held by every text); null when
  /// the text is.
  virtual std::string contains(const std::string& text, const std::string& needle) const = 0;

  /// The value under a path of member names as a number (double), text (ordered by bytes) or truth value; null where
  /// the path leads nowhere or to another type. `path` is not empty; it walks objects only.
  virtual std::string json(StatementBuilder& statement, const std::string& column, std::span<const std::string> path,
                           JsonAs as) const = 0;

  /// That value against a literal: `operation` is " = ", " < " and so on, `literal` a double, std::string or bool.
  /// Overridden where an index serves comparisons of another form only.
  virtual std::string jsonCompare(StatementBuilder& statement, const std::string& column,
                                  std::span<const std::string> path, std::string_view operation,
                                  const Value& literal) const;

  /// True when there is a value that is not null.
  virtual std::string jsonPresent(StatementBuilder& statement, const std::string& column,
                                  std::span<const std::string> path) const = 0;

  /// The language's `:`. A string contains the (text) literal, some element of an array equals it, or an object has a
  /// member of that (text) name; false or null for everything else. `literal` is a std::string, double or bool.
  virtual std::string jsonHas(StatementBuilder& statement, const std::string& column, std::span<const std::string> path,
                              const Value& literal) const = 0;

  // Aggregates over a column of whole numbers or doubles; nulls do not count.

  /// The value at rank ⌈p·n⌉ in ascending order (nearest rank); null of nothing. `percent` is 50, 95 or 99.
  virtual std::string percentile(const std::string& column, int percent) const = 0;

  /// How many doubles are in each bin of histogramBetween(MIN, MAX) (xray/analysis.h), by binOf, as text: "0 3 1 …".
  virtual std::string histogram(const std::string& column) const = 0;
};

}  // namespace xray::sql
