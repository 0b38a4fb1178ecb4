// The plugin through the real loader: in `xray serve`, and in an application that records with the SDK.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/served_backend.h"
#include "xray/json.h"
#include "xray/sdk.h"

namespace xray::cli {
namespace {

using testing::HasSubstr;

const std::string kDefinition =
    R"({"step_types":["filter","llm"],"reasoning":{"required":["rule"],"properties":{"rule":{"type":"string"},)"
    R"("share":{"type":"number","minimum":0,"maximum":100,"x-index":true}},"additionalProperties":false}})";

std::string batchWith(const std::string& definition, const std::string& reasoning) {
  return R"({"event":"schema.registered","name":"s","version":1,"definition":)" + definition + "}\n" +
         R"({"event":"run.started","run_id":")" + kRunId +
         R"(","pipeline":"p","at":"2026-11-22T16:00:00Z","schema":{"name":"s","version":1}})"
         "\n" +
         R"({"event":"step.ended","run_id":")" + kRunId +
         R"(","step_id":"0190b2a4-7c11-7000-8000-000000000001","name":"n","step_type":"filter",)"
         R"("started_at":"2026-11-22T16:00:00Z","at":"2026-11-22T16:00:01Z","status":"success","reasoning":)" +
         reasoning + "}\n";
}

/// The first of the read API's steps.
std::string firstStep(const ServedBackend& backend) {
  const std::string body = backend.get("/v1/steps").body;
  JsonCursor rows(findJsonMember(body, "steps")->text);
  if (!rows.next()) return "";
  return std::string(rows.value().text);
}

std::string member(const std::string& object, const std::string& name) {
  const auto value = findJsonMember(object, name);
  return value ? std::string(value->text) : "";
}

std::string validation(const std::string& mode) {
  return "validation: {plugin: json-schema-validator, mode: " + mode + "}\n";
}

TEST(EndToEnd, Warn_StoresTheStepWithItsViolations) {
  const ServedBackend backend(validation("warn"));
  ASSERT_EQ(backend.post(batchWith(kDefinition, R"({"share":120,"x":1})")).status, 200);
  const std::string step = firstStep(backend);
  EXPECT_EQ(member(step, "schema_checked"), "true");
  EXPECT_EQ(canonicalJson(member(step, "reasoning")), R"({"share":120,"x":1})");
  EXPECT_EQ(canonicalJson(member(step, "violations")),
            R"([{"action":"warned","kind":"wrong_type","pointer":"/reasoning/share","reason":"is more than 100"},)"
            R"({"action":"warned","kind":"unknown_key","pointer":"/reasoning/x"},)"
            R"({"action":"warned","kind":"missing_key","pointer":"/reasoning/rule"}])");
}

TEST(EndToEnd, Sanitize_StoresWhatIsLeft) {
  const ServedBackend backend(validation("sanitize"));
  ASSERT_EQ(backend.post(batchWith(kDefinition, R"({"rule":"r","share":120,"x":1})")).status, 200);
  const std::string step = firstStep(backend);
  EXPECT_EQ(member(step, "reasoning"), R"({"rule":"r"})");
  EXPECT_THAT(member(step, "violations"),
              HasSubstr(R"("pointer":"/reasoning/share","kind":"wrong_type","action":"sanitized")"));
}

TEST(EndToEnd, Reject_RefusesTheStep) {
  const ServedBackend backend(validation("reject"));
  const auto answer = backend.post(batchWith(kDefinition, R"({"rule":"r","share":-1})"));
  EXPECT_EQ(answer.status, 200);
  EXPECT_THAT(answer.body,
              HasSubstr(R"("code":"schema_violation","detail":"/reasoning/share: wrong_type, is less than 0")"));
  EXPECT_EQ(firstStep(backend), "");
}

TEST(EndToEnd, DefinitionThatIsNone_IsRejectedWithItsPlace) {
  const ServedBackend backend(validation("warn"));
  const auto answer = backend.post(batchWith(R"({"reasoning":{"properties":{"x":{"type":"numbr"}}}})", "{}"));
  EXPECT_EQ(answer.status, 200);
  EXPECT_THAT(answer.body, HasSubstr("/reasoning/properties/x/type: must be one of"));
}

TEST(EndToEnd, Sdk_ChecksBeforeItSends) {
  const ServedBackend backend(validation("warn"));
  const test::TempFolder folder;
  folder.write("schema.json", kDefinition);
  const auto config = folder.write(
      "sdk.yaml",
      "transport: {plugin: http-transport, options: {url: \"http://127.0.0.1:" + std::to_string(backend.eventsPort()) +
          "\"}}\nschema: {name: s, version: 1, file: schema.json}\n" + validation("sanitize"));
  auto client = Client::fromFile(config);
  {
    auto run = client.startRun("p");
    auto step = run.step("n", "filter");
    step.reasoning({{"rule", "r"}, {"share", 120}, {"secret", "x"}});
  }
  ASSERT_TRUE(client.close(std::chrono::seconds(30)).status.ok());
  const std::string step = firstStep(backend);
  EXPECT_EQ(member(step, "reasoning"), R"({"rule":"r"})");
  EXPECT_THAT(member(step, "violations"),
              HasSubstr(R"("pointer":"/reasoning/secret","kind":"unknown_key","action":"sanitized")"));
}

}  // namespace
}  // namespace xray::cli
