#include <fstream>
#include <sstream>

#include "docs/configuration_page.h"

namespace xray::docs {
namespace {

TEST(ConfigurationPage, InTheTree_IsWhatTheTablesSay) {
  std::ostringstream written;
  written << std::ifstream(configurationPagePath()).rdbuf();
  EXPECT_EQ(written.str(), configurationPage()) << "docs/configuration.md is stale: scripts/docs writes it";
}

}  // namespace
}  // namespace xray::docs
