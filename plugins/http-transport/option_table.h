#pragma once

#include <span>

#include "xray/options.h"

namespace xray::httptransport {

/// What both ends take.
std::span<const OptionSpec> optionTable();

}  // namespace xray::httptransport
