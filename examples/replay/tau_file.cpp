#include "tau_file.h"

#include <simdjson.h>

#include <algorithm>

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

/// Turns messages into steps, one message after the other.
class Conversation {
 public:
  explicit Conversation(std::vector<AgentStep>& steps) : steps_(steps) {}

  Status add(const object& message) {
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

  Status addAssistant(const object& message) {
    if (std::string text = textOf(message, "content"); !text.empty()) {
      AgentStep step;
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
      AgentStep step;
      step.kind = AgentStep::Kind::Call;
      step.name = textOf(function, "name");
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
  std::string system_, heard_, heardFrom_;
  simdjson::dom::parser parser_;
};

}  // namespace

bool AgentStep::failed() const {
  return kind == Kind::Call && (!result || result->starts_with("Error"));
}

xray::Result<AgentRun> readTauFile(const fs::path& file) {
  const auto wrong = [&](const std::string& what) {
    return Status(StatusCode::InvalidArgument, file.string() + ": " + what);
  };
  if (!fs::exists(file)) return Status(StatusCode::NotFound, file.string() + ": no such file");

  AgentRun run;
  run.file = file.filename().string();
  run.domain = run.file.substr(0, run.file.find('_'));

  simdjson::dom::parser parser;
  object recording;
  if (const auto error = parser.load(file.string()).get(recording)) {
    return wrong(std::string("not a JSON object: ") + simdjson::error_message(error));
  }
  array messages;
  if (recording["task_id"].get(run.task) != simdjson::SUCCESS) return wrong("\"task_id\" must be an integer");
  if (recording["trial"].get(run.trial) != simdjson::SUCCESS) return wrong("\"trial\" must be an integer");
  if (recording["reward"].get(run.reward) != simdjson::SUCCESS) return wrong("\"reward\" must be a number");
  if (recording["traj"].get(messages) != simdjson::SUCCESS) return wrong("\"traj\" must be an array of messages");

  Conversation conversation(run.steps);
  std::size_t number = 0;
  for (const auto element : messages) {
    object message;
    const std::string place = "traj[" + std::to_string(number++) + "]: ";
    if (element.get(message) != simdjson::SUCCESS) return wrong(place + "not an object");
    if (const Status added = conversation.add(message); !added.ok()) return wrong(place + added.message());
  }
  return run;
}

xray::Result<std::vector<fs::path>> findRecordings(const std::vector<std::string>& paths) {
  std::vector<fs::path> files;
  for (const auto& path : paths) {
    if (fs::is_directory(path)) {
      for (const auto& entry : fs::directory_iterator(path)) {
        if (entry.path().extension() == ".json") files.push_back(entry.path());
      }
    } else if (fs::exists(path)) {
      files.emplace_back(path);
    } else {
      return Status(StatusCode::NotFound, path + ": no such file or directory");
    }
  }
  std::sort(files.begin(), files.end());
  if (files.empty()) return Status(StatusCode::NotFound, "no *.json file in " + (paths.empty() ? "" : paths.front()));
  return files;
}

}  // namespace replay
