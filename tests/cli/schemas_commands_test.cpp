// xray schemas, schemas show, diff and check against a real server, and against its store.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/served_backend.h"

namespace xray::cli {
namespace {

using testing::HasSubstr;

constexpr const char* kFirst = R"({"reasoning":["rule","score"],"input_data":["query"]})";
constexpr const char* kSecond =
    R"({"reasoning":["rule",{"key":"score","type":"number"}],"output_data":["kept"],"steps":{"llm":{"reasoning":["model"]}}})";

class SchemasCommands : public testing::Test {
 protected:
  static std::string runOf(int version, int number, const std::string& reasoning) {
    const std::string id = "0190b2a4-7c1" + std::to_string(number) + "-7000-8000-00000000000a";
    return R"({"event":"run.started","run_id":")" + id +
           R"(","pipeline":"picker","at":"2026-11-22T12:00:00Z","schema":{"name":"picker","version":)" +
           std::to_string(version) + "}}\n" + R"({"event":"step.ended","run_id":")" + id +
           R"(","step_id":"0190b2a4-7c11-7000-8000-00000000000)" + std::to_string(number) +
           R"(","name":"price-filter","step_type":"filter","started_at":"2026-11-22T12:00:00Z","at":"2026-11-22T12:00:01Z",)" +
           R"("status":"success","reasoning":)" + reasoning + "}\n";
  }
  static std::string registered(int version, const std::string& definition) {
    return R"({"event":"schema.registered","name":"picker","version":)" + std::to_string(version) +
           R"(,"definition":)" + definition + "}\n";
  }
  static void SetUpTestSuite() {
    backend_ = std::make_unique<ServedBackend>();
    ASSERT_EQ(backend_->post(registered(1, kFirst) + registered(2, kSecond)).status, 200);
    ASSERT_EQ(backend_
                  ->post(runOf(1, 1, R"({"rule":"a","score":"high"})") + runOf(1, 2, R"({"rule":"a","other":1})") +
                         runOf(2, 3, R"({"rule":"b","score":5})"))
                  .status,
              200);
  }
  static void TearDownTestSuite() { backend_.reset(); }

  static CommandOutcome ask(std::vector<std::string> arguments) {
    std::vector<std::string> opened = arguments;
    arguments.insert(arguments.end(), {"--server", backend_->apiUrl()});
    opened.insert(opened.end(), {"--config", backend_->config().string()});
    CommandOutcome served = runCommand(arguments);
    const CommandOutcome beside = runCommand(opened);
    EXPECT_EQ(beside.out, served.out) << testing::PrintToString(arguments);
    EXPECT_EQ(beside.error, served.error) << testing::PrintToString(arguments);
    return served;
  }

  static std::unique_ptr<ServedBackend> backend_;
};
std::unique_ptr<ServedBackend> SchemasCommands::backend_;

TEST_F(SchemasCommands, Versions_CountRunsAndViolations) {
  const std::string out = ask({"schemas", "picker", "--utc"}).out;
  EXPECT_THAT(out, testing::StartsWith("VERSION  RUNS  VIOLATING RUNS  VIOLATING STEPS  REGISTERED"));
  EXPECT_THAT(out, HasSubstr("\n      1     2               1                1  "));
  EXPECT_THAT(out, HasSubstr("\n      2     1               0                0  "));
  EXPECT_THAT(ask({"schemas", "--csv"}).out,
              testing::StartsWith("name,version,run_count,registered_at,definition\r\npicker,1,2,"));
}

TEST_F(SchemasCommands, Show_PrintsTheDefinition) {
  EXPECT_THAT(ask({"schemas", "show", "picker", "2"}).out, HasSubstr(R"("output_data":["kept"])"));
  EXPECT_EQ(ask({"schemas", "show", "picker", "9"}).exitCode, 3);
  EXPECT_EQ(ask({"schemas", "show", "picker", "x"}).exitCode, 2);
}

TEST_F(SchemasCommands, Diff_ShowsKeysBySectionAndStepType) {
  EXPECT_EQ(ask({"schemas", "diff", "picker", "1", "2"}).out,
            "CHANGE     STEPS OF TYPE  SECTION      KEY\n"
            "+ added    all            output_data  kept\n"
            "+ added    llm            reasoning    model\n"
            "- removed  all            input_data   query\n"
            "~ changed  all            reasoning    score\n");
  EXPECT_EQ(ask({"schemas", "diff", "picker", "1", "1"}).out, "Both versions have the same keys.\n");
  EXPECT_EQ(ask({"schemas", "diff", "picker", "1", "2", "--json"}).out,
            backend_->get("/v1/schemas/picker/1?diff_to=2").body + "\n");
  EXPECT_EQ(ask({"schemas", "diff", "picker", "1", "7"}).exitCode, 3);
  EXPECT_EQ(ask({"schemas", "diff", "picker", "1"}).exitCode, 2);
}

TEST_F(SchemasCommands, Check_CountsWhatADefinitionWouldRefuse) {
  const test::TempFolder folder;
  const std::string file = folder.write("second.json", kSecond).string();
  EXPECT_EQ(ask({"schemas", "check", file}).out,
            "Of 3 steps 2 would deviate (66.7%).\n"
            "\n"
            "STEPS  KEY              WHY          STEP          TYPE    SUCH A RUN\n"
            "    1  reasoning.other  unknown_key  price-filter  filter  0190b2a4-7c12\n"
            "    1  reasoning.score  wrong_type   price-filter  filter  0190b2a4-7c11\n");
  EXPECT_EQ(ask({"schemas", "check", file, "run.schema.version = 2"}).out, "Of 1 steps 0 would deviate (0.0%).\n");
  EXPECT_EQ(ask({"schemas", "check", file, "--since", "1h"}).out, "Of 0 steps 0 would deviate (0.0%).\n");
  EXPECT_EQ(ask({"schemas", "check", file, "--csv", "name = \"price-filter\" AND reasoning.other:*"}).out,
            "name,step_type,pointer,kind,steps,example_run_id\r\n"
            "price-filter,filter,/reasoning/other,unknown_key,1,0190b2a4-7c12-7000-8000-00000000000a\r\n");
  EXPECT_THAT(ask({"schemas", "check", file, "--json"}).out,
              testing::StartsWith("{\"steps\":3,\"violating_steps\":2,"));
}

TEST_F(SchemasCommands, Check_BadDefinitionsAndFilters_AreExplained) {
  const test::TempFolder folder;
  const auto refused = [&folder](const char* content, const char* words) {
    const std::string file = folder.write("bad.json", content).string();
    const CommandOutcome outcome = ask({"schemas", "check", file});
    EXPECT_EQ(outcome.exitCode, 2);
    EXPECT_THAT(outcome.error, testing::StartsWith("xray: " + file + ": "));
    EXPECT_THAT(outcome.error, HasSubstr(words));
  };
  refused("", "expected a value");
  refused("{", "expected");
  refused("[]", "a definition is a JSON object");
  refused(R"({"reasoning":[5]})", "/reasoning/0");
  EXPECT_EQ(ask({"schemas", "check", (folder.path() / "none").string()}).exitCode, 2);
  const std::string good = folder.write("good.json", kFirst).string();
  EXPECT_THAT(ask({"schemas", "check", good, "nam = x"}).error, HasSubstr("\n  nam = x\n  ^\n"));
}

}  // namespace
}  // namespace xray::cli
