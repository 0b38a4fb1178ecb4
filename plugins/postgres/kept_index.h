#pragma once
// Expression indexes for payload keys that threshold queries ask for.

#include "connection.h"
#include "xray/store.h"

namespace xray::postgres {

/// Every index is paid by every step that is appended, so a schema cannot ask for any number.
inline constexpr std::int64_t kMaxKeptKeys = 64;

/// Creates the indexes of a key (its numbers, its texts) where they are missing, while appends go on. One backend at a
/// time does so; others wait. What an attempt that was cut off left behind is made again.
///   InvalidArgument  no payload field
///   TooLarge         kMaxKeptKeys keys have indexes already
///   Unavailable      the database is away; some of the indexes may be there
Status createKeptIndex(const ConnectionOptions& options, const IndexedKey& key);

}  // namespace xray::postgres
