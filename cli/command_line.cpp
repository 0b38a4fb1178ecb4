#include "cli/command_line.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <cstring>
#include <sstream>

#include "cli/commands.h"
#include "xray/text.h"

namespace xray::cli {
namespace {

constexpr const char* kFooter =
    "Exit codes: 0 done (so ends tail at Ctrl-C); 1 failed (server not reachable, store cannot be opened, port in\n"
    "            use, output cannot be written); 2 wrong usage, filter or configuration; 3 no such run, schema or\n"
    "            plugin.";

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
  if (commands.empty() || commands.front()->get_option_no_throw("filter") == nullptr) return;
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
  if (answer.empty() && exitCode != kDone) return exitCode;  // told already
  errno = 0;
  out << answer << std::flush;
  const int reason = errno;
  if (out || reason == EPIPE) return exitCode;  // EPIPE: the reader has seen enough
  error << "xray: cannot write the output" << (reason ? ": " : "") << (reason ? std::strerror(reason) : "") << '\n';
  return kFailed;
}

}  // namespace

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
  addLatencyCommand(app, output);
  addFailuresCommand(app, output);
  addValuesCommand(app, output);
  addCountsCommand(app, output);
  addSchemasCommand(app, output);
  addSpoolCommand(app, output);
  addRejectionsCommand(app, output);
  addExportCommand(app, output);
  addTailCommand(app, output);
  addConfigCommand(app, output);
  addPluginsCommand(app, output);
  addConformanceCommand(app, output);
  addCompletionCommand(app, output);
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
