#pragma once
// A row of an answer, as the queries of this folder read it.

#include <cstdint>
#include <optional>
#include <string>

#include "xray/ids.h"
#include "xray/time.h"

namespace xray::sql {

/// The current row of a statement. Implemented once per database. Columns count from 0; asking a null column for a
/// value gives 0, "" or the null id. One thread at a time.
class Row {
 public:
  virtual ~Row() = default;
  virtual bool isNull(int column) const = 0;
  virtual std::int64_t integer(int column) const = 0;
  virtual double number(int column) const = 0;     // of a column of doubles
  virtual std::string text(int column) const = 0;  // texts, JSON and bytes
  virtual Id id(int column) const = 0;
  virtual Timestamp time(int column) const = 0;

  std::optional<std::int64_t> integerOrNone(int column) const {
    return isNull(column) ? std::nullopt : std::optional(integer(column));
  }
  std::optional<Id> idOrNone(int column) const { return isNull(column) ? std::nullopt : std::optional(id(column)); }
  std::optional<Timestamp> timeOrNone(int column) const {
    return isNull(column) ? std::nullopt : std::optional(time(column));
  }
  std::optional<std::string> textOrNone(int column) const {
    return isNull(column) ? std::nullopt : std::optional(text(column));
  }
  std::optional<Microseconds> microsecondsOrNone(int column) const {
    return isNull(column) ? std::nullopt : std::optional(Microseconds(integer(column)));
  }
};

}  // namespace xray::sql
