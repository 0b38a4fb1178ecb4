#include "annotations.h"

#include <simdjson.h>

#include <charconv>
#include <fstream>
#include <optional>

namespace attribution {
namespace {

using simdjson::dom::array;
using simdjson::dom::element;
using simdjson::dom::object;
using xray::Result;
using xray::Status;
using xray::StatusCode;
namespace fs = std::filesystem;

Status wrong(const std::string& what) {
  return Status(StatusCode::InvalidArgument, what);
}

/// A failure's number, with where it is.
struct Failure {
  std::int64_t id = 0;
  Place place;
};

Result<Failure> failureOf(const element& value) {
  std::int64_t id = 0, step = 0;
  std::string_view agent;
  if (value["failure_id"].get(id) != simdjson::SUCCESS) return wrong("\"failure_id\" must be an integer");
  if (value["step_number"].get(step) != simdjson::SUCCESS || step < 1) {
    return wrong("\"step_number\" must be an integer of 1 and more");
  }
  if (value["failed_agent"].get(agent) != simdjson::SUCCESS) return wrong("\"failed_agent\" must be a string");
  return Failure{id, {static_cast<std::size_t>(step - 1), std::string(agent)}};
}

Result<RootCause> rootCauseOf(const element& line) {
  array failures;
  std::int64_t root = 0;
  if (line["failures"].get(failures) != simdjson::SUCCESS) return wrong("\"failures\" must be an array");
  if (line["root_cause"]["failure_id"].get(root) != simdjson::SUCCESS) {
    return wrong("\"root_cause.failure_id\" must be an integer");
  }
  RootCause found;
  bool known = false;
  for (const element value : failures) {
    const Result<Failure> failure = failureOf(value);
    if (!failure) return failure.status();
    found.failures.push_back(failure->place);
    if (failure->id != root) continue;
    found.cause = failure->place;
    known = true;
  }
  if (!known) return wrong("\"root_cause.failure_id\" is none of \"failures\"");
  return found;
}

std::optional<std::string> trajectoryOf(const element& line) {
  std::int64_t number = 0;
  if (line["trajectory_id"].get(number) == simdjson::SUCCESS) return std::to_string(number);
  std::string_view text;
  if (line["trajectory_id"].get(text) == simdjson::SUCCESS) return std::string(text);
  return std::nullopt;
}

}  // namespace

Result<Place> readMistake(const fs::path& file) {
  if (!fs::exists(file)) return Status(StatusCode::NotFound, file.string() + ": no such file");
  const std::string place = file.string() + ": ";
  simdjson::dom::parser parser;
  object recording;
  if (const auto error = parser.load(file.string()).get(recording)) {
    return wrong(place + "not a JSON object: " + simdjson::error_message(error));
  }
  std::string_view agent, step;
  array history;
  if (recording["mistake_agent"].get(agent) != simdjson::SUCCESS) {
    return wrong(place + "\"mistake_agent\" must be a string");
  }
  if (recording["history"].get(history) != simdjson::SUCCESS) return wrong(place + "\"history\" must be an array");
  std::size_t number = 0;
  const bool isText = recording["mistake_step"].get(step) == simdjson::SUCCESS;
  const auto [end, error] = std::from_chars(step.data(), step.data() + step.size(), number);
  if (!isText || error != std::errc() || end != step.data() + step.size() || number >= history.size()) {
    return wrong(place + "\"mistake_step\" must be the number of a message in \"history\", as a string");
  }
  return Place{number, std::string(agent)};
}

Result<std::map<std::string, RootCause>> readRootCauses(const fs::path& file) {
  if (!fs::exists(file)) return Status(StatusCode::NotFound, file.string() + ": no such file");
  std::ifstream in(file);
  simdjson::dom::parser parser;
  std::map<std::string, RootCause> causes;
  std::size_t number = 0;
  for (std::string line; std::getline(in, line);) {
    const std::string place = file.string() + ":" + std::to_string(++number) + ": ";
    element value;
    if (const auto error = parser.parse(line).get(value)) {
      return wrong(place + "not JSON: " + simdjson::error_message(error));
    }
    const auto trajectory = trajectoryOf(value);
    if (!trajectory) return wrong(place + "\"trajectory_id\" must be an integer or a string");
    Result<RootCause> cause = rootCauseOf(value);
    if (!cause) return wrong(place + cause.status().message());
    if (!causes.emplace(*trajectory, std::move(*cause)).second) {
      return wrong(place + "\"trajectory_id\" " + *trajectory + " comes twice");
    }
  }
  return causes;
}

}  // namespace attribution
