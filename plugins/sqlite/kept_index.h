#pragma once
// Expression indexes for payload keys that threshold queries ask for.

#include "connection.h"
#include "xray/store.h"

namespace xray::sqlite {

/// Every index is paid by every step that is appended, so a schema cannot ask for any number.
inline constexpr std::int64_t kMaxKeptKeys = 64;

/// Creates the indexes of a key (its numbers, its texts) where they are missing. Runs in one transaction.
///   InvalidArgument  no payload field
///   TooLarge         kMaxKeptKeys keys have indexes already
Status createKeptIndex(Connection& connection, const IndexedKey& key);

}  // namespace xray::sqlite
