#include "conformance/store_cases.h"

namespace xray::test {

const std::vector<StoreCase>& storeCases() {
  static const std::vector<StoreCase> cases = {
      {"memory", {}, false},
#ifdef XRAY_WITH_SQLITE
      {"sqlite", {{"path", "{dir}/xray.db"}}},
#endif
  };
  return cases;
}

}  // namespace xray::test
