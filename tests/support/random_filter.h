#pragma once

#include <string>

#include "support/random.h"
#include "xray/filter.h"

namespace xray::test {

/// A filter that parses, about what random histories hold: every field, every comparator that it takes, literals that
/// hit and that miss, names and texts quoted in every way.
std::string randomFilter(Random& random, Entity entity);

/// `text` as a filter's literal or member name, in quotes.
std::string quoteForFilter(Random& random, const std::string& text);

/// A literal for JSON fields.
std::string randomJsonLiteral(Random& random);

}  // namespace xray::test
