#include "bench/made_up_runs.h"

namespace attribution {
namespace {

const std::string kRaised =
    R"(\nError processing publish message\nTraceback (most recent call last):\n  File\nnet.Refused: no\n)";

std::string magentic(const std::string& id, const std::string& end, const std::string& blamed) {
  return R"j({"question_ID": ")j" + id + R"j(", "history": [
      {"role": "human", "content": "How many boats?"},
      {"role": "Orchestrator (thought)", "content": "Initial plan"},
      {"role": "Orchestrator (-> FileSurfer)", "content": "Open boats.csv"},
      {"role": "FileSurfer", "content": "## Error 404\n\nFile not found: boats.csv"},
      {"role": "Orchestrator (-> WebSurfer)", "content": "Search boats"},
      {"role": "WebSurfer", "content": "I clicked 'Boats'.)j" +
         end + R"j("}], )j" + blamed + "}";
}

std::string blame(const std::string& step, const std::string& agent) {
  return R"("mistake_step": ")" + step + R"(", "mistake_agent": ")" + agent + R"(", "mistake_reason": "…")";
}

std::string cause(const std::string& id, const std::string& step, const std::string& agent) {
  return R"({"trajectory_id": )" + id + R"(, "failures": [{"failure_id": 1, "step_number": )" + step +
         R"(, "failed_agent": ")" + agent + R"("}], "root_cause": {"failure_id": 1}})" + "\n";
}

std::string retail(const std::string& task, const std::string& result) {
  return R"({"task_id": )" + task + R"(, "trial": 0, "reward": 0.0, "traj": [
      {"role": "system", "content": "Be polite."},
      {"role": "user", "content": "Cancel it"},
      {"role": "assistant", "content": "Sure.", "tool_calls": [
        {"id": "1", "type": "function", "function": {"name": "cancel", "arguments": "{}"}}]},
      {"role": "tool", "tool_call_id": "1", "content": ")" +
         result + R"("},
      {"role": "assistant", "content": "Done."},
      {"role": "user", "content": "Bye"},
      {"role": "assistant", "content": "Bye."}]})";
}

}  // namespace

MadeUpRuns::MadeUpRuns() {
  std::filesystem::create_directories(path() / "whowhen" / "dev");
  std::filesystem::create_directories(path() / "tau" / "dev");
  // Rule 2: the file at message 3; blamed is what asked for it.
  write("whowhen/dev/hc_a.json", magentic("a", "", blame("2", "Orchestrator")));
  // Rule 2: what was raised at message 5, not the earlier error; blamed is the earlier one.
  write("whowhen/dev/hc_b.json", magentic("b", kRaised, blame("3", "FileSurfer")));
  // The same, rightly blamed.
  write("whowhen/dev/hc_c.json", magentic("c", kRaised, blame("5", "WebSurfer")));
  // Of the second annotators one agrees.
  write("whowhen/dev/agentrx_second_annotations.jsonl",
        cause("\"a\"", "4", "Filesurfer") + cause("\"c\"", "6", "Websurfer"));
  // Rule 4: nothing failed.
  write("whowhen/dev/ag_a.json", R"j({"question_ID": "a", "history": [
      {"role": "assistant", "name": "Boat_Expert", "content": "A task"},
      {"role": "user", "name": "Computer_terminal", "content": "exitcode: 0 (execution succeeded)"
},
      {"role": "assistant", "name": "Boat_Expert", "content": "TERMINATE"}], )j" +
                                     blame("0", "Boat_Expert") + "}");
  // Rule 2: the call, which is a step of message 2; blamed rightly, and in the other run the user's message.
  write("tau/dev/retail_task003_trial0.json", retail("3", "Error: too late"));
  write("tau/dev/retail_task004_trial0.json", retail("4", "ok"));
  write("tau/dev/retail_task005_trial0.json", retail("5", "Error: nobody looked at this one"));
  write("tau/dev/retail_failure_annotations.jsonl", cause("3", "3", "Assistant") + cause("4", "6", "User"));
}

void MadeUpRuns::write(const std::string& file, const std::string& text) const {
  folder_.write(file, text);
}

}  // namespace attribution
