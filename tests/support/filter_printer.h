#pragma once

#include <string>

#include "xray/filter.h"

namespace xray::test {

/// The tree in one form, whatever the text it came from looked like: `and(run.status = crashed, not(step.reasoning["x"]
/// > 5))`. "" for a filter that matches everything.
std::string printFilter(const Filter& filter);

}  // namespace xray::test
