// xray config check

#include <CLI/CLI.hpp>
#include <sstream>

#include "cli/commands.h"
#include "server/server_config.h"
#include "xray/json.h"

namespace xray::cli {
namespace {

/// The problems of a server's configuration. That of an SDK gets one line instead of one for each of its sections.
Status problemsOf(const std::string& file) {
  ConfigFile read = ConfigFile::load(file);
  if (read.root().child("transport").present() && !read.root().child("store").present()) {
    return Status(StatusCode::InvalidArgument,
                  file +
                      ": looks like an SDK configuration (it has \"transport\" and no \"store\"), which the SDK checks "
                      "when it is loaded; only a server's configuration is checked here");
  }
  return server::loadServerConfig(file).status();
}

void checkConfig(const std::string& file, bool json, Output& output) {
  const Status status = problemsOf(file);
  if (!json) {
    if (!status.ok()) return reportConfig(output, status);
    output.out << harmless(file) << ": ok\n";
    return;
  }
  std::string text;
  JsonWriter writer(text);
  writer.beginObject().key("ok").boolean(status.ok()).key("problems").beginArray();
  std::istringstream problems(status.message());
  for (std::string line; std::getline(problems, line);) writer.string(line);
  writer.endArray().endObject();
  output.out << text << '\n';
  if (!status.ok()) output.exitCode = kBadUsage;
}

}  // namespace

void addConfigCommand(CLI::App& app, Output& output) {
  CLI::App* config = app.add_subcommand("config", "Work with configuration files");
  config->require_subcommand(1);
  CLI::App* check =
      config->add_subcommand("check", "Check a server's configuration: reports every problem, opens nothing");
  struct Options {
    std::string file;
    bool json = false;
  };
  const auto options = std::make_shared<Options>();
  check->add_option("file", options->file, "The YAML file")->required();
  check->add_flag("--json", options->json, "Print {\"ok\", \"problems\"}");
  check->callback([options, &output] { checkConfig(options->file, options->json, output); });
}

}  // namespace xray::cli
