#pragma once
// The bench's tables, as Markdown.

#include <ostream>
#include <vector>

#include "backend.h"
#include "data_set.h"

namespace attribution {

/// Writes what the attributions (one for each run of the set) and the trivial guesses are worth, then the accuracy of
/// each rule. Where the set has second annotations, also how far the two annotations agree, and the same tables judged
/// by the second.
void writeReport(std::ostream& out, const DataSet& set, const std::vector<Attribution>& attributions);

}  // namespace attribution
