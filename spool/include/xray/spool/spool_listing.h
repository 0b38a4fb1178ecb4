#pragma once
// What lies in a spool, by names and sizes alone. May run beside writers and readers, whose files come and go.

#include <optional>
#include <vector>

#include "xray/spool/directory.h"
#include "xray/spool/format.h"
#include "xray/time.h"

namespace xray::spool {

struct ListedSegment {
  SegmentName name;
  std::uint64_t bytes = 0;
  Timestamp changed{};
};

/// Segments in a writer's directory, by number. `ignored` gets the names of what is none of ours there.
Result<std::vector<ListedSegment>> listSegments(const Directory& directory,
                                                std::vector<std::string>* ignored = nullptr);

/// The writers' directories in a spool, by id, which is the order in which they began. `ignored`: as above, with why.
Result<std::vector<Id>> listWriters(const Directory& spool, std::vector<std::string>* ignored = nullptr);

/// Names in a writer's directory that are ours and no segments.
bool isHousekeeping(const std::string& name);

/// True while a writer holds its LOCK. Holds it for a moment itself when not.
Result<bool> isWriterAlive(const Directory& writer);

}  // namespace xray::spool
