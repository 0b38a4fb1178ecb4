#pragma once

#include <span>

#include "xray/options.h"

namespace xray::filetransport {

/// What both ends take.
std::span<const OptionSpec> optionTable();

}  // namespace xray::filetransport
