// /openapi.json says what the routes are.

#include <gmock/gmock.h>

#include "server/test_backend.h"
#include "xray/json.h"

namespace xray::server {
namespace {

std::string textAt(std::string_view json, std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names) {
    const std::optional<JsonValue> value = findJsonMember(json, std::string(name));
    if (!value) return "(none)";
    json = value->text;
  }
  return std::string(json);
}

std::vector<std::string> keysOf(std::string_view object) {
  std::vector<std::string> keys;
  for (JsonCursor cursor(object); cursor.next();) keys.emplace_back(cursor.key());
  return keys;
}

TEST(OpenApi, Paths_AreTheRoutes) {
  const Reply reply = TestBackend().get("/openapi.json");
  ASSERT_EQ(reply.status, 200);
  ASSERT_TRUE(checkJson(reply.body, 100).ok());
  EXPECT_EQ(textAt(reply.body, {"openapi"}), "\"3.1.0\"");
  EXPECT_THAT(keysOf(textAt(reply.body, {"paths"})), testing::UnorderedElementsAreArray(Api::paths()));
}

/// Every $ref is there.
TEST(OpenApi, References_LeadSomewhere) {
  const std::string body = TestBackend().get("/openapi.json").body;
  const std::string begin = "\"$ref\": \"#/components/";
  std::size_t count = 0;
  for (std::size_t at = body.find(begin); at != std::string::npos; at = body.find(begin, at + 1), ++count) {
    const std::string path = body.substr(at + begin.size(), body.find('"', at + begin.size()) - at - begin.size());
    const std::size_t slash = path.find('/');
    EXPECT_NE(textAt(body, {"components", path.substr(0, slash), path.substr(slash + 1)}), "(none)") << path;
  }
  EXPECT_GT(count, 100u);
}

/// The parameters that an endpoint names when it refuses one are those of the document.
TEST(OpenApi, Parameters_AreThoseThatTheEndpointsTake) {
  const TestBackend backend;
  const std::string body = backend.get("/openapi.json").body;
  for (const std::string_view path : Api::paths()) {
    SCOPED_TRACE(path);
    std::string target;
    for (const char c : path) target += c;
    const auto replace = [&](const std::string& name, const std::string& value) {
      if (const std::size_t at = target.find(name); at != std::string::npos) target.replace(at, name.size(), value);
    };
    replace("{run_id}", kRun);
    replace("{step_id}", kStep);
    replace("{name}", "n");
    replace("{version}", "1");
    const Reply reply = backend.get(target + "?nobody_takes_this=1");
    EXPECT_EQ(reply.status, 400);
    const std::string detail = reply.text("detail");
    std::vector<std::string> told;
    const std::string mark = "(allowed: ";
    for (std::size_t at = detail.find(mark); at != std::string::npos && at < detail.size();) {
      const std::size_t word = detail.find_first_not_of(", ", told.empty() ? at + mark.size() : at);
      at = detail.find_first_of(",)", word);
      told.push_back(detail.substr(word, at - word));
      if (detail[at] == ')') break;
    }
    std::vector<std::string> documented;
    const std::string parameters = textAt(body, {"paths", path, "get", "parameters"});
    for (JsonCursor cursor(parameters); cursor.next();) {
      const std::string ref = findJsonMember(cursor.value().text, "$ref")->string();
      const std::string parameter = textAt(body, {"components", "parameters", ref.substr(ref.rfind('/') + 1)});
      if (textAt(parameter, {"in"}) == "\"query\"") documented.push_back(findJsonMember(parameter, "name")->string());
    }
    EXPECT_THAT(documented, testing::UnorderedElementsAreArray(told)) << detail;
  }
}

}  // namespace
}  // namespace xray::server
