#include "program_errors.h"

#include <algorithm>
#include <charconv>
#include <string_view>
#include <vector>

namespace replay {
namespace {

constexpr std::string_view kFrameworkError = "Error processing publish message\nTraceback (most recent call last):\n";
constexpr std::string_view kTraceback = "Traceback (most recent call last):";

std::vector<std::string_view> linesOf(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

bool isBlank(std::string_view line) {
  return line.find_first_not_of(" \t\r") == std::string_view::npos;
}

/// "openai.BadRequestError: Error code: 400", or a name alone.
std::optional<AgentError> exceptionIn(std::string_view line) {
  const std::string_view name = line.substr(0, line.find(':'));
  const auto inName = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
  };
  if (name.empty() || !std::all_of(name.begin(), name.end(), inName)) return std::nullopt;
  std::string_view message = line.substr(std::min(name.size() + 1, line.size()));
  message.remove_prefix(std::min(message.find_first_not_of(' '), message.size()));
  return AgentError{std::string(name), std::string(message)};
}

/// Between two tracebacks of one chain.
bool leadsOn(std::string_view line) {
  return line == "The above exception was the direct cause of the following exception:" ||
         line == "During handling of the above exception, another exception occurred:";
}

/// The last exception of the chain that the traceback in these lines begins.
AgentError raisedIn(const std::vector<std::string_view>& lines) {
  AgentError raised{"exception", "the traceback does not say which"};
  bool over = false;
  for (const std::string_view line : lines) {
    if (isBlank(line) || line.front() == ' ') continue;
    if (over && !leadsOn(line)) break;
    over = false;
    if (line == kTraceback || leadsOn(line)) continue;
    if (auto exception = exceptionIn(line)) raised = std::move(*exception);
    over = true;
  }
  return raised;
}

/// The number after `label` on its line.
std::optional<int> numberAfter(std::string_view text, std::string_view label) {
  const std::size_t at = text.find(label);
  if (at == std::string_view::npos) return std::nullopt;
  text.remove_prefix(at + label.size());
  int number = 0;
  if (std::from_chars(text.data(), text.data() + text.size(), number).ec != std::errc()) return std::nullopt;
  return number;
}

}  // namespace

std::optional<AgentError> takeFrameworkException(std::string& text) {
  // The last one: what the framework wrote is at the end, and a page that was read may quote anything.
  const std::size_t at = text.rfind(kFrameworkError);
  if (at == std::string::npos || (at > 0 && text[at - 1] != '\n')) return std::nullopt;
  const AgentError raised = raisedIn(linesOf(std::string_view(text).substr(at + kFrameworkError.size())));
  text.erase(at > 0 ? at - 1 : 0);
  return raised;
}

std::optional<AgentError> exitCodeError(const std::string& text) {
  const std::string_view first = std::string_view(text).substr(0, text.find('\n'));
  std::optional<int> code = first.starts_with("exitcode: ") ? numberAfter(first, "exitcode: ") : std::nullopt;
  if (!code && first.starts_with("The script ran")) code = numberAfter(first, "Unix exit code: ");
  if (!code && first.starts_with("The script ran")) code = numberAfter(first, "Unix exit code was: ");
  if (!code || *code == 0) return std::nullopt;
  std::string message = "exit code " + std::to_string(*code);
  const auto lines = linesOf(text);
  const auto last = std::find_if_not(lines.rbegin(), lines.rend(), isBlank);
  if (last != lines.rend() && last->data() != text.data()) message += ": " + std::string(*last);
  return AgentError{"ExitCode", std::move(message)};
}

std::optional<AgentError> fileError(const std::string& text) {
  const auto lines = linesOf(text);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (lines[i] == "Error. Could not transcribe this audio.") return AgentError{"FileError", std::string(lines[i])};
    if (lines[i] != "## Error 404") continue;
    const auto why = std::find_if_not(lines.begin() + static_cast<std::ptrdiff_t>(i) + 1, lines.end(), isBlank);
    return AgentError{"FileError", std::string(why == lines.end() ? lines[i] : *why)};
  }
  return std::nullopt;
}

}  // namespace replay
