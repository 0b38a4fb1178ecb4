#pragma once
// The right side of a restriction: first what is written there, then what it is for the field's type.

#include <string>

#include "filter/scanner.h"
#include "xray/filter.h"
#include "xray/status.h"

namespace xray::filter {

struct RawLiteral {
  enum class Kind { Quoted, Bareword, Ago, Star };
  Kind kind = Kind::Bareword;
  std::size_t position = 0;
  std::string text;  // of Quoted and Bareword, escapes undone
  Timestamp time;    // of Ago
};

/// Takes a literal. `sign` is the comparator before it, for messages. ago(…) counts from `now`.
Result<RawLiteral> readLiteral(Scanner& in, std::string_view sign, Timestamp now);

/// A comparator and how it stands in the filter.
struct ComparatorAt {
  Comparator comparator;
  std::string_view sign;
  std::size_t position;
};

/// Completes `target` (field and path; `shown` is how messages name them), checked against the table of
/// xray::Restriction.
///   InvalidArgument  the comparator or the literal does not fit the field's type; the message says what does
Result<Restriction> makeRestriction(Restriction target, std::string_view shown, const ComparatorAt& comparator,
                                    const RawLiteral& literal);

}  // namespace xray::filter
