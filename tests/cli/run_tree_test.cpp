#include "cli/run_tree.h"

#include <gtest/gtest.h>

#include <sstream>

namespace xray::cli {
namespace {

std::string id(int number) {
  return "0190b2a4-7c11-7000-8000-00000000000" + std::to_string(number);
}

std::string step(int number, int parent, const std::string& name, const std::string& status,
                 const std::string& error = "null", const std::string& violations = "[]") {
  const bool ended = status != "running";
  return R"({"step_id":")" + id(number) + R"(","run_id":"r","parent_step_id":)" +
         (parent ? "\"" + id(parent) + "\"" : "null") + R"(,"seq":)" + std::to_string(number) + R"(,"name":")" + name +
         R"(","step_type":"llm","status":")" + status + R"(","started_at":"2026-11-22T16:00:0)" +
         std::to_string(number) + R"(.000000Z","ended_at":null,"duration_ms":)" + (ended ? "12.5" : "null") +
         R"(,"error":)" + error + R"(,"schema_checked":true,"violations":)" + violations + "}";
}

std::string run(const std::string& status, const std::string& steps, const std::string& error = "null") {
  return R"({"run_id":")" + id(0) + R"(","parent_run_id":null,"pipeline":"picker","status":")" + status +
         R"(","started_at":"2026-11-22T16:00:00.000000Z","ended_at":"2026-11-22T16:00:02.500000Z","last_activity_at":"2026-11-22T16:00:03.000000Z",)"
         R"("duration_ms":2500,"schema":{"name":"s","version":3},"error":)" +
         error +
         R"(,"metadata":{"market":"US"},"step_count":5,"error_count":1,"missing_steps":2,"violation_count":1,"lost":{"queue_full":2},"steps":[)" +
         steps + "]}";
}

std::string drawn(const std::string& json, std::size_t width = 0,
                  const std::map<std::string, std::string>& payloads = {}) {
  std::ostringstream out;
  drawRun(out, {width, false}, json, payloads, true);
  return out.str();
}

/// The tree without the head.
std::string tree(const std::string& json) {
  const std::string text = drawn(json);
  return text.substr(text.find("\n\n") + 2);
}

TEST(RunTree, Draw_CrashedRun_ShowsHeadTreeAndTheFailingStep) {
  const std::string json = run("crashed",
                               step(1, 0, "parse", "success") + "," + step(2, 0, "retrieve", "error") + "," +
                                   step(3, 2, "page 1", "success") + "," +
                                   step(4, 2, "page 2", "error", R"({"type":"Timeout","message":"no\u001b answer"})",
                                        R"([{"pointer":"/reasoning/x"}])") +
                                   "," + step(5, 0, "rank", "running"),
                               R"({"type":"Failed","message":"gave up"})");
  EXPECT_EQ(drawn(json),
            "run 0190b2a4-7c11-7000-8000-000000000000  picker  ✗ crashed\n"
            "  started   2026-11-22 16:00:00.000Z\n"
            "  ended     2026-11-22 16:00:02.500Z\n"
            "  duration  2.50s\n"
            "  schema    s version 3\n"
            "  metadata  {\"market\":\"US\"}\n"
            "  error     Failed: gave up\n"
            "  steps     5, 1 failed, 2 missing (began in the pipeline, never arrived), 1 violation\n"
            "  lost      queue_full 2 (what the SDK could not deliver)\n"
            "\n"
            "✓ parse      llm   12.5ms\n"
            "✗ retrieve   llm   12.5ms\n"
            "├─ ✓ page 1  llm   12.5ms\n"
            "└─ ✗ page 2  llm   12.5ms  Timeout: no\\x1b answer  ◀ the run failed here  ⚠ 1 violation\n"
            "● rank       llm  running\n");
}

TEST(RunTree, Draw_NarrowTerminal_FitsIt) {
  const std::string text = drawn(run("completed", step(1, 0, std::string(100, 'n'), "success")), 40);
  const std::size_t line = text.find("\n\n") + 2;
  EXPECT_LE(displayWidth(text.substr(line, text.size() - line - 1)), 40u);
}

/// The line of the drawing that has `words`.
std::string lineWith(const std::string& text, const std::string& words) {
  const std::size_t place = text.find(words);
  if (place == std::string::npos) return "";
  const std::size_t begin = text.rfind('\n', place) + 1;
  return text.substr(begin, text.find('\n', place) - begin);
}

TEST(RunTree, Draw_LongNamesInANarrowTerminal_KeepDurationErrorAndMark) {
  const std::string error = R"({"type":"Timeout","message":"no answer )" + std::string(100, 'e') + "\"}";
  std::string failed = step(2, 0, std::string(100, 'n'), "error", error);
  failed.replace(failed.find("\"llm\""), 5, "\"" + std::string(100, 't') + "\"");
  const std::string text = drawn(run("crashed", step(1, 0, "parse", "success") + "," + failed), 80);
  const std::string line = lineWith(text, "✗ nnn");
  EXPECT_EQ(displayWidth(line), 80u) << line;
  for (const char* part : {"✗ nnnnnnnn", "  ttt", "  12.5ms  Timeout: no answer ", "…  ◀ the run failed here"})
    EXPECT_NE(line.find(part), std::string::npos) << part << "\n" << line;
  EXPECT_LE(displayWidth(lineWith(text, "✓ parse")), 80u);
  // Where even the least of everything is too much, the error goes first.
  const std::string narrow = lineWith(drawn(run("crashed", failed), 50), "✗ nnn");
  EXPECT_NE(narrow.find("12.5ms  ◀ the run failed here"), std::string::npos) << narrow;
}

std::string deepId(int number) {
  std::string digits = std::to_string(number);
  return "0190b2a4-7c11-7000-8000-" + std::string(12 - digits.size(), '0') + digits;
}

/// Steps of which each is the child of the one before.
std::string chain(int length) {
  std::string steps;
  for (int i = 0; i < length; ++i) {
    steps += std::string(i ? "," : "") + R"({"step_id":")" + deepId(i) + R"(","parent_step_id":)" +
             (i ? "\"" + deepId(i - 1) + "\"" : "null") + R"(,"seq":)" + std::to_string(i) + R"(,"name":"level )" +
             std::to_string(i) + R"(","step_type":"llm","status":"error","started_at":"2026-11-22T16:00:01.000000Z",)" +
             R"("duration_ms":12.5,"error":null,"violations":[]})";
  }
  return steps;
}

TEST(RunTree, Draw_TooDeepToIndent_ShowsTheDepth) {
  const std::string json = run("crashed", chain(36));
  const std::string wide = drawn(json);
  const auto indented = [](int levels) {
    std::string blanks(static_cast<std::size_t>(3 * levels), ' ');
    return blanks + "└─";
  };
  EXPECT_EQ(lineWith(wide, "level 12 ").find(indented(11) + " ✗ level 12 "), 0u) << wide;
  EXPECT_EQ(lineWith(wide, "level 13 ").find(indented(12) + "[13] ✗ level 13 "), 0u) << wide;
  EXPECT_EQ(lineWith(wide, "level 35 ").find(indented(12) + "[35] ✗ level 35 "), 0u) << wide;
  // Narrower, it indents less, so that names and the mark are still there.
  const std::string narrow = drawn(json, 80);
  EXPECT_EQ(lineWith(narrow, "level 7 ").find(indented(6) + "[7] ✗ level 7 "), 0u) << narrow;
  EXPECT_NE(lineWith(narrow, "[35] ✗ level 35 ").find("◀ the run failed here"), std::string::npos) << narrow;
}

TEST(RunTree, Draw_Violations_AreCountedInWords) {
  for (const auto& [count, words] : {std::pair("0", "steps     5, 1 failed\n"), std::pair("1", ", 1 violation\n"),
                                     std::pair("2", ", 2 violations\n")}) {
    std::string json = run("completed", "");
    json.replace(json.find("\"violation_count\":1"), 19, std::string("\"violation_count\":") + count);
    json.replace(json.find("\"missing_steps\":2"), 17, "\"missing_steps\":0");
    EXPECT_NE(drawn(json).find(words), std::string::npos) << words;
  }
}

TEST(RunTree, Draw_DeepAndBrokenTrees_ShowsEveryStepOnce) {
  // A parent that never arrived, a circle, a step that is its own parent.
  EXPECT_EQ(tree(run("running", step(1, 9, "orphan", "success") + "," + step(2, 3, "a", "success") + "," +
                                    step(3, 2, "b", "success") + "," + step(4, 4, "self", "success"))),
            "✓ orphan  llm  12.5ms\n"
            "✓ self    llm  12.5ms\n"
            "✓ a       llm  12.5ms\n"
            "└─ ✓ b    llm  12.5ms\n");
}

TEST(RunTree, Draw_Payloads_UnderTheirSteps) {
  const std::string json = run("completed", step(1, 0, "parse", "success") + "," + step(2, 1, "sub", "success"));
  const std::string text = drawn(
      json, 0,
      {{id(1), R"({"input_data":{"wish":"a"},"output_data":{},"reasoning":{"rule":"x"},"error":null,"violations":[]})"},
       {id(2), R"({"input_data":{},"output_data":{"kept":7},"reasoning":{},"error":null,"violations":[]})"}});
  EXPECT_EQ(text.substr(text.find("\n\n") + 2),
            "✓ parse   llm  12.5ms\n"
            "    input_data  {\"wish\":\"a\"}\n"
            "    reasoning   {\"rule\":\"x\"}\n"
            "└─ ✓ sub  llm  12.5ms\n"
            "       output_data {\"kept\":7}\n");
}

TEST(RunTree, StoppedAt_FollowsTheFourRules) {
  const std::string steps = step(1, 0, "a", "success") + "," + step(2, 0, "b", "error") + "," +
                            step(3, 2, "c", "error") + "," + step(4, 0, "d", "running");
  EXPECT_EQ(stoppedAt(run("crashed", steps, R"({"message":"m","step_id":")" + id(1) + "\"}")).stepId, id(1));
  EXPECT_EQ(stoppedAt(run("crashed", steps, R"({"message":"m","step_id":")" + id(9) + "\"}")).stepId, id(3));
  EXPECT_EQ(stoppedAt(run("incomplete", steps)).stepId, id(3));
  EXPECT_EQ(stoppedAt(run("incomplete", step(1, 0, "a", "success") + "," + step(4, 0, "d", "running"))).words,
            "in flight when the run stopped");
  EXPECT_EQ(stoppedAt(run("incomplete", step(1, 0, "a", "success") + "," + step(2, 0, "b", "success"))).stepId, id(2));
  EXPECT_EQ(stoppedAt(run("crashed", "")).stepId, "");
  EXPECT_EQ(stoppedAt(run("completed", steps)).stepId, "");
  EXPECT_EQ(stoppedAt(run("running", steps)).stepId, "");
}

}  // namespace
}  // namespace xray::cli
