#include "e2e/recordings.h"

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>

#include <fstream>

namespace e2e {
namespace {

ExpectedRun expectedRun(const std::filesystem::path& file) {
  std::ifstream in(file);
  const auto recording = Poco::JSON::Parser().parse(in).extract<Poco::JSON::Object::Ptr>();
  ExpectedRun run;
  run.pipeline = file.filename().string().starts_with("airline_") ? "tau-airline" : "tau-retail";
  run.status = recording->getValue<double>("reward") == 0 ? "crashed" : "completed";
  for (const auto& entry : *recording->getArray("traj")) {
    const auto message = entry.extract<Poco::JSON::Object::Ptr>();
    const auto role = message->getValue<std::string>("role");
    const auto content = message->isNull("content") ? "" : message->getValue<std::string>("content");
    if (role == "tool" && content.starts_with("Error")) ++run.errors;
    if (role != "assistant") continue;
    if (!content.empty()) ++run.llmSteps;
    const auto calls = message->getArray("tool_calls");
    run.steps += (content.empty() ? 0 : 1) + (calls ? static_cast<int>(calls->size()) : 0);
  }
  return run;
}

}  // namespace

std::filesystem::path recordingsFolder() {
  return std::filesystem::path(XRAY_SHARED_DATA) / "tau" / "dev";
}

std::map<std::string, ExpectedRun> expectedRuns() {
  std::map<std::string, ExpectedRun> runs;
  for (const auto& entry : std::filesystem::directory_iterator(recordingsFolder())) {
    if (entry.path().extension() == ".json") runs[entry.path().filename().string()] = expectedRun(entry.path());
  }
  return runs;
}

std::ostream& operator<<(std::ostream& out, const ExpectedRun& run) {
  return out << run.pipeline << " " << run.status << ", " << run.steps << " steps (" << run.llmSteps << " llm), "
             << run.errors << " errors";
}

}  // namespace e2e
