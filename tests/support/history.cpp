#include "support/history.h"

#include "support/vocabulary.h"
#include "xray/event_decoder.h"
#include "xray/json.h"

namespace xray::test {
namespace {

/// One event on its way into a line.
class Line {
 public:
  explicit Line(std::string_view event) : json_(text_) { json_.beginObject().key("event").string(event); }

  Line& text(std::string_view name, std::string_view value) {
    json_.key(name).string(value);
    return *this;
  }
  Line& id(std::string_view name, const Id& value) { return text(name, value.toString()); }
  Line& time(std::string_view name, Timestamp value) { return text(name, formatTimestamp(value)); }
  Line& raw(std::string_view name, std::string_view value) {
    json_.key(name).raw(value);
    return *this;
  }
  std::string end() {
    json_.endObject();
    return std::move(text_);
  }

 private:
  std::string text_;
  JsonWriter json_;
};

class HistoryBuilder {
 public:
  HistoryBuilder(Random& random, const HistoryShape& shape) : random_(random), shape_(shape) {}

  std::vector<std::string> build() {
    for (int version = 1; version <= 2; ++version) {
      if (random_.chance(0.5)) schema(version);
    }
    for (std::uint32_t n = 0; n < shape_.runs; ++n) run(n);
    return std::move(lines_);
  }

 private:
  const std::vector<std::string> kPipelines{"product-selection", "picker", "größe", "it's", "%", "A"};
  const std::vector<std::string> kNames{"price-filter", "rank", "llm call", "größe", "a\"b", "rank "};
  const std::vector<std::string> kTypes{"llm", "api", "filter", "ranking", "unclassified"};

  Timestamp anyTime() {
    Timestamp time = kEpoch + std::chrono::milliseconds(250 * random_.below(24));
    return random_.chance(0.3) ? time + Microseconds(random_.below(1'000'000)) : time;
  }

  void schema(int version) {
    lines_.push_back(Line("schema.registered")
                         .text("name", "selection")
                         .raw("version", std::to_string(version))
                         .raw("definition", R"({"reasoning":["score","v)" + std::to_string(version) + "\"]}")
                         .end());
  }

  void run(std::uint32_t n) {
    const Id runId = makeId(kRunKind, n);
    const std::size_t before = lines_.size();
    if (random_.chance(0.8)) started(runId);
    const std::uint64_t steps = random_.below(shape_.maxSteps + 1);
    for (std::uint32_t s = 0; s < steps; ++s) step(n, s);
    if (random_.chance(0.5)) terminal(runId, n, "run.ended", steps);
    if (random_.chance(0.35)) terminal(runId, n, "run.failed", steps);
    if (lines_.size() == before) started(runId);
  }

  void started(const Id& runId) {
    Line line("run.started");
    line.id("run_id", runId).text("pipeline", random_.pick(kPipelines)).time("at", anyTime());
    if (random_.chance(0.5)) {
      const std::string version = std::to_string(1 + random_.below(3));
      line.raw("schema", R"({"name":"selection","version":)" + version + "}");
    }
    if (random_.chance(0.7)) line.raw("metadata", randomObject(random_, 2));
    if (random_.chance(0.3)) line.raw("timeout_s", random_.chance(0.5) ? "0.5" : "3600");
    if (random_.chance(0.3)) line.id("parent_run_id", makeId(kRunKind, 0));
    lines_.push_back(line.end());
  }

  // Some runs have steps of the same ids: only the pair of both names a step.
  static Id stepIdOf(std::uint32_t run, std::uint64_t n) {
    return makeId(kStepKind, static_cast<std::uint32_t>(n % 3 == 0 ? n : run * 100 + n));
  }

  void step(std::uint32_t run, std::uint32_t n) {
    const std::string name = random_.pick(kNames);
    const std::string type = random_.pick(kTypes);
    const std::uint64_t facts = random_.below(4);
    if (facts <= 1) {
      Line line("step.started");
      describe(line, run, n).text("name", name).text("step_type", type).time("at", anyTime());
      if (random_.chance(0.5)) line.raw("input_data", randomObject(random_, 2));
      lines_.push_back(line.end());
    }
    if (facts == 0) return;
    Line line("step.ended");
    describe(line, run, n).text("name", name).text("step_type", type);
    line.time("started_at", anyTime()).time("at", anyTime());
    outcome(line);
    if (random_.chance(0.7)) line.raw("input_data", randomObject(random_, 2));
    if (random_.chance(0.7)) line.raw("output_data", randomObject(random_, 2));
    if (random_.chance(0.9)) line.raw("reasoning", randomObject(random_, 3));
    lines_.push_back(line.end());
  }

  Line& describe(Line& line, std::uint32_t run, std::uint32_t n) {
    line.id("run_id", makeId(kRunKind, run)).id("step_id", stepIdOf(run, n));
    if (random_.chance(0.8)) line.raw("seq", std::to_string(random_.chance(0.8) ? n : random_.below(12)));
    // Its own id, those of later steps and of steps that never come among them.
    if (random_.chance(0.4)) line.id("parent_step_id", stepIdOf(run, random_.below(shape_.maxSteps + 1)));
    return line;
  }

  void outcome(Line& line) {
    const bool failed = random_.chance(0.3);
    line.text("status", failed ? "error" : "success");
    if (failed && random_.chance(0.8)) {
      line.raw("error",
               random_.chance(0.5) ? R"({"type":"Timeout","message":"no \"answer\""})" : R"({"message":"é","code":5})");
    }
    if (random_.chance(0.2)) {
      line.raw("violations", R"([{"pointer":"/reasoning/x","kind":"unknown_key","action":"warned"},)"
                             R"({"pointer":"/reasoning/y","kind":"wrong_type","action":"sanitized"}])");
    }
  }

  void terminal(const Id& runId, std::uint32_t run, std::string_view event, std::uint64_t steps) {
    Line line(event);
    line.id("run_id", runId).time("at", anyTime());
    if (event == "run.failed") {
      const std::string step =
          random_.chance(0.4) ? R"(,"step_id":")" + stepIdOf(run, random_.below(steps + 1)).toString() + "\"" : "";
      const std::string text =
          random_.chance(0.5) ? R"({"type":"Crash","message":"out of 100%")" : R"({"message":"it's over")";
      line.raw("error", text + step + "}");
    }
    if (random_.chance(0.5)) line.raw("metadata", randomObject(random_, 2));
    if (random_.chance(0.6)) line.raw("last_seq", std::to_string(steps + random_.below(3)));
    if (random_.chance(0.3)) line.raw("lost", R"({"queue_full":2})");
    lines_.push_back(line.end());
  }

  Random& random_;
  HistoryShape shape_;
  std::vector<std::string> lines_;
};

}  // namespace

std::vector<std::string> randomHistory(Random& random, const HistoryShape& shape) {
  return HistoryBuilder(random, shape).build();
}

std::vector<std::string> wholeRun(std::uint32_t n, std::uint32_t steps) {
  const Id run = makeId(kRunKind, n);
  const auto second = [](int count) { return kEpoch + std::chrono::seconds(count); };
  std::vector<std::string> lines{
      Line("run.started").id("run_id", run).text("pipeline", "p").time("at", second(0)).end()};
  for (std::uint32_t step = 0; step < steps; ++step) {
    Line line("step.ended");
    line.id("run_id", run).id("step_id", makeId(kStepKind, step)).text("name", "n").text("step_type", "t");
    lines.push_back(line.time("started_at", second(0)).time("at", second(1)).text("status", "error").end());
  }
  lines.push_back(Line("run.ended").id("run_id", run).time("at", second(2)).end());
  return lines;
}

std::vector<std::vector<std::string>> randomDelivery(Random& random, const std::vector<std::string>& lines) {
  std::vector<std::string> all = lines;
  for (const std::string& line : lines) {
    while (random.chance(0.3)) all.push_back(line);
  }
  random.shuffle(all);
  std::vector<std::vector<std::string>> batches;
  const std::uint64_t largest = 1 + random.below(all.size());
  for (std::size_t at = 0; at < all.size();) {
    const std::size_t size = std::min<std::size_t>(1 + random.below(largest), all.size() - at);
    batches.emplace_back(all.begin() + static_cast<std::ptrdiff_t>(at),
                         all.begin() + static_cast<std::ptrdiff_t>(at + size));
    at += size;
  }
  return batches;
}

Result<AppendOutcome> appendLines(Store& store, const std::vector<std::string>& lines, Timestamp receivedAt) {
  Batch batch;
  for (const std::string& line : lines) batch.body += line + "\n";
  auto decoded = decodeBatch(std::move(batch), EventLimits());
  if (!decoded) return decoded.status();
  for (Event& event : decoded->events) {
    if (auto* step = std::get_if<StepEvent>(&event.fact)) step->schemaChecked = step->stepId.bytes()[15] % 2 == 1;
  }
  return store.append({decoded->events, decoded->rejections, receivedAt});
}

}  // namespace xray::test
