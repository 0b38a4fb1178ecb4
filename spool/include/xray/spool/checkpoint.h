#pragma once

#include <compare>
#include <cstdint>
#include <optional>

#include "xray/spool/directory.h"

namespace xray::spool {

/// How far a writer's segments were read: what lies before it is durable behind the reader's sink.
struct Checkpoint {
  std::uint64_t segment = 0;
  std::uint64_t offset = 0;  // 0: nothing of the segment

  auto operator<=>(const Checkpoint&) const = default;
};

/// The checkpoint in a writer's directory; nothing when there is none.
///   InvalidArgument  it is damaged: what it covers is read once more, which does no harm
Result<std::optional<Checkpoint>> readCheckpoint(const Directory& directory);

/// Replaces it at once or not at all; Ok means durable.
Status writeCheckpoint(const Directory& directory, const Checkpoint& checkpoint);

}  // namespace xray::spool
