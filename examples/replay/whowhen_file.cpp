#include "whowhen_file.h"

#include <simdjson.h>

#include "program_errors.h"

namespace replay {
namespace {

using simdjson::dom::array;
using simdjson::dom::object;
using xray::Status;
using xray::StatusCode;
namespace fs = std::filesystem;

/// Who wrote a message, and as what.
struct Author {
  std::string agent;
  std::string act;  // "thought", "-> WebSurfer"; empty where the format does not say
};

/// "Orchestrator (thought)".
Author authorOf(std::string_view role) {
  const std::size_t bracket = role.find(" (");
  if (bracket == std::string_view::npos || !role.ends_with(')')) return {std::string(role), ""};
  return {std::string(role.substr(0, bracket)), std::string(role.substr(bracket + 2, role.size() - bracket - 3))};
}

bool runsCode(const std::string& agent) {
  return agent == "ComputerTerminal" || agent == "Computer_terminal";
}

std::string stepType(const Author& author, bool first) {
  if (first) return "task";
  if (author.act == "thought") return "plan";
  if (author.act.starts_with("->")) return "dispatch";
  if (author.act == "termination condition") return "stop";
  if (runsCode(author.agent)) return "execute";
  if (author.agent == "WebSurfer") return "browse";
  if (author.agent == "FileSurfer") return "read";
  return "llm";
}

std::optional<AgentError> errorOf(const AgentStep& step) {
  if (runsCode(step.agent)) return exitCodeError(step.text);
  if (step.agent == "FileSurfer") return fileError(step.text);
  return std::nullopt;
}

/// The error of a run in which nothing was raised: the program took its answer for right, or gave up. That the answer
/// was wrong showed when it was compared, and names no step.
AgentError runError(const AgentStep& last) {
  if (last.type == "stop" && last.text.starts_with("Max ")) {
    return {"LimitReached", last.text.substr(0, last.text.find('\n'))};
  }
  return {"WrongAnswer", "the answer was wrong, or there was none"};
}

Status addStep(AgentRun& run, const object& message) {
  const auto text = [&](const char* member, std::string& value) {
    std::string_view found;
    if (message[member].get(found) != simdjson::SUCCESS) return false;
    value = found;
    return true;
  };
  std::string role, name, content;
  if (!text("role", role)) return Status(StatusCode::InvalidArgument, "\"role\" must be a string");
  if (!text("content", content)) return Status(StatusCode::InvalidArgument, "\"content\" must be a string");
  const bool named = text("name", name);
  run.pipeline = named ? "captain-agent" : "magentic-one";

  const Author author = named ? Author{name, ""} : authorOf(role);
  if (author.agent.empty()) return Status(StatusCode::InvalidArgument, "the message names no agent");
  AgentStep step;
  step.agent = author.agent;
  step.name = author.agent;
  step.type = stepType(author, run.steps.empty());
  step.message = run.steps.size();
  if (!run.steps.empty()) {
    step.heardFrom = run.steps.back().agent;
    step.heard = run.steps.back().text;
  }
  step.text = std::move(content);
  run.error = takeFrameworkException(step.text);
  step.error = run.error ? run.error : errorOf(step);
  run.steps.push_back(std::move(step));
  return {};
}

}  // namespace

xray::Result<AgentRun> readWhoWhenFile(const fs::path& file) {
  const auto wrong = [&](const std::string& what) {
    return Status(StatusCode::InvalidArgument, file.string() + ": " + what);
  };
  if (!fs::exists(file)) return Status(StatusCode::NotFound, file.string() + ": no such file");

  AgentRun run;
  run.file = file.filename().string();

  simdjson::dom::parser parser;
  object recording;
  if (const auto error = parser.load(file.string()).get(recording)) {
    return wrong(std::string("not a JSON object: ") + simdjson::error_message(error));
  }
  std::string_view question;
  array messages;
  if (recording["question_ID"].get(question) != simdjson::SUCCESS) return wrong("\"question_ID\" must be a string");
  if (recording["history"].get(messages) != simdjson::SUCCESS) return wrong("\"history\" must be an array of messages");
  if (messages.size() == 0) return wrong("\"history\" must have a message");
  run.task = std::string(question);

  std::size_t number = 0;
  for (const auto element : messages) {
    object message;
    const std::string place = "history[" + std::to_string(number++) + "]: ";
    if (element.get(message) != simdjson::SUCCESS) return wrong(place + "not an object");
    if (const Status added = addStep(run, message); !added.ok()) return wrong(place + added.message());
  }
  run.messages = number;
  if (!run.error) run.error = runError(run.steps.back());
  return run;
}

}  // namespace replay
