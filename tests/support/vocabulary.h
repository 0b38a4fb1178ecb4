#pragma once
// Names, texts and numbers that stores are known to get wrong, and JSON made of them.

#include <cstdint>
#include <string>
#include <vector>

#include "support/random.h"
#include "xray/ids.h"
#include "xray/time.h"

namespace xray::test {

/// When the histories happen.
inline const Timestamp kEpoch = *parseTimestamp("2026-11-22T16:00:00Z");

/// The n-th id of a kind; ids of one kind are in no order.
Id makeId(std::uint32_t kind, std::uint32_t n);

/// Member names: quotes, dots, white space, other scripts, the empty one.
const std::vector<std::string>& memberNames();
/// Texts, some of which look like other types.
const std::vector<std::string>& textValues();
/// JSON numbers: beyond 2^53, beyond 64 bits, equal doubles written differently.
const std::vector<std::string>& numberTexts();

/// One JSON value; containers at most `depth` levels deep.
std::string randomJson(Random& random, int depth);
std::string randomObject(Random& random, int depth);

}  // namespace xray::test
