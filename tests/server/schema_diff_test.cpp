#include "server/api/schema_diff.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace xray::server {
namespace {

using testing::ElementsAre;

TEST(SchemaDiff, TwoVersions_ListsAddedRemovedAndChangedKeys) {
  const SchemaDiff diff = diffSchemas(
      R"({"step_types":["llm","api"],"input_data":["query","same"],"reasoning":["rule",{"key":"share","type":"number"}],"steps":{"llm":{"input_data":["prompt"]}}})",
      R"({"step_types":["llm","filter"],"input_data":[{"key":"same"}],"reasoning":["rule",{"type":"string","key":"share"},"a/b"],"steps":{"llm":{"input_data":["prompt","model"]}}})");
  EXPECT_THAT(diff.added, ElementsAre("/reasoning/a~1b", "/step_types/filter", "/steps/llm/input_data/model"));
  EXPECT_THAT(diff.removed, ElementsAre("/input_data/query", "/step_types/api"));
  EXPECT_THAT(diff.changed, ElementsAre("/reasoning/share"));
}

TEST(SchemaDiff, SameVersion_IsEmpty) {
  const char* definition = R"({"reasoning":["rule"]})";
  const SchemaDiff diff = diffSchemas(definition, definition);
  EXPECT_TRUE(diff.added.empty() && diff.removed.empty() && diff.changed.empty());
}

}  // namespace
}  // namespace xray::server
