#include "cli/output.h"

#include <algorithm>
#include <sstream>
#include <string>

#include "cli/format.h"
#include "xray/json.h"

namespace xray::cli {
namespace {

int exitCodeOf(StatusCode code) {
  switch (code) {
    case StatusCode::Ok:
      return kDone;
    case StatusCode::InvalidArgument:
      return kBadUsage;
    case StatusCode::NotFound:
      return kNotFound;
    default:
      return kFailed;
  }
}

StatusCode codeOf(int httpStatus) {
  switch (httpStatus) {
    case 400:
      return StatusCode::InvalidArgument;
    case 404:
      return StatusCode::NotFound;
    case 503:
      return StatusCode::Unavailable;
    case 504:
      return StatusCode::DeadlineExceeded;
    default:
      return StatusCode::Internal;
  }
}

constexpr std::string_view kIndent = "  ";

/// The text, or "…" and as much of its end as takes at most `width` columns with it.
std::string endOf(const std::string& text, std::size_t width) {
  std::string_view rest = text;
  if (displayWidth(rest) <= width) return text;
  while (displayWidth(rest) >= width) {
    rest.remove_prefix(1);
    while (!rest.empty() && (static_cast<unsigned char>(rest.front()) & 0xC0) == 0x80) rest.remove_prefix(1);
  }
  return "…" + std::string(rest);
}

}  // namespace

Status statusOf(const Answer& answer) {
  if (answer.status == 200) return {};
  std::string detail = memberString(answer.body, "detail");
  if (detail.empty()) detail = "the server answered with status " + std::to_string(answer.status);
  Status status(codeOf(answer.status), std::move(detail));
  if (const std::optional<double> position = memberNumber(answer.body, "position"); position && *position >= 1) {
    status.at(static_cast<std::size_t>(*position) - 1);
  }
  return status;
}

void report(Output& output, const Status& status, std::string_view filter) {
  output.exitCode = exitCodeOf(status.code());
  output.error << "xray: " << harmless(status.message()) << '\n';
  if (!status.position() || filter.empty()) return;
  const std::size_t position = std::min(*status.position(), filter.size());
  const std::string before = harmless(filter.substr(0, position));
  const std::size_t room = output.terminal.width > 2 * kIndent.size() ? output.terminal.width - kIndent.size() : 0;
  const std::string shown = room == 0 ? before : endOf(before, room * 2 / 3);
  const std::string line = shown + harmless(filter.substr(position));
  output.error << kIndent << (room == 0 ? line : cut(line, room)) << '\n'
               << kIndent << std::string(displayWidth(shown), ' ') << "^\n";
}

void reportConfig(Output& output, const Status& status) {
  output.exitCode = exitCodeOf(status.code());
  std::istringstream problems(status.message());
  for (std::string line; std::getline(problems, line);) output.error << harmless(line) << '\n';
}

}  // namespace xray::cli
