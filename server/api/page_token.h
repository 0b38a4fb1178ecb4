#pragma once
// Page tokens: where the next page begins, and for which question. Base64url of, big endian:
//   1 byte version | 8 bytes hash of the question | 8 bytes the first page's time (µs) |
//   rows: 1 byte (1: a sort key follows; 0: the row had none), 8 bytes sort key, 16 bytes id, 16 bytes run id
//   rejections: 8 bytes id
// Clients keep them as they are; one that was changed gives a wrong place or a 400, never rows that could not be asked
// for.

#include <cstdint>
#include <string>
#include <string_view>

#include "xray/status.h"
#include "xray/store.h"

namespace xray::server {

/// What a token belongs to: the same for all pages of one question.
struct PageQuestion {
  std::string_view endpoint;
  std::string_view filter;
  std::string_view order;
};

/// A place within the rows of a question.
struct PagePlace {
  Timestamp firstAsked;  // what ago(…) counts from on every page, so that pages fit together
  PageCursor cursor;
};

std::string encodePageToken(const PageQuestion& question, const PagePlace& place);
///   InvalidArgument  no token, or one of another endpoint, filter or order
Result<PagePlace> decodePageToken(const PageQuestion& question, std::string_view token);

/// The same for rejections, whose place is an id.
std::string encodeRejectionToken(std::int64_t before);
Result<std::int64_t> decodeRejectionToken(std::string_view token);

}  // namespace xray::server
