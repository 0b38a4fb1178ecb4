#include "cli/command_line.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <sstream>

#include "cli/commands.h"
#include "xray/text.h"

namespace xray::cli {
namespace {

constexpr const char* kFooter =
    "Exit codes: 0 done; 1 failed (server not reachable, store cannot be opened, port in use);\n"
    "            2 wrong usage, filter or configuration; 3 no such run, schema or plugin.";

/// Standard output belongs to answers, so what libraries log goes to standard error.
void logToStandardError() {
  spdlog::set_default_logger(
      std::make_shared<spdlog::logger>("xray", std::make_shared<spdlog::sinks::stderr_sink_mt>()));
  spdlog::set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %l %v", spdlog::pattern_time_type::utc);
  spdlog::set_level(spdlog::level::warn);
}

/// The parser takes a filter like "-status = crashed" for an option; no option has blanks or comparisons.
void hintAtFilter(const CLI::App& app, int argc, const char* const* argv, std::ostream& error) {
  const std::vector<CLI::App*> commands = app.get_subcommands();
  if (commands.empty() || (commands.front()->get_name() != "runs" && commands.front()->get_name() != "steps")) return;
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (!word.starts_with('-') || word.starts_with("--") || word.find_first_of(" =<>:") == word.npos) continue;
    error << "A filter that begins with - looks like an option; put -- before it: xray " << commands.front()->get_name()
          << " -- " << quoted(word) << '\n';
    return;
  }
}

/// Writes the whole answer; what of it could not be written must not look like an answer.
int writeOut(const std::string& answer, std::ostream& out, std::ostream& error, int exitCode) {
  errno = 0;
  out << answer << std::flush;
  const int reason = errno;
  if (out || reason == EPIPE) return exitCode;  // EPIPE: the reader has seen enough
  error << "xray: cannot write the output" << (reason ? ": " : "") << (reason ? std::strerror(reason) : "") << '\n';
  return kFailed;
}

}  // namespace

void QuestionOptions::addTo(CLI::App& command) {
  // Not CLI11's envname: XRAY_SERVER, set for good, would count as --server and exclude --config.
  if (const char* url = std::getenv("XRAY_SERVER"); url && *url) server = url;
  auto* serverOption =
      command.add_option("--server", server, "URL of the server's read API (or in XRAY_SERVER)")->capture_default_str();
  command.add_option("--config", config, "Open the store of this configuration here instead of asking a server")
      ->excludes(serverOption);
  command.add_flag("--json", json, "Print the read API's JSON");
  command.add_flag("--utc", utc, "Print times in UTC instead of local time");
}

std::unique_ptr<Source> QuestionOptions::open(Output& output) const {
  Result<std::unique_ptr<Source>> source = config.empty() ? makeHttpSource(server) : makeStoreSource(config);
  if (source.ok()) return std::move(*source);
  if (!config.empty() && source.status().code() == StatusCode::InvalidArgument) {
    reportConfig(output, source.status());
  } else {
    report(output, source.status());
  }
  return nullptr;
}

void ListOptions::addTo(CLI::App& command) {
  QuestionOptions::addTo(command);
  command.add_option(
      "filter", filter,
      "What to list, such as: status = crashed AND duration > 5s  (quote it; all when left out; put -- before one "
      "that begins with -)");
  command.add_option("--limit", limit, "Rows at most")->capture_default_str()->check(CLI::Range(1, 1'000'000));
  command.add_option(
      "--order", order,
      "started_at desc (default), started_at, duration, duration desc; of runs also last_activity_at desc");
}

std::string ListOptions::filterText() const {
  std::string text;
  for (const std::string& word : filter) text += (text.empty() ? "" : " ") + word;
  return text;
}

Question ListOptions::question(const std::string& path) const {
  Question question{path, {}};
  if (const std::string text = filterText(); !text.empty()) question.parameters.emplace_back("filter", text);
  if (!order.empty()) question.parameters.emplace_back("order_by", order);
  return question;
}

int runCommandLine(int argc, const char* const* argv, std::ostream& out, std::ostream& error,
                   const Terminal& terminal) {
  logToStandardError();
  std::ostringstream answer;
  Output output{answer, error, terminal, kDone, &out};
  CLI::App app(
      "X-Ray records the decisions of multi-step pipelines and answers, afterwards, what was decided, where, and why.",
      "xray");
  app.set_version_flag("--version", "xray " XRAY_VERSION);
  app.footer(kFooter);
  app.require_subcommand(1);
  addServeCommand(app, output);
  addIngestCommand(app, output);
  addRunsCommand(app, output);
  addRunCommand(app, output);
  addStepsCommand(app, output);
  addSchemasCommand(app, output);
  addSpoolCommand(app, output);
  addConfigCommand(app, output);
  addPluginsCommand(app, output);
  addConformanceCommand(app, output);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ExtrasError& e) {
    app.exit(e, answer, error);
    hintAtFilter(app, argc, argv, error);
    output.exitCode = kBadUsage;
  } catch (const CLI::ParseError& e) {
    output.exitCode = app.exit(e, answer, error) == 0 ? kDone : kBadUsage;
  }
  return writeOut(answer.str(), out, error, output.exitCode);
}

}  // namespace xray::cli
