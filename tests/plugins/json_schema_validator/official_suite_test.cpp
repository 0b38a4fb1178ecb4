// The tests of draft 7 that the JSON Schema organisation publishes (Debian's package json-schema-test-suite).

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "definition.h"
#include "pattern.h"
#include "schema_reader.h"
#include "section_schema.h"

namespace xray::jsonschema {
namespace {

constexpr const char* kFolder = "/usr/share/json-schema-test-suite/tests/draft7";

// Groups whose schemas are refused on purpose (README.md of the plugin): nothing is read from files or the network,
// "$id" within a schema does not change what references mean, and references lead to where keywords expect schemas.
const std::set<std::string> kRefused = {
    "refRemote.json: remote ref",
    "refRemote.json: fragment within remote ref",
    "refRemote.json: ref within remote ref",
    "refRemote.json: base URI change",
    "refRemote.json: base URI change - change folder",
    "refRemote.json: base URI change - change folder in subschema",
    "refRemote.json: root ref in remote ref",
    "definitions.json: valid definition",
    "definitions.json: invalid definition",
    "ref.json: escaped pointer ref",
    "ref.json: remote ref, containing refs itself",
    "ref.json: Recursive references between schemas",
};

std::string read(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

struct Compiled {
  std::unique_ptr<SectionSchema> schema;
  std::string error;
};

Compiled compile(const JsonValue& schema) {
  Place place;
  std::set<std::string> texts;
  SchemaReader reader(place, texts);
  if (!reader.read(schema)) return {nullptr, place.error()};
  auto patterns = std::make_shared<Patterns>();
  for (const std::string& text : texts) patterns->try_emplace(text, text);
  return {std::make_unique<SectionSchema>(schema, patterns), ""};
}

TEST(OfficialSuite, Draft7) {
  if (!std::filesystem::exists(kFolder)) GTEST_SKIP() << kFolder << " is not there (package json-schema-test-suite)";
  int tests = 0;
  std::set<std::string> refused;
  for (const auto& entry : std::filesystem::directory_iterator(kFolder)) {
    if (!entry.is_regular_file()) continue;
    const std::string file = entry.path().filename().string();
    const std::string text = read(entry.path());
    ASSERT_TRUE(checkJson(text, 128).ok()) << file;
    for (JsonCursor groups(text); groups.next();) {
      const std::string_view group = groups.value().text;
      const std::string name = file + ": " + findJsonMember(group, "description")->string();
      const Compiled compiled = compile(*findJsonMember(group, "schema"));
      if (!compiled.schema) {
        refused.insert(name);
        EXPECT_TRUE(kRefused.contains(name)) << name << ": " << compiled.error;
        continue;
      }
      for (JsonCursor cases(findJsonMember(group, "tests")->text); cases.next(); ++tests) {
        const std::string_view test = cases.value().text;
        std::vector<Violation> violations;
        compiled.schema->check(*findJsonMember(test, "data"), "/x", true, violations);
        EXPECT_EQ(violations.empty(), findJsonMember(test, "valid")->boolean())
            << name << ": " << findJsonMember(test, "description")->string()
            << (violations.empty() ? "" : ": " + violations[0].pointer + " " + violations[0].reason);
      }
    }
  }
  EXPECT_EQ(refused, kRefused);
  EXPECT_GE(tests, 396);
}

}  // namespace
}  // namespace xray::jsonschema
