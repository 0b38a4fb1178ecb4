// xray config check

#include <CLI/CLI.hpp>
#include <sstream>

#include "cli/commands.h"
#include "server/server.h"
#include "server/server_config.h"
#include "xray/json.h"
#include "xray/sdk/client.h"

namespace xray::cli {
namespace {

/// The problems of a configuration: an application's when it says where events go and not where they are stored.
Status problemsOf(const std::string& file) {
  ConfigFile read = ConfigFile::load(file);
  if (read.root().child("transport").present() && !read.root().child("store").present()) return sdk::checkConfig(file);
  Result<server::LoadedConfig> loaded = server::loadServerConfig(std::move(read));
  if (!loaded.ok()) return loaded.status();
  // Only a plugin's factory checks its options together.
  const Status made = server::Server::make(std::move(*loaded), systemClock()).status();
  return made.ok() ? made : Status(made.code(), file + ": " + made.message());
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
  CLI::App* check = config->add_subcommand(
      "check", "Check a configuration, a backend's or an application's: reports every problem, opens nothing");
  struct Options {
    std::string file;
    bool json = false;
  };
  const auto options = std::make_shared<Options>();
  check->add_option("file", options->file, "The YAML file")->type_name("FILE")->required();
  check->add_flag("--json", options->json, "Print {\"ok\", \"problems\"}");
  check->callback([options, &output] { checkConfig(options->file, options->json, output); });
}

}  // namespace xray::cli
