// The answers as a text for people, and as JSON.

#include <algorithm>
#include <iomanip>
#include <ostream>

#include "simulate/answers.h"
#include "xray/json.h"
#include "xray/text.h"

namespace simulate {
namespace {

constexpr std::size_t kListed = 5;  // of a long list of names
constexpr int kLabel = 12;

std::string numberText(double value) {
  std::string text;
  xray::appendJsonNumber(text, value);
  return text;
}

/// The lines that a value takes.
Names linesOf(const Expectation& expectation) {
  if (const auto* count = std::get_if<std::int64_t>(&expectation.value)) return {std::to_string(*count)};
  if (const auto* number = std::get_if<double>(&expectation.value)) return {numberText(*number)};
  Names lines;
  if (const auto* names = std::get_if<Names>(&expectation.value)) {
    lines.assign(names->begin(), names->begin() + static_cast<std::ptrdiff_t>(std::min(kListed, names->size())));
    if (names->size() > kListed) lines.push_back("… and " + std::to_string(names->size() - kListed) + " more");
    return lines;
  }
  std::size_t widest = 0;
  const auto& counts = std::get<CountByName>(expectation.value);
  for (const auto& [name, count] : counts) widest = std::max(widest, name.size());
  for (const auto& [name, count] : counts) {
    const std::string digits = std::to_string(count);
    lines.push_back(name + std::string(widest - name.size() + 2 + (6 - std::min<std::size_t>(6, digits.size())), ' ') +
                    digits);
  }
  return lines;
}

void printLine(std::ostream& out, const std::string& label, const std::string& text) {
  out << "   " << std::left << std::setw(kLabel) << label << text << "\n";
}

void printExpected(std::ostream& out, const std::vector<Expectation>& expected) {
  std::size_t widest = 0;
  for (const Expectation& expectation : expected) widest = std::max(widest, expectation.text.size());
  std::string label = "expect";
  for (const Expectation& expectation : expected) {
    std::string text = expectation.text + std::string(widest - expectation.text.size() + 2, ' ');
    for (const std::string& line : linesOf(expectation)) {
      printLine(out, label, text + line);
      label.clear();
      text.assign(widest + 2, ' ');
    }
  }
}

std::string whereOf(const Answer& answer) {
  std::string text = "pipeline " + answer.pipeline;
  if (!answer.stepType.empty()) text += ", steps of type " + answer.stepType;
  if (!answer.step.empty()) text += ", " + answer.step;
  return text;
}

void writeValue(xray::JsonWriter& writer, const Expectation& expectation) {
  if (const auto* count = std::get_if<std::int64_t>(&expectation.value)) {
    writer.integer(*count);
  } else if (const auto* number = std::get_if<double>(&expectation.value)) {
    writer.number(*number);
  } else if (const auto* names = std::get_if<Names>(&expectation.value)) {
    writer.beginArray();
    for (const std::string& name : *names) writer.string(name);
    writer.endArray();
  } else {
    writer.beginObject();
    for (const auto& [name, runs] : std::get<CountByName>(expectation.value)) writer.key(name).integer(runs);
    writer.endObject();
  }
}

void writeText(xray::JsonWriter& writer, const char* key, const std::string& text) {
  writer.key(key);
  if (text.empty()) {
    writer.null();
  } else {
    writer.string(text);
  }
}

void writeAnswer(xray::JsonWriter& writer, const Answer& answer) {
  writer.beginObject().key("key").string(answer.key).key("problem").string(answer.problem);
  writer.key("pipeline").string(answer.pipeline);
  writeText(writer, "step_type", answer.stepType);
  writeText(writer, "name", answer.step);
  writeText(writer, "since", answer.since ? xray::formatTimestamp(*answer.since) : "");
  writer.key("expected").beginObject();
  for (const Expectation& expectation : answer.expected) {
    writer.key(expectation.key);
    writeValue(writer, expectation);
  }
  writer.endObject().key("questions").beginArray();
  for (const Question& question : answer.questions) {
    writer.beginObject().key("command").string(question.command);
    writeText(writer, "request", question.request);
    writer.endObject();
  }
  writer.endArray().endObject();
}

}  // namespace

void print(std::ostream& out, const Plan& plan, const std::vector<Answer>& answers) {
  out << "Planted in " << plan.options.day.runs << " runs of each pipeline on " << dateOf(plan) << " (UTC), with seed "
      << plan.options.seed << " and packages of " << plan.items << ".\n"
      << "The numbers are those of a store where nothing else ran on that day.\n";
  int number = 0;
  for (const Answer& answer : answers) {
    out << "\n" << ++number << ". " << answer.problem << "\n";
    printLine(out, "where", whereOf(answer));
    printLine(out, "since", answer.since ? xray::formatTimestamp(*answer.since).substr(0, 16) + "Z" : "all day");
    printExpected(out, answer.expected);
    std::string label = "found by";
    for (const Question& question : answer.questions) {
      printLine(out, label, question.command);
      label.clear();
    }
  }
  out << "\nThe same as requests to the read API: --answers --json\n";
}

void printJson(std::ostream& out, const Plan& plan, const std::vector<Answer>& answers) {
  std::string text;
  xray::JsonWriter writer(text);
  writer.beginObject().key("date").string(dateOf(plan));
  writer.key("seed").integer(static_cast<std::int64_t>(plan.options.seed));
  writer.key("runs_of_each_pipeline").integer(static_cast<std::int64_t>(plan.options.day.runs));
  writer.key("items").string(plan.items).key("answers").beginArray();
  for (const Answer& answer : answers) writeAnswer(writer, answer);
  writer.endArray().endObject();
  out << text << "\n";
}

}  // namespace simulate
