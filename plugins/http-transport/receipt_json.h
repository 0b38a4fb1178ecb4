#pragma once
// A receipt on the wire (wire.md, section 2).

#include <string>
#include <string_view>

#include "xray/transport.h"

namespace xray::httptransport {

std::string writeReceipt(const Receipt& receipt);

/// Members not known here are ignored; an unknown reject code is told in the detail.
///   InvalidArgument  not a receipt
Result<Receipt> readReceipt(std::string_view json);

/// The `detail` of a problem (RFC 9457), or empty where there is none.
std::string problemDetail(std::string_view json);

}  // namespace xray::httptransport
