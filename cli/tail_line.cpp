#include "cli/tail_line.h"

#include "cli/format.h"

namespace xray::cli {
namespace {

constexpr std::size_t kRoomForIds = 110;
constexpr std::size_t kRoomForDates = 80;
constexpr std::size_t kShortId = 13;
constexpr std::size_t kDate = 11;  // "2026-11-22 "

struct Words {
  std::string_view mark;
  Colour colour = Colour::None;
  std::string text;
  std::string error;
};

std::string numbersOf(std::string_view run) {
  std::string text = memberDuration(run, "duration_ms");
  const std::string steps = memberText(run, "step_count");
  text += (text.empty() ? "" : ", ") + steps + (steps == "1" ? " step" : " steps");
  const std::string failed = memberText(run, "error_count");
  return failed == "0" ? text : text + ", " + failed + " failed";
}

Words wordsOf(const Change& change) {
  const std::string status = memberText(change.json, "status");
  if (!change.ofRun()) {
    const std::string name = memberText(change.json, "name") + "  " + memberText(change.json, "step_type") + "  ";
    if (change.kind == Change::Kind::StepStarted) return {"●", Colour::Yellow, name + "running", ""};
    const bool failed = status == "error";
    return {failed ? "✗" : "✓", failed ? Colour::Red : Colour::Green, name + memberDuration(change.json, "duration_ms"),
            errorText(change.json)};
  }
  const std::string pipeline = memberText(change.json, "pipeline");
  const std::string name = pipeline.empty() ? "run" : pipeline;
  if (change.kind == Change::Kind::RunStarted) return {"▶", Colour::Bold, name + " started", ""};
  if (change.kind == Change::Kind::RunResumed) return {"▶", Colour::Bold, name + " runs again", ""};
  const Colour colour = status == "completed" ? Colour::Green : status == "crashed" ? Colour::Red : Colour::Yellow;
  return {"■", colour, name + " " + status + "  " + numbersOf(change.json), errorText(change.json)};
}

}  // namespace

std::string tailLine(const Change& change, const Terminal& terminal, bool utc) {
  std::string time = formatTime(change.at, {utc, true});
  if (terminal.width != 0 && terminal.width < kRoomForDates && time.size() > kDate) time.erase(0, kDate);
  std::string id = memberText(change.json, "run_id");
  if (terminal.width != 0 && terminal.width < kRoomForIds) id.resize(std::min(id.size(), kShortId));
  const Words words = wordsOf(change);
  std::string head = time + "  " + id + "  ";
  if (terminal.width != 0 && terminal.width < displayWidth(head) + 20) head = time.substr(0, 8) + " ";
  const std::size_t taken = displayWidth(head) + 2;
  const auto fit = [&terminal](const std::string& text, std::size_t used) {
    if (terminal.width == 0) return text;
    return cut(text, terminal.width > used ? terminal.width - used : 0);
  };
  const std::string text = fit(words.text, taken);
  std::string error = words.error.empty() ? "" : fit("  " + words.error, taken + displayWidth(text));
  if (displayWidth(error) < 4) error.clear();  // a cut gap says nothing
  return paint(terminal, Colour::Dim, head) + paint(terminal, words.colour, words.mark) + " " +
         (change.ofRun() ? paint(terminal, words.colour, text) : text) + paint(terminal, Colour::Red, error);
}

}  // namespace xray::cli
