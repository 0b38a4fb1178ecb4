#pragma once
// A spool as people look at it: nothing is changed, and what writers and readers do meanwhile does no harm.

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "xray/ids.h"
#include "xray/spool/checkpoint.h"
#include "xray/spool/segment_reader.h"
#include "xray/spool/spool_listing.h"

namespace xray::cli {

/// A writer's directory at one moment.
struct SpoolWriter {
  Id id;
  std::filesystem::path path;
  bool alive = false;
  std::vector<spool::ListedSegment> segments;  // by number
  std::optional<spool::Checkpoint> checkpoint;
  Status checkpointStatus;  // not Ok: damaged
};

struct SpoolContent {
  std::vector<SpoolWriter> writers;  // by age
  std::vector<std::string> ignored;  // with why
};

/// Lists a spool.
///   NotFound          there is none
///   PermissionDenied  it is not ours alone
Result<SpoolContent> readSpool(const std::filesystem::path& dir);

/// Opens a segment by its path, which tells its writer and its number.
///   NotFound         it is not there (any more)
///   InvalidArgument  the path is not that of a segment
///   NotSupported     a newer version of the format
Result<spool::SegmentReader> openSegment(const std::filesystem::path& path);

/// A folder of a spool: how many files, and their bytes. Zero when there is none.
struct FolderSize {
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;
};
FolderSize sizeOf(const std::filesystem::path& folder);

}  // namespace xray::cli
