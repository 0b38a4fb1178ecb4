// Runs and steps as the API writes them: the members and the order of query.md section 2.

#include "xray/json.h"
#include "xray/run.h"

namespace xray {
namespace {

/// Members one after the other; an optional without a value is null.
class Members {
 public:
  explicit Members(std::string& out) : json_(out) { json_.beginObject(); }
  void end() { json_.endObject(); }

  void text(std::string_view name, std::string_view value) { json_.key(name).string(value); }
  void textOrNull(std::string_view name, const std::optional<std::string>& value) {
    json_.key(name);
    value ? json_.string(*value) : json_.null();
  }
  void id(std::string_view name, const std::optional<Id>& value) {
    json_.key(name);
    value ? json_.string(value->toString()) : json_.null();
  }
  void time(std::string_view name, const std::optional<Timestamp>& value) {
    json_.key(name);
    value ? json_.string(formatTimestamp(*value)) : json_.null();
  }
  void integer(std::string_view name, const std::optional<std::int64_t>& value) {
    json_.key(name);
    value ? json_.integer(*value) : json_.null();
  }
  void duration(std::string_view name, const std::optional<Microseconds>& value) {
    json_.key(name);
    value ? json_.raw(milliseconds(*value)) : json_.null();
  }
  void boolean(std::string_view name, bool value) { json_.key(name).boolean(value); }
  /// Empty: null.
  void json(std::string_view name, std::string_view value) {
    json_.key(name);
    value.empty() ? json_.null() : json_.raw(value);
  }
  void schema(std::string_view name, const std::optional<SchemaRef>& value) {
    json_.key(name);
    if (!value) {
      json_.null();
      return;
    }
    json_.beginObject().key("name").string(value->name).key("version").integer(value->version).endObject();
  }

 private:
  JsonWriter json_;
};

void skeletonMembers(Members& members, const StepSkeleton& step) {
  members.id("step_id", step.stepId);
  members.id("run_id", step.runId);
  members.id("parent_step_id", step.parentStepId);
  members.integer("seq", step.seq);
  members.text("name", step.name);
  members.text("step_type", step.stepType);
  members.text("status", toString(step.status));
  members.time("started_at", step.startedAt);
  members.time("ended_at", step.endedAt);
  members.duration("duration_ms", step.duration);
  members.json("error", step.error);
  members.boolean("schema_checked", step.schemaChecked);
  members.json("violations", step.violations);
}

}  // namespace

void appendJson(std::string& out, const Run& run) {
  Members members(out);
  members.id("run_id", run.runId);
  members.id("parent_run_id", run.parentRunId);
  members.textOrNull("pipeline", run.pipeline);
  members.text("status", toString(run.status));
  members.time("started_at", run.startedAt);
  members.time("ended_at", run.endedAt);
  members.time("last_activity_at", run.lastActivityAt);
  members.duration("duration_ms", run.duration);
  members.schema("schema", run.schema);
  members.json("error", run.error);
  members.json("metadata", run.metadata);
  members.integer("step_count", run.stepCount);
  members.integer("error_count", run.errorCount);
  members.integer("missing_steps", run.missingSteps);
  members.integer("violation_count", run.violationCount);
  members.json("lost", run.lost);
  members.end();
}

void appendJson(std::string& out, const StepSkeleton& step) {
  Members members(out);
  skeletonMembers(members, step);
  members.end();
}

void appendJson(std::string& out, const Step& step) {
  Members members(out);
  skeletonMembers(members, step);
  members.json("input_data", step.inputData);
  members.json("output_data", step.outputData);
  members.json("reasoning", step.reasoning);
  members.end();
}

}  // namespace xray
