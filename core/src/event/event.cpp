#include "xray/event.h"

#include "xray/transport.h"

namespace xray {

std::string_view toString(StepStatus status) {
  switch (status) {
    case StepStatus::Running:
      return "running";
    case StepStatus::Success:
      return "success";
    case StepStatus::Error:
      return "error";
  }
  return "";
}

std::string_view toString(RunStatus status) {
  switch (status) {
    case RunStatus::Running:
      return "running";
    case RunStatus::Completed:
      return "completed";
    case RunStatus::Crashed:
      return "crashed";
    case RunStatus::Incomplete:
      return "incomplete";
  }
  return "";
}

std::string_view toString(RejectCode code) {
  switch (code) {
    case RejectCode::InvalidJson:
      return "invalid_json";
    case RejectCode::InvalidEvent:
      return "invalid_event";
    case RejectCode::TooLarge:
      return "too_large";
    case RejectCode::TooDeep:
      return "too_deep";
    case RejectCode::SchemaViolation:
      return "schema_violation";
    case RejectCode::StoreRefused:
      return "store_refused";
  }
  return "";
}

const Id* Event::runId() const {
  if (const auto* started = std::get_if<RunStarted>(&fact)) return &started->runId;
  if (const auto* step = std::get_if<StepEvent>(&fact)) return &step->runId;
  if (const auto* ended = std::get_if<RunEnded>(&fact)) return &ended->runId;
  return nullptr;
}

}  // namespace xray
