// The commands against a real server, and against its store once the server is gone.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include "cli/served_backend.h"
#include "xray/json.h"

namespace xray::cli {
namespace {

using testing::HasSubstr;

class Commands : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    backend_ = std::make_unique<ServedBackend>();
    const std::string other = "0190b2a4-7c11-7000-8000-00000000000b";
    ASSERT_EQ(
        backend_
            ->post(runStarted() + stepEnded(1, R"(,"input_data":{"wish":"a\u001b[2J"},"reasoning":{"rule":"none"})") +
                   stepEnded(2, R"(,"error":{"type":"Timeout","message":"no answer"})", "error") +
                   R"({"event":"run.failed","run_id":")" + kRunId +
                   R"(","at":"2026-11-22T16:00:03.5Z","error":{"type":"Oops","message":"gave up"},"last_seq":2})"
                   "\n" +
                   R"({"event":"run.started","run_id":")" + other +
                   R"(","pipeline":"picker","at":"2026-11-22T15:00:00Z"})"
                   "\n" +
                   R"({"event":"run.ended","run_id":")" + other +
                   R"(","at":"2026-11-22T15:00:01Z"})"
                   "\n" +
                   R"({"event":"schema.registered","name":"s","version":1,"definition":{"reasoning":["rule"]}})")
            .status,
        200);
  }
  static void TearDownTestSuite() { backend_.reset(); }

  static CommandOutcome ask(std::vector<std::string> arguments, std::size_t width = 0) {
    arguments.insert(arguments.end(), {"--server", backend_->apiUrl()});
    return runCommand(arguments, width);
  }

  static std::unique_ptr<ServedBackend> backend_;
};
std::unique_ptr<ServedBackend> Commands::backend_;

TEST_F(Commands, Runs_AreATable) {
  const CommandOutcome runs = ask({"runs", "--utc"});
  EXPECT_EQ(runs.exitCode, 0);
  EXPECT_EQ(runs.error, "");
  EXPECT_EQ(
      runs.out,
      "RUN                                   PIPELINE  STATUS     STARTED               DURATION  STEPS  ERRORS  "
      "ERROR\n"
      "0190b2a4-7c11-7000-8000-00000000000a  picker    crashed    2026-11-22 16:00:00Z     3.50s      2       1  "
      "Oops: gave up\n"
      "0190b2a4-7c11-7000-8000-00000000000b  picker    completed  2026-11-22 15:00:00Z     1.00s      0       0\n");
}

TEST_F(Commands, Runs_FilterOrderAndLimit) {
  EXPECT_THAT(ask({"runs", "status = completed"}).out, testing::Not(HasSubstr("00000a ")));
  EXPECT_THAT(ask({"runs", "status", "=", "completed"}).out, HasSubstr("00000b "));
  EXPECT_EQ(ask({"runs", "pipeline = none"}).out, "No run matches.\n");
  const std::string limited = ask({"runs", "--limit", "1", "--order", "duration"}).out;
  EXPECT_THAT(limited, HasSubstr("00000b "));
  EXPECT_THAT(limited, HasSubstr("… there are more; --limit 1 was reached.\n"));
}

TEST_F(Commands, Run_IsATreeWithTheFailingStepMarked) {
  const CommandOutcome run = ask({"run", kRunId, "--utc", "--payloads"});
  EXPECT_EQ(run.exitCode, 0);
  EXPECT_EQ(run.out,
            "run 0190b2a4-7c11-7000-8000-00000000000a  picker  ✗ crashed\n"
            "  started   2026-11-22 16:00:00.000Z\n"
            "  ended     2026-11-22 16:00:03.500Z\n"
            "  duration  3.50s\n"
            "  error     Oops: gave up\n"
            "  steps     2, 1 failed, 1 missing (began in the pipeline, never arrived)\n"
            "\n"
            "✓ step 1  llm  250ms\n"
            "    input_data  {\"wish\":\"a\\u001b[2J\"}\n"
            "    reasoning   {\"rule\":\"none\"}\n"
            "✗ step 2  llm  250ms  Timeout: no answer  ◀ the run failed here\n"
            "    error       {\"type\":\"Timeout\",\"message\":\"no answer\"}\n");
}

TEST_F(Commands, Steps_AreATableThatFitsTheTerminal) {
  const CommandOutcome steps = ask({"steps", "--utc", "--order", "started_at"}, 105);
  EXPECT_EQ(
      steps.out,
      "STEP    TYPE  STATUS   STARTED               DURATION  RUN                                   ERROR OR RE…\n"
      "step 1  llm   success  2026-11-22 16:00:01Z     250ms  0190b2a4-7c11-7000-8000-00000000000a  "
      "{\"rule\":\"no…\n"
      "step 2  llm   error    2026-11-22 16:00:02Z     250ms  0190b2a4-7c11-7000-8000-00000000000a  Timeout: "
      "no…\n");
}

TEST_F(Commands, Json_IsThatOfTheApi) {
  EXPECT_EQ(ask({"run", kRunId, "--json"}).out, backend_->get("/v1/runs/" + kRunId).body + "\n");
  EXPECT_EQ(ask({"runs", "--json"}).out, backend_->get("/v1/runs").body + "\n");
  EXPECT_EQ(ask({"steps", "--json"}).out, backend_->get("/v1/steps").body + "\n");
  EXPECT_EQ(ask({"schemas", "--json"}).out, backend_->get("/v1/schemas").body + "\n");
  const std::string whole = ask({"run", kRunId, "--json", "--payloads"}).out;
  EXPECT_THAT(whole, HasSubstr(R"("reasoning":{"rule":"none"})"));
  EXPECT_TRUE(checkJson(whole, 100).ok());
}

TEST_F(Commands, Schemas_AreATable) {
  EXPECT_THAT(ask({"schemas"}).out, HasSubstr("{\"reasoning\":[\"rule\"]}"));
  EXPECT_EQ(ask({"schemas", "none"}).exitCode, 3);
}

TEST_F(Commands, BadFilter_IsShownWithACaret) {
  const CommandOutcome runs = ask({"runs", "pipeline = picker AND statuss = crashed"});
  EXPECT_EQ(runs.exitCode, 2);
  EXPECT_EQ(runs.out, "");
  EXPECT_EQ(runs.error,
            "xray: filter:23: unknown field \"statuss\"; did you mean \"status\"?\n"
            "  pipeline = picker AND statuss = crashed\n"
            "                        ^\n");
}

TEST_F(Commands, FilterThatBeginsWithMinus_NeedsTwoOfThem) {
  for (const char* command : {"runs", "steps"}) {
    const CommandOutcome option = runCommand({command, "-status = completed"});
    EXPECT_EQ(option.exitCode, 2);
    EXPECT_THAT(option.error,
                HasSubstr(std::string("put -- before it: xray ") + command + " -- \"-status = completed\"\n"));
    EXPECT_THAT(runCommand({command, "--help"}).out, HasSubstr("put -- before"));
  }
  EXPECT_THAT(runCommand({"runs", "-x"}).error, testing::Not(HasSubstr("put --")));
  const CommandOutcome marked = runCommand({"runs", "--server", backend_->apiUrl(), "--", "-status = completed"});
  EXPECT_EQ(marked.error, "");
  EXPECT_THAT(marked.out, HasSubstr("00000a "));
  EXPECT_THAT(marked.out, testing::Not(HasSubstr("00000b ")));
}

TEST_F(Commands, WrongUsage_IsExitCode2) {
  for (const std::vector<std::string>& arguments :
       std::vector<std::vector<std::string>>{{},
                                             {"rums"},
                                             {"runs", "--limit", "0"},
                                             {"runs", "--limit", "x"},
                                             {"run"},
                                             {"run", "latest"},
                                             {"runs", "--order", "size"},
                                             {"serve"},
                                             {"runs", "--server", "127.0.0.1:1"},
                                             {"runs", "--server", "ftp://x"},
                                             {"runs", "--server", "http://127.0.0.1:1", "--config", "x"}}) {
    const CommandOutcome outcome =
        arguments == std::vector<std::string>{"runs", "--order", "size"} ? ask(arguments) : runCommand(arguments);
    EXPECT_EQ(outcome.exitCode, 2) << testing::PrintToString(arguments) << outcome.error;
    EXPECT_NE(outcome.error, "");
  }
  EXPECT_EQ(runCommand({"--help"}).exitCode, 0);
  EXPECT_THAT(runCommand({"--help"}).out, HasSubstr("Exit codes:"));
}

TEST_F(Commands, UnknownRun_IsExitCode3) {
  const CommandOutcome run = ask({"run", "0190b2a4-7c11-7000-8000-0000000000ff"});
  EXPECT_EQ(run.exitCode, 3);
  EXPECT_EQ(run.error, "xray: there is no run 0190b2a4-7c11-7000-8000-0000000000ff\n");
}

TEST_F(Commands, ServerNotThere_SaysWhatToDo) {
  // Port 1 of loopback: nobody listens there.
  const CommandOutcome runs = runCommand({"runs", "--server", "http://127.0.0.1:1"});
  EXPECT_EQ(runs.exitCode, 1);
  EXPECT_THAT(
      runs.error,
      HasSubstr(
          "cannot reach http://127.0.0.1:1 (Connection refused): start a server with `xray serve --config FILE`"));
}

TEST_F(Commands, ReceiversPort_IsNotTheApi) {
  const std::string url = "http://127.0.0.1:" + std::to_string(backend_->eventsPort());
  for (const std::vector<std::string>& arguments :
       std::vector<std::vector<std::string>>{{"runs"}, {"steps"}, {"schemas"}, {"schemas", "s"}, {"run", kRunId}}) {
    std::vector<std::string> command = arguments;
    command.insert(command.end(), {"--server", url});
    const CommandOutcome outcome = runCommand(command);
    EXPECT_EQ(outcome.exitCode, 1) << testing::PrintToString(arguments);
    EXPECT_EQ(outcome.error,
              "xray: the server at " + url + " is not X-Ray's read API; is it the port of a receiver?\n");
  }
}

TEST_F(Commands, FullDisk_IsAFailureWithOneLine) {
  const test::TempFolder folder;
  e2e::ChildProcess child(
      {"/bin/sh", "-c", "exec \"$0\" runs --server \"$1\" > /dev/full", xrayProgram(), backend_->apiUrl()},
      folder.path() / "log");
  EXPECT_EQ(child.wait(), 1);
  EXPECT_EQ(child.output(), "xray: cannot write the output: No space left on device\n");
}

TEST_F(Commands, Plugins_AreListedAndShown) {
  const std::string list = runCommand({"plugins", "list"}).out;
  for (const char* name : {"http-transport", "key-list", "memory", "sqlite"}) EXPECT_THAT(list, HasSubstr(name));
  const CommandOutcome sqlite = runCommand({"plugins", "show", "sqlite"});
  EXPECT_EQ(sqlite.exitCode, 0);
  EXPECT_THAT(sqlite.out, HasSubstr("  path  text, required, of the store\n"));
  EXPECT_THAT(sqlite.out, HasSubstr("default 16MiB"));
  EXPECT_THAT(runCommand({"plugins", "show", "sqlite", "--json"}).out, HasSubstr("{\"name\":\"sqlite\""));
  const CommandOutcome unknown = runCommand({"plugins", "show", "sqlit"});
  EXPECT_EQ(unknown.exitCode, 3);
  EXPECT_THAT(unknown.error, HasSubstr("there is no plugin \"sqlit\"; did you mean \"sqlite\"? (found: "));
}

TEST_F(Commands, ConfigCheck_TellsAllProblems) {
  EXPECT_EQ(runCommand({"config", "check", backend_->config().string()}).out, backend_->config().string() + ": ok\n");
  EXPECT_EQ(runCommand({"config", "check", "--json", backend_->config().string()}).out,
            "{\"ok\":true,\"problems\":[]}\n");
  const test::TempFolder folder;
  const std::string file = folder.write("bad.yaml", "store: {plugin: memory}\napi: {port: 1, theads: 2}\n").string();
  const CommandOutcome bad = runCommand({"config", "check", file});
  EXPECT_EQ(bad.exitCode, 2);
  EXPECT_EQ(bad.out, "");
  EXPECT_EQ(std::count(bad.error.begin(), bad.error.end(), '\n'), 2) << bad.error;
  EXPECT_THAT(bad.error, HasSubstr(file + ":2:"));
  EXPECT_THAT(bad.error, HasSubstr("did you mean \"threads\"?"));
  EXPECT_THAT(runCommand({"config", "check", "--json", file}).out, HasSubstr("{\"ok\":false,\"problems\":["));
}

TEST_F(Commands, ConfigCheck_OfAnSdkConfiguration_ReportsItsProblems) {
  const test::TempFolder folder;
  const std::string good = folder.write("good.yaml", "transport: {plugin: http-transport}\n").string();
  EXPECT_EQ(runCommand({"config", "check", good}).out, good + ": ok\n");
  const std::string file =
      folder.write("sdk.yaml", "transport: {plugin: http-transport, options: {url: nowhere}}\nqueue: {max_byte: 10}\n")
          .string();
  const CommandOutcome bad = runCommand({"config", "check", file});
  EXPECT_EQ(bad.exitCode, 2);
  EXPECT_THAT(bad.error, HasSubstr(file + ":2:"));
  EXPECT_THAT(bad.error, HasSubstr("did you mean \"max_bytes\"?"));
  EXPECT_EQ(runCommand({"config", "check", "--json", file}).exitCode, 2);
  // A server's file with a stray section is still a server's.
  const std::string stray = folder.write("stray.yaml", "store: {plugin: memory}\ntransport: {plugin: x}\n").string();
  EXPECT_THAT(runCommand({"config", "check", stray}).error, HasSubstr("unknown section \"transport\""));
}

TEST_F(Commands, ConfigCheck_OptionsThatDoNotGoTogether_AreReported) {
  const test::TempFolder folder;
  const std::string file =
      folder
          .write("bad.yaml",
                 "store: {plugin: memory}\nreceivers: [{plugin: http-transport, options: {listen: localhost}}]\n")
          .string();
  const CommandOutcome bad = runCommand({"config", "check", file});
  EXPECT_EQ(bad.exitCode, 2);
  EXPECT_THAT(bad.error, HasSubstr(file + ": receiver http-transport: listen: "));
}

TEST(CommandsOverAStore, Config_GivesTheSameAnswersWithoutAServer) {
  ServedBackend backend;
  ASSERT_EQ(backend.post(runStarted() + stepEnded(1)).status, 200);
  const std::string served = runCommand({"runs", "--json", "--server", backend.apiUrl()}).out;
  const CommandOutcome beside = runCommand({"runs", "--json", "--config", backend.config().string()});
  EXPECT_EQ(beside.out, served) << "the server still runs";
  EXPECT_EQ(beside.error, "");
  ASSERT_EQ(backend.post(stepEnded(2)).status, 200);
  const std::string last = runCommand({"runs", "--json", "--server", backend.apiUrl()}).out;
  backend.process().signal(SIGTERM);
  ASSERT_EQ(backend.process().wait(), 0);
  const CommandOutcome opened = runCommand({"runs", "--json", "--config", backend.config().string()});
  EXPECT_EQ(opened.out, last);
  EXPECT_EQ(opened.error, "");
  EXPECT_EQ(runCommand({"run", kRunId, "--config", backend.config().string()}).exitCode, 0);
  EXPECT_EQ(runCommand({"runs", "bad =", "--config", backend.config().string()}).exitCode, 2);
  EXPECT_EQ(runCommand({"runs", "--config", backend.config().string() + "x"}).exitCode, 2);
}

}  // namespace
}  // namespace xray::cli
