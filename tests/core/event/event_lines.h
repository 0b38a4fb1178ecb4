#pragma once
// Lines of events for tests.

#include <string>

namespace xray::test {

inline const std::string kRunId = "0193a0f2-0000-7000-8000-000000000001";
inline const std::string kStepId = "0193a0f2-0000-7000-8000-000000000002";
inline const std::string kParentId = "0193a0f2-0000-7000-8000-000000000003";

/// `"name":"value"` with a quoted value, to put between others.
inline std::string member(const std::string& name, const std::string& value) {
  return "\"" + name + "\":\"" + value + "\"";
}

/// An event with all it needs and `more` members (each begins with a comma).
inline std::string runStarted(const std::string& more = "") {
  return "{\"event\":\"run.started\"," + member("run_id", kRunId) +
         ",\"pipeline\":\"p\",\"at\":\"2026-11-22T10:00:00Z\"" + more + "}";
}
inline std::string stepStarted(const std::string& more = "") {
  return "{\"event\":\"step.started\"," + member("run_id", kRunId) + "," + member("step_id", kStepId) +
         ",\"name\":\"n\",\"step_type\":\"t\",\"at\":\"2026-11-22T10:00:01Z\"" + more + "}";
}
inline std::string stepEnded(const std::string& more = "") {
  return "{\"event\":\"step.ended\"," + member("run_id", kRunId) + "," + member("step_id", kStepId) +
         ",\"name\":\"n\",\"step_type\":\"t\",\"started_at\":\"2026-11-22T10:00:01Z\",\"at\":\"2026-11-22T10:00:02Z\","
         "\"status\":\"success\"" +
         more + "}";
}
inline std::string runEnded(const std::string& more = "") {
  return "{\"event\":\"run.ended\"," + member("run_id", kRunId) + ",\"at\":\"2026-11-22T10:00:03Z\"" + more + "}";
}
inline std::string runFailed(const std::string& more = "") {
  return "{\"event\":\"run.failed\"," + member("run_id", kRunId) +
         ",\"at\":\"2026-11-22T10:00:03Z\",\"error\":{\"message\":\"m\"}" + more + "}";
}
inline std::string schemaRegistered(const std::string& more = "") {
  return "{\"event\":\"schema.registered\",\"name\":\"s\",\"version\":1,\"definition\":{}" + more + "}";
}

}  // namespace xray::test
