#pragma once
// Where packages come from: the machine's own index, or a file of JSON lines.

#include <filesystem>

#include "package.h"
#include "xray/status.h"

namespace picker {

/// Places of the machine's own package index; other ones in tests.
struct IndexPlaces {
  std::filesystem::path aptLists = "/var/lib/apt/lists";
  std::filesystem::path dpkgStatus = "/var/lib/dpkg/status";
};

/// The packages that apt knows of (its lists, compressed ones through apt's own reader); where there are none, those
/// that are installed. Of a package in several lists the first is taken, which is that of security updates.
///   NotFound  neither has any package
xray::Result<Catalogue> readMachineIndex(const IndexPlaces& places = {});

/// A file with one JSON object a line (package, section, description, installed_size_kib, depends, …), plain or
/// compressed by zstd.
///   NotFound         there is no such file, or it has no package
///   InvalidArgument  a line is not such an object, or the compression is broken
xray::Result<Catalogue> readJsonLines(const std::filesystem::path& file);

}  // namespace picker
