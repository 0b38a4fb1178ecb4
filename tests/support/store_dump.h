#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "xray/store.h"

namespace xray::test {

/// A context whose deadline is far.
ReadContext readAt(Timestamp now, Microseconds incompleteAfter = std::chrono::minutes(15));

/// As the API writes it, JSON members as jsonContent, so that equal state is equal text.
std::string toText(const Run& run);
std::string toText(const StepSkeleton& step);
std::string toText(const Step& step);

/// Everything that the store's reads answer about its runs, steps and schemas, a row a line. A read that fails stands
/// there as its status.
std::string dumpStore(Store& store, const ReadContext& context);

/// All rows of a query, page after page.
Result<std::vector<Run>> allRuns(Store& store, PageQuery query, const ReadContext& context);
Result<std::vector<Step>> allSteps(Store& store, PageQuery query, bool skeleton, const ReadContext& context);

/// The orders that the API offers.
const std::vector<Order>& runOrders();
const std::vector<Order>& stepOrders();

}  // namespace xray::test
