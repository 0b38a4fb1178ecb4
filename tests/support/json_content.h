#pragma once

#include <string>
#include <string_view>

namespace xray::test {

/// What a JSON text says, in one form: canonicalJson, with every number as its digits and a power of ten. Two texts of
/// the same content, 1e3 and 1000.0 included, give equal texts; numbers that differ in any digit do not.
std::string jsonContent(std::string_view json);

}  // namespace xray::test
