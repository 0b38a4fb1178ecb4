#include "xray/event_encoder.h"

#include <algorithm>

#include "xray/json.h"

namespace xray {
namespace {

/// One event being written: `{"event":"…","run_id":"…"`, members, `}` and the line's end.
class Line {
 public:
  Line(std::string& out, std::string_view event) : out_(out) {
    out_ += "{\"event\":\"";
    out_ += event;
    out_ += '"';
  }
  Line(const Line&) = delete;
  Line& operator=(const Line&) = delete;
  ~Line() { out_ += "}\n"; }

  void text(std::string_view name, std::string_view value) {
    key(name);
    appendJsonString(out_, value);
  }
  void id(std::string_view name, const Id& id) {
    key(name);
    out_ += '"';
    id.appendTo(out_);
    out_ += '"';
  }
  void id(std::string_view name, const std::optional<Id>& optional) {
    if (optional) id(name, *optional);
  }
  void time(std::string_view name, Timestamp time) {
    key(name);
    out_ += '"';
    appendTimestamp(out_, time);
    out_ += '"';
  }
  void integer(std::string_view name, std::int64_t value) {
    key(name);
    appendJsonNumber(out_, value);
  }
  void integer(std::string_view name, const std::optional<std::int64_t>& value) {
    if (value) integer(name, *value);
  }
  void seconds(std::string_view name, Microseconds duration);
  void schema(const SchemaRefView& ref);
  /// Left out when the text is empty or `absent`.
  void json(std::string_view name, JsonText text, std::string_view absent);

 private:
  void key(std::string_view name) {
    out_ += ",\"";
    out_ += name;
    out_ += "\":";
  }

  std::string& out_;
};

void Line::seconds(std::string_view name, Microseconds duration) {
  integer(name, duration.count() / 1'000'000);
  if (const auto micros = duration.count() % 1'000'000; micros != 0) {
    const std::string digits = std::to_string(1'000'000 + micros);
    out_ += '.';
    out_.append(digits, 1, digits.find_last_not_of('0'));
  }
}

void Line::schema(const SchemaRefView& ref) {
  key("schema");
  out_ += "{\"name\":";
  appendJsonString(out_, ref.name);
  out_ += ",\"version\":";
  appendJsonNumber(out_, ref.version);
  out_ += '}';
}

void Line::json(std::string_view name, JsonText text, std::string_view absent) {
  if (text.empty() || text == absent) return;
  key(name);
  const std::size_t begin = out_.size();
  out_ += text;
  if (text.find('\n') == std::string_view::npos && text.find('\r') == std::string_view::npos) return;
  std::replace_if(
      out_.begin() + static_cast<std::ptrdiff_t>(begin), out_.end(), [](char c) { return c == '\n' || c == '\r'; },
      ' ');
}

}  // namespace

void encodeEvent(std::string& out, const RunStarted& event) {
  Line line(out, "run.started");
  line.id("run_id", event.runId);
  line.text("pipeline", event.pipeline);
  line.time("at", event.at);
  if (event.schema) line.schema(*event.schema);
  line.json("metadata", event.metadata, "{}");
  if (event.timeout) line.seconds("timeout_s", *event.timeout);
  line.id("parent_run_id", event.parentRunId);
}

void encodeEvent(std::string& out, const StepEvent& event) {
  Line line(out, event.ended() ? "step.ended" : "step.started");
  line.id("run_id", event.runId);
  line.id("step_id", event.stepId);
  line.id("parent_step_id", event.parentStepId);
  line.integer("seq", event.seq);
  line.text("name", event.name);
  line.text("step_type", event.stepType);
  if (!event.ended()) {
    line.time("at", event.startedAt);
    line.json("input_data", event.inputData, "{}");
    return;
  }
  line.time("started_at", event.startedAt);
  line.time("at", *event.endedAt);
  line.text("status", toString(event.status));
  line.json("input_data", event.inputData, "{}");
  line.json("output_data", event.outputData, "{}");
  line.json("reasoning", event.reasoning, "{}");
  line.json("error", event.error, "");
  line.json("violations", event.violations, "[]");
}

void encodeEvent(std::string& out, const RunEnded& event) {
  Line line(out, event.failed ? "run.failed" : "run.ended");
  line.id("run_id", event.runId);
  line.time("at", event.at);
  if (event.failed) line.json("error", event.error, "");
  line.json("metadata", event.metadata, "{}");
  line.integer("last_seq", event.lastSeq);
  line.json("lost", event.lost, "{}");
}

void encodeEvent(std::string& out, const SchemaRegistered& event) {
  Line line(out, "schema.registered");
  line.text("name", event.name);
  line.integer("version", event.version);
  line.json("definition", event.definition, "");
}

void encodeEvent(std::string& out, const Event& event) {
  std::visit([&](const auto& fact) { encodeEvent(out, fact); }, event.fact);
}

}  // namespace xray
