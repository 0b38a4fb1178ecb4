#include "cli/run_tree.h"

#include <algorithm>
#include <set>
#include <unordered_map>

#include "cli/format.h"
#include "xray/json.h"

namespace xray::cli {
namespace {

/// Deeper steps are drawn at this depth, with their own in brackets, so that a long chain stays readable (and its
/// drawing linear).
constexpr std::size_t kMaxIndent = 12;
constexpr std::size_t kColumnsPerIndent = 12;  // a terminal must have as many for each level of indentation
constexpr std::size_t kMaxNameWidth = 60;
constexpr std::size_t kMaxTypeWidth = 20;
/// What is left of columns, in a narrow terminal, before something else gives way.
constexpr std::size_t kMinNameWidth = 12;
constexpr std::size_t kMinTypeWidth = 4;
constexpr std::size_t kMinErrorWidth = 20;
constexpr std::size_t kGap = 2;

std::size_t maxIndent(const Terminal& terminal) {
  return terminal.width == 0 ? kMaxIndent : std::clamp<std::size_t>(terminal.width / kColumnsPerIndent, 1, kMaxIndent);
}

struct StepLine {
  std::string id;
  std::string_view json;
  std::vector<std::size_t> children;
  std::string prefix;       // of its own line
  std::string childPrefix;  // of the lines below it
};

Colour colourOf(std::string_view status) {
  if (status == "success" || status == "completed") return Colour::Green;
  if (status == "error" || status == "crashed") return Colour::Red;
  return Colour::Yellow;
}

std::string_view markOf(std::string_view status) {
  if (status == "success" || status == "completed") return "✓";
  if (status == "error" || status == "crashed") return "✗";
  return "●";
}

/// The steps of a run in the order of drawing, with their prefixes.
class StepTree {
 public:
  StepTree(std::string_view run, std::size_t maxIndent) : maxIndent_(maxIndent) {
    const std::optional<JsonValue> steps = findJsonMember(run, "steps");
    if (!steps) return;
    std::unordered_map<std::string, std::size_t> places;
    for (JsonCursor cursor(steps->text); cursor.next();) {
      const std::string_view json = cursor.value().text;
      lines_.push_back({memberString(json, "step_id"), json, {}, "", ""});
      places.emplace(lines_.back().id, lines_.size() - 1);
    }
    std::vector<std::size_t> roots;
    for (std::size_t i = 0; i < lines_.size(); ++i) {
      const auto parent = places.find(memberString(lines_[i].json, "parent_step_id"));
      // A parent that never arrived must not hide its children.
      if (parent == places.end() || parent->second == i) {
        roots.push_back(i);
      } else {
        lines_[parent->second].children.push_back(i);
      }
    }
    std::vector<bool> drawn(lines_.size(), false);
    for (const std::size_t root : roots) drawFrom(root, drawn);
    // What is left are circles of parents, which nothing forbids.
    for (std::size_t i = 0; i < lines_.size(); ++i) {
      if (!drawn[i]) drawFrom(i, drawn);
    }
  }

  std::size_t size() const { return order_.size(); }
  const StepLine& operator[](std::size_t place) const { return lines_[order_[place]]; }

 private:
  void drawFrom(std::size_t root, std::vector<bool>& drawn) {
    struct Visit {
      std::size_t line;
      std::size_t depth;
    };
    lines_[root].prefix = lines_[root].childPrefix = "";
    std::vector<Visit> stack{{root, 0}};
    while (!stack.empty()) {
      const Visit visit = stack.back();
      stack.pop_back();
      if (drawn[visit.line]) continue;
      drawn[visit.line] = true;
      order_.push_back(visit.line);
      const StepLine& parent = lines_[visit.line];
      for (std::size_t i = parent.children.size(); i-- > 0;) {
        if (drawn[parent.children[i]]) continue;
        StepLine& child = lines_[parent.children[i]];
        const bool last = i + 1 == parent.children.size();
        const bool indent = visit.depth < maxIndent_;
        const std::string depth = indent ? " " : "[" + std::to_string(visit.depth + 1) + "] ";
        child.prefix = parent.childPrefix + (last ? "└─" : "├─") + depth;
        child.childPrefix = indent ? parent.childPrefix + (last ? "   " : "│  ") : parent.childPrefix;
        stack.push_back({parent.children[i], visit.depth + 1});
      }
    }
  }

  std::size_t maxIndent_;
  std::vector<StepLine> lines_;
  std::vector<std::size_t> order_;  // indexes of lines_
};

/// The greatest step for which `accept` is true, in the order of (started_at, seq, step_id).
template <typename Accept>
std::string_view lastStep(std::string_view steps, const Accept& accept) {
  std::string_view last;
  const auto rank = [](std::string_view step) {
    return std::tuple(memberString(step, "started_at"), memberNumber(step, "seq").value_or(-1),
                      memberString(step, "step_id"));
  };
  for (JsonCursor cursor(steps); cursor.next();) {
    const std::string_view step = cursor.value().text;
    if (accept(step) && (last.empty() || rank(step) > rank(last))) last = step;
  }
  return last;
}

void field(std::ostream& out, const Terminal& terminal, std::string_view name, const std::string& value,
           Colour colour = Colour::None) {
  if (value.empty()) return;
  std::string label(name);
  label.resize(10, ' ');
  out << "  " << paint(terminal, Colour::Dim, label) << paint(terminal, colour, value) << '\n';
}

std::string lostText(std::string_view run) {
  std::string text;
  const std::optional<JsonValue> lost = findJsonMember(run, "lost");
  if (!lost) return text;
  for (JsonCursor cursor(lost->text); cursor.next();) {
    text += (text.empty() ? "" : ", ") + harmless(cursor.key()) + " " + harmless(cursor.value().text);
  }
  return text.empty() ? text : text + " (what the SDK could not deliver)";
}

std::string countsText(std::string_view run) {
  std::string text = memberText(run, "step_count");
  const auto add = [&](const char* name, const char* words, const char* wordsOfOne) {
    const std::string count = memberText(run, name);
    if (!count.empty() && count != "0") text += ", " + count + " " + (count == "1" ? wordsOfOne : words);
  };
  add("error_count", "failed", "failed");
  const char* missing = "missing (began in the pipeline, never arrived)";
  add("missing_steps", missing, missing);
  add("violation_count", "violations", "violation");
  return text;
}

void drawHead(std::ostream& out, const Terminal& terminal, std::string_view run, bool utc) {
  const std::string status = memberText(run, "status");
  const std::string pipeline = memberText(run, "pipeline");
  out << "run " << memberText(run, "run_id") << "  "
      << paint(terminal, Colour::Bold, pipeline.empty() ? "(not started yet)" : pipeline) << "  "
      << paint(terminal, colourOf(status), std::string(markOf(status)) + " " + status) << '\n';
  field(out, terminal, "started", memberTime(run, "started_at", {utc}));
  field(out, terminal, "ended", memberTime(run, "ended_at", {utc}));
  if (memberTime(run, "ended_at", {utc}).empty())
    field(out, terminal, "last seen", memberTime(run, "last_activity_at", {utc}));
  field(out, terminal, "duration", memberDuration(run, "duration_ms"));
  field(out, terminal, "parent", memberText(run, "parent_run_id"));
  if (const auto schema = findJsonMember(run, "schema"); schema && schema->type == JsonType::Object) {
    field(out, terminal, "schema",
          memberText(schema->text, "name") + " version " + memberText(schema->text, "version"));
  }
  const std::string metadata = memberText(run, "metadata");
  if (metadata != "{}") field(out, terminal, "metadata", metadata);
  field(out, terminal, "error", errorText(run), Colour::Red);
  field(out, terminal, "steps", countsText(run));
  field(out, terminal, "lost", lostText(run), Colour::Yellow);
}

/// The columns of one step's line before they are aligned.
struct Columns {
  std::string name, type, duration, error, marks;
};

Columns columnsOf(const StepLine& line, const StoppedAt& stopped) {
  const std::string status = memberText(line.json, "status");
  const std::string duration = memberDuration(line.json, "duration_ms");
  Columns columns{line.prefix + std::string(markOf(status)) + " " + memberText(line.json, "name"),
                  memberText(line.json, "step_type"), duration.empty() ? status : duration, errorText(line.json), ""};
  if (!stopped.stepId.empty() && line.id == stopped.stepId) columns.marks = "◀ " + std::string(stopped.words);
  if (const auto violations = findJsonMember(line.json, "violations"); violations && violations->text != "[]") {
    std::size_t count = 0;
    for (JsonCursor cursor(violations->text); cursor.next();) ++count;
    columns.marks +=
        (columns.marks.empty() ? "⚠ " : "  ⚠ ") + std::to_string(count) + (count == 1 ? " violation" : " violations");
  }
  return columns;
}

void drawPayload(std::ostream& out, const Terminal& terminal, const std::string& indent, const std::string& step) {
  for (const char* section : {"input_data", "output_data", "reasoning", "error", "violations"}) {
    const std::optional<JsonValue> value = findJsonMember(step, section);
    if (!value || value->type == JsonType::Null || value->text == "{}" || value->text == "[]") continue;
    std::string label(section);
    label.resize(12, ' ');
    out << indent << "    " << paint(terminal, Colour::Dim, label) << harmless(value->text) << '\n';
  }
}

std::string padded(const std::string& text, std::size_t width, bool right = false) {
  const std::size_t taken = displayWidth(text);
  const std::string padding(width > taken ? width - taken : 0, ' ');
  return right ? padding + text : text + padding;
}

struct Widths {
  std::size_t name = 0, type = 0, duration = 0;
};

/// Of the aligned columns. In a terminal that is too narrow for all, the names and types give way to durations, marks
/// and the beginnings of errors; `deepest`: columns that the longest prefix takes.
Widths widthsOf(const std::vector<Columns>& rows, const Terminal& terminal, std::size_t deepest) {
  Widths widths;
  std::size_t remark = 0;
  for (const Columns& row : rows) {
    widths.name = std::max(widths.name, std::min(displayWidth(row.name), kMaxNameWidth));
    widths.type = std::max(widths.type, std::min(displayWidth(row.type), kMaxTypeWidth));
    widths.duration = std::max(widths.duration, displayWidth(row.duration));
    const std::size_t marks = row.marks.empty() ? 0 : kGap + displayWidth(row.marks);
    const std::size_t error = row.error.empty() ? 0 : kGap + std::min(displayWidth(row.error), kMinErrorWidth);
    remark = std::max(remark, marks + error);
  }
  if (terminal.width == 0) return widths;
  // A deep step's name must not be cut down to the lines of the tree.
  const std::size_t leastName = std::max(kMinNameWidth, std::min(deepest + kMinNameWidth, terminal.width / 2));
  const auto spare = [](std::size_t width, std::size_t least) { return width > least ? width - least : 0; };
  while (widths.name + widths.type + widths.duration + 2 * kGap + remark > terminal.width) {
    const std::size_t ofName = spare(widths.name, leastName);
    const std::size_t ofType = spare(widths.type, kMinTypeWidth);
    if (ofName == 0 && ofType == 0) break;
    --(ofName >= ofType ? widths.name : widths.type);
  }
  return widths;
}

std::string lineOf(const Columns& row, const Widths& widths, const Terminal& terminal) {
  const std::string gap(kGap, ' ');
  std::string line = padded(cut(row.name, widths.name), widths.name) + gap +
                     padded(cut(row.type, widths.type), widths.type) + gap +
                     padded(row.duration, widths.duration, true);
  const std::string marks = row.marks.empty() ? "" : gap + row.marks;
  std::string error = row.error.empty() ? "" : gap + row.error;
  if (terminal.width == 0) return line + error + marks;
  const std::size_t taken = displayWidth(line) + displayWidth(marks);
  error = cut(error, terminal.width > taken ? terminal.width - taken : 0);
  return cut(line + (displayWidth(error) > kGap + 1 ? error : "") + marks, terminal.width);
}

}  // namespace

StoppedAt stoppedAt(std::string_view run) {
  const std::string status = memberString(run, "status");
  const std::optional<JsonValue> steps = findJsonMember(run, "steps");
  if (!steps || (status != "crashed" && status != "incomplete")) return {};

  std::string named;
  if (const auto error = findJsonMember(run, "error"); error && error->type == JsonType::Object)
    named = memberString(error->text, "step_id");
  std::set<std::string> withErroredChild;
  bool namedIsHere = false;
  for (JsonCursor cursor(steps->text); cursor.next();) {
    const std::string_view step = cursor.value().text;
    if (memberString(step, "status") == "error") withErroredChild.insert(memberString(step, "parent_step_id"));
    namedIsHere = namedIsHere || (!named.empty() && memberString(step, "step_id") == named);
  }
  if (namedIsHere) return {named, "the run failed here"};

  const auto idOf = [](std::string_view step) { return memberString(step, "step_id"); };
  const auto errored = lastStep(steps->text, [&](std::string_view step) {
    return memberString(step, "status") == "error" && !withErroredChild.contains(idOf(step));
  });
  if (!errored.empty()) return {idOf(errored), "the run failed here"};
  const auto running =
      lastStep(steps->text, [](std::string_view step) { return memberString(step, "status") == "running"; });
  if (!running.empty()) return {idOf(running), "in flight when the run stopped"};
  const auto last = lastStep(steps->text, [](std::string_view) { return true; });
  if (!last.empty()) return {idOf(last), "the last step before the run stopped"};
  return {};
}

void drawRun(std::ostream& out, const Terminal& terminal, std::string_view run,
             const std::map<std::string, std::string>& payloads, bool utc) {
  drawHead(out, terminal, run, utc);
  const StepTree tree(run, maxIndent(terminal));
  const StoppedAt stopped = stoppedAt(run);
  std::vector<Columns> rows;
  std::size_t deepest = 0;
  for (std::size_t i = 0; i < tree.size(); ++i) {
    rows.push_back(columnsOf(tree[i], stopped));
    deepest = std::max(deepest, displayWidth(tree[i].prefix));
  }
  const Widths widths = widthsOf(rows, terminal, deepest);
  if (!rows.empty()) out << '\n';
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::string line = lineOf(rows[i], widths, terminal);
    const std::string status = memberString(tree[i].json, "status");
    out << paint(terminal, status == "success" ? Colour::None : colourOf(status), line) << '\n';
    if (const auto payload = payloads.find(tree[i].id); payload != payloads.end()) {
      drawPayload(out, terminal, tree[i].childPrefix, payload->second);
    }
  }
}

}  // namespace xray::cli
