#pragma once
// Whether a file is whole: the dynamic linker maps a library without looking, and a page beyond its end is a SIGBUS.

#include <filesystem>

#include "xray/status.h"

namespace xray {

/// Refuses what is no ELF64 shared library of this machine, or ends before what its headers speak of does. Only reads.
/// Errors are InvalidArgument; they continue a sentence that begins with the file's path.
Status checkElf(const std::filesystem::path& file);

}  // namespace xray
