#include "tau_file.h"

#include <simdjson.h>

namespace replay {
namespace {

using simdjson::dom::array;
using simdjson::dom::element;
using simdjson::dom::object;
using xray::Status;
using xray::StatusCode;
namespace fs = std::filesystem;

std::string textOf(const object& message, const char* member) {
  std::string_view text;
  return message[member].get(text) == simdjson::SUCCESS ? std::string(text) : std::string();
}

bool isObject(simdjson::dom::parser& parser, const std::string& text) {
  object parsed;
  return parser.parse(text).get(parsed) == simdjson::SUCCESS;
}

bool isJson(simdjson::dom::parser& parser, const std::string& text) {
  element parsed;
  return parser.parse(text).get(parsed) == simdjson::SUCCESS;
}

constexpr const char* kAgent = "Assistant";

std::optional<AgentError> errorOf(const AgentStep& step) {
  if (step.kind == AgentStep::Kind::Text) return std::nullopt;
  if (!step.result) return AgentError{"ToolError", "the recording has no result of this call"};
  if (!step.result->starts_with("Error")) return std::nullopt;
  return AgentError{"ToolError", *step.result};
}

/// Turns messages into steps, one message after the other.
class Conversation {
 public:
  explicit Conversation(std::vector<AgentStep>& steps) : steps_(steps) {}

  Status add(const object& message, std::size_t number) {
    number_ = number;
    const std::string role = textOf(message, "role");
    if (role == "assistant") return addAssistant(message);
    const std::string content = textOf(message, "content");
    if (role == "system") {
      system_ = content;
    } else if (role == "user") {
      hear(role, content);
    } else if (role == "tool") {
      if (!addResult(textOf(message, "tool_call_id"), content)) {
        return Status(StatusCode::InvalidArgument, "a tool's result that no call waits for");
      }
      hear(role, content);
    } else {
      return Status(StatusCode::InvalidArgument, "role must be system, user, assistant or tool, not \"" + role + "\"");
    }
    return {};
  }

 private:
  void hear(const std::string& from, const std::string& what) {
    heardFrom_ = from;
    heard_ = what;
  }

  AgentStep newStep(std::string name, const char* type) const {
    AgentStep step;
    step.agent = kAgent;
    step.name = std::move(name);
    step.type = type;
    step.message = number_;
    return step;
  }

  Status addAssistant(const object& message) {
    if (std::string text = textOf(message, "content"); !text.empty()) {
      AgentStep step = newStep("reply", "llm");
      step.text = std::move(text);
      step.heard = heard_;
      step.heardFrom = heardFrom_;
      step.system = std::exchange(system_, {});
      steps_.push_back(std::move(step));
      callIds_.emplace_back();
    }
    array calls;
    if (message["tool_calls"].get(calls) != simdjson::SUCCESS) return {};
    for (const auto call : calls) {
      object function;
      if (call["function"].get(function) != simdjson::SUCCESS) {
        return Status(StatusCode::InvalidArgument, "a tool call without \"function\"");
      }
      AgentStep step = newStep(textOf(function, "name"), "api");
      step.kind = AgentStep::Kind::Call;
      step.arguments = textOf(function, "arguments");
      if (step.name.empty()) return Status(StatusCode::InvalidArgument, "a tool call without a function name");
      if (!isObject(parser_, step.arguments)) {
        return Status(StatusCode::InvalidArgument, "the arguments of " + step.name + " are not a JSON object");
      }
      steps_.push_back(std::move(step));
      std::string_view id;
      callIds_.emplace_back(call["id"].get(id) == simdjson::SUCCESS ? id : std::string_view());
    }
    return {};
  }

  /// A result belongs to the call with its id; recordings without ids have their results in the order of the calls.
  bool addResult(const std::string& callId, const std::string& content) {
    const auto waiting = [&](std::size_t i) { return steps_[i].kind == AgentStep::Kind::Call && !steps_[i].result; };
    std::size_t target = steps_.size();
    for (std::size_t i = steps_.size(); i-- > 0;) {
      if (!waiting(i)) continue;
      target = i;
      if (!callId.empty() && callIds_[i] == callId) break;
    }
    if (target == steps_.size()) return false;
    steps_[target].result = content;
    steps_[target].resultIsJson = isJson(parser_, content);
    return true;
  }

  std::vector<AgentStep>& steps_;
  std::vector<std::string> callIds_;  // one for each step
  std::size_t number_ = 0;            // of the message
  std::string system_, heard_, heardFrom_;
  simdjson::dom::parser parser_;
};

}  // namespace

xray::Result<AgentRun> readTauFile(const fs::path& file) {
  const auto wrong = [&](const std::string& what) {
    return Status(StatusCode::InvalidArgument, file.string() + ": " + what);
  };
  if (!fs::exists(file)) return Status(StatusCode::NotFound, file.string() + ": no such file");

  AgentRun run;
  run.file = file.filename().string();
  run.pipeline = "tau-" + run.file.substr(0, run.file.find('_'));

  simdjson::dom::parser parser;
  object recording;
  if (const auto error = parser.load(file.string()).get(recording)) {
    return wrong(std::string("not a JSON object: ") + simdjson::error_message(error));
  }
  array messages;
  std::int64_t task = 0, trial = 0;
  double reward = 0;
  if (recording["task_id"].get(task) != simdjson::SUCCESS) return wrong("\"task_id\" must be an integer");
  if (recording["trial"].get(trial) != simdjson::SUCCESS) return wrong("\"trial\" must be an integer");
  if (recording["reward"].get(reward) != simdjson::SUCCESS) return wrong("\"reward\" must be a number");
  if (recording["traj"].get(messages) != simdjson::SUCCESS) return wrong("\"traj\" must be an array of messages");

  run.task = task;
  run.trial = trial;
  run.reward = reward;
  if (reward == 0) run.error = AgentError{"RewardZero", "the task was not solved (reward 0)"};

  Conversation conversation(run.steps);
  std::size_t number = 0;
  for (const auto element : messages) {
    object message;
    const std::string place = "traj[" + std::to_string(number) + "]: ";
    if (element.get(message) != simdjson::SUCCESS) return wrong(place + "not an object");
    if (const Status added = conversation.add(message, number++); !added.ok()) return wrong(place + added.message());
  }
  run.messages = number;
  for (auto& step : run.steps) step.error = errorOf(step);
  return run;
}

}  // namespace replay
