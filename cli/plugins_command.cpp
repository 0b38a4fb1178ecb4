// xray plugins list, xray plugins show NAME: what this installation can load.

#include <CLI/CLI.hpp>

#include "cli/commands.h"
#include "cli/format.h"
#include "cli/table.h"
#include "server/api/api.h"
#include "server/server_config.h"
#include "xray/json.h"
#include "xray/text.h"

namespace xray::cli {
namespace {

struct PluginsOptions {
  std::string config;
  std::string name;
  bool json = false;
};

/// The read API's /v1/plugins of this process; null: reported.
std::optional<std::string> pluginsJson(const PluginsOptions& options, Output& output) {
  std::unique_ptr<PluginLoader> loader;
  if (options.config.empty()) {
    loader = std::make_unique<PluginLoader>();
  } else {
    Result<server::LoadedConfig> loaded = server::loadServerConfig(options.config);
    if (!loaded.ok()) {
      reportConfig(output, loaded.status());
      return std::nullopt;
    }
    loader = std::move(loaded->plugins);
  }
  const server::Api api({nullptr, loader.get(), &systemClock(), {}, std::chrono::seconds(60), [] { return Status(); }});
  http::Request request;
  request.method = "GET";
  request.target = request.path = "/v1/plugins";
  return api.handle(std::move(request)).body;
}

std::string namesOf(std::string_view object, std::string_view list) {
  std::string text;
  if (const auto names = findJsonMember(object, list)) {
    for (JsonCursor cursor(names->text); cursor.next();)
      text += (text.empty() ? "" : ", ") + harmless(cursor.value().string());
  }
  return text;
}

void listPlugins(const PluginsOptions& options, Output& output) {
  const std::optional<std::string> json = pluginsJson(options, output);
  if (!json) return;
  if (options.json) {
    output.out << *json << '\n';
    return;
  }
  Table table({{.title = "PLUGIN"},
               {.title = "VERSION", .leaveOut = 1},
               {.title = "KINDS"},
               {.title = "SUMMARY", .atLeast = 20, .leaveOut = 2}});
  for (JsonCursor cursor(findJsonMember(*json, "plugins")->text); cursor.next();) {
    const std::string_view plugin = cursor.value().text;
    const std::string error = memberText(plugin, "error");
    table.add({memberText(plugin, "name"),
               memberText(plugin, "version"),
               namesOf(plugin, "kinds"),
               {error.empty() ? memberText(plugin, "summary") : "cannot be loaded: " + error,
                error.empty() ? Colour::None : Colour::Red}});
  }
  table.print(output.out, output.terminal);
}

void drawOption(std::ostream& out, const Terminal& terminal, std::string_view option) {
  const std::string allowed = namesOf(option, "allowed");
  const std::string kinds = namesOf(option, "kinds");
  const auto required = findJsonMember(option, "required");
  out << "  " << paint(terminal, Colour::Bold, memberText(option, "name")) << "  " << memberText(option, "type");
  if (!allowed.empty()) out << " (" << allowed << ")";
  if (required && required->boolean()) {
    out << ", required";
  } else if (const std::string fallback = memberText(option, "default"); !fallback.empty()) {
    out << ", default " << fallback;
  }
  if (!kinds.empty()) out << ", of the " << kinds;
  out << "\n      " << memberText(option, "help") << '\n';
}

void showPlugin(const PluginsOptions& options, Output& output) {
  const std::optional<std::string> json = pluginsJson(options, output);
  if (!json) return;
  std::vector<std::string> names;
  for (JsonCursor cursor(findJsonMember(*json, "plugins")->text); cursor.next();) {
    const std::string_view plugin = cursor.value().text;
    names.push_back(memberString(plugin, "name"));
    if (names.back() != options.name) continue;
    if (options.json) {
      output.out << plugin << '\n';
      return;
    }
    if (const std::string error = memberString(plugin, "error"); !error.empty()) {
      return report(output,
                    Status(StatusCode::Internal, "plugin " + quoted(options.name) + " cannot be loaded: " + error));
    }
    output.out << paint(output.terminal, Colour::Bold, memberText(plugin, "name")) << " "
               << memberText(plugin, "version") << " (" << namesOf(plugin, "kinds") << ")\n"
               << memberText(plugin, "summary") << '\n';
    const auto table = findJsonMember(plugin, "options");
    if (!table || table->text == "[]") {
      output.out << "It takes no options.\n";
      return;
    }
    output.out << "Options:\n";
    for (JsonCursor option(table->text); option.next();) drawOption(output.out, output.terminal, option.value().text);
    return;
  }
  report(output,
         Status(StatusCode::NotFound, "there is no plugin " + quoted(options.name) + didYouMean(options.name, names) +
                                          " (found: " + joinNames(names) + ")"));
}

}  // namespace

void addPluginsCommand(CLI::App& app, Output& output) {
  CLI::App* plugins = app.add_subcommand("plugins", "Show what this installation can load");
  plugins->require_subcommand(1);
  const auto options = std::make_shared<PluginsOptions>();
  CLI::App* list = plugins->add_subcommand("list", "List all plugins");
  CLI::App* show = plugins->add_subcommand("show", "Show one plugin and its options");
  for (CLI::App* command : {list, show}) {
    command->add_option("--config", options->config, "Look where this configuration says")->type_name("FILE");
    command->add_flag("--json", options->json, "Print the read API's JSON");
  }
  show->add_option("name", options->name, "The plugin's name")->required();
  list->callback([options, &output] { listPlugins(*options, output); });
  show->callback([options, &output] { showPlugin(*options, output); });
}

}  // namespace xray::cli
