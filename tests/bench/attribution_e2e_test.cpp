// The program itself, on made-up data.

#include "bench/made_up_runs.h"
#include "e2e/child_process.h"

namespace attribution {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

struct Outcome {
  int code;
  std::string text;
};

Outcome run(const MadeUpRuns& data, std::vector<std::string> options) {
  options.insert(options.begin(), XRAY_BINARY_DIR "/bin/xray-attribution");
  e2e::ChildProcess program(options, data.path() / "log");
  const int code = program.wait().value_or(-1);
  return {code, program.output()};
}

TEST(AttributionProgram, MadeUpData_GivesTablesOfEverySet) {
  const MadeUpRuns data;
  const Outcome outcome = run(data, {"--data", data.path().string()});
  EXPECT_EQ(outcome.code, 0) << outcome.text;
  for (const char* title :
       {"### Who&When, hand-crafted\n", "### Who&When, hand-crafted, judged by the second annotators\n",
        "### Who&When, algorithm-generated\n", "### tau-bench, retail\n"}) {
    EXPECT_THAT(outcome.text, HasSubstr(title));
  }
  EXPECT_THAT(outcome.text, Not(HasSubstr("boats"))) << "no text of the recordings";
}

TEST(AttributionProgram, MissingFolder_IsToldAndLeftOut) {
  const MadeUpRuns data;
  std::filesystem::remove_all(data.path() / "whowhen");
  const Outcome outcome = run(data, {"--data", data.path().string()});
  EXPECT_EQ(outcome.code, 0) << outcome.text;
  EXPECT_THAT(outcome.text, HasSubstr("Who&When is left out"));
  EXPECT_THAT(outcome.text, HasSubstr("### tau-bench, retail"));
  std::filesystem::remove_all(data.path() / "tau");
  const Outcome nothing = run(data, {"--data", data.path().string()});
  EXPECT_EQ(nothing.code, 2);
  EXPECT_THAT(nothing.text, HasSubstr("nothing to measure"));
}

TEST(AttributionProgram, WrongInput_EndsWithItsMessage) {
  const MadeUpRuns data;
  EXPECT_EQ(run(data, {"--nothing"}).code, 2);
  EXPECT_EQ(run(data, {"--data", data.path().string(), "--store", "{plugin: nothing}"}).code, 2);
  data.write("whowhen/dev/hc_a.json", R"({"question_ID": "a", "history": [{"role": "human", "content": ""}]})");
  const Outcome outcome = run(data, {"--data", data.path().string()});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.text, HasSubstr("hc_a.json: \"mistake_agent\" must be a string"));
}

}  // namespace
}  // namespace attribution
