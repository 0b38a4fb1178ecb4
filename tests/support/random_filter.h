#pragma once

#include <string>
#include <vector>

#include "support/random.h"
#include "xray/filter.h"

namespace xray::test {

/// A filter that parses, about what random histories hold: every field, every comparator that it takes, literals that
/// hit and that miss, names and texts quoted in every way.
std::string randomFilter(Random& random, Entity entity);

/// Literals that fit the field's type: those of random histories, and odd ones. For JSON fields every kind.
std::vector<std::string> literalsFor(Random& random, Field field);
/// The comparators that fit the field's type; `literal` decides for JSON fields.
const std::vector<std::string>& comparatorsFor(Field field, const std::string& literal);

/// `text` as a filter's literal or member name, in quotes.
std::string quoteForFilter(Random& random, const std::string& text);

/// A literal for JSON fields.
std::string randomJsonLiteral(Random& random);

}  // namespace xray::test
