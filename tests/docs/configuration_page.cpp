#include "docs/configuration_page.h"

#include <chrono>
#include <span>
#include <stdexcept>

#include "server/server_config.h"
#include "settings.h"
#include "xray/plugin_loader.h"

namespace xray::docs {
namespace {

constexpr const char* kHead = R"(# Configuration

Written by `scripts/docs` from the option tables that the programs check files against; a test fails when it is stale.

A configuration is YAML. Any value may come from the environment: `${NAME}`, or `${NAME:-default}`; `$$` is a `$`. Inside `{ }` quote it: `"${NAME}"`.
`xray config check FILE` reports every problem of a file with its line and the nearest right name. Durations are written `250ms`, `1.5s`, `15m`, `24h`, `7d`; sizes `4096`, `64KiB`,
`8MiB`, `1GiB`. The files in [config/](../config) hold every option with its default and a comment, for three ways of working: `dev.yaml`, `offline.yaml`, `production.yaml`, each with
its SDK twin `…-sdk.yaml`.

)";

constexpr const char* kServer = R"(## The backend's file

Read by `xray serve`, `xray ingest` and every command with `--config`. Besides the sections below:

| section | |
| --- | --- |
| `store: {plugin, options}` | where runs and steps are kept; required |
| `receivers: [{plugin, options}, …]` | the wires that events come in on; without any, nothing is recorded |
| `validation: {plugin, options, mode}` | checks steps against the schemas of their runs; `plugin` is `key-list` unless it says otherwise |

)";

constexpr const char* kSdk = R"(## The SDK's file

Read by `xray::Client::fromFile`. Besides the sections below:

| section | |
| --- | --- |
| `transport: {plugin, options}` | the wire that events leave on; `http-transport` with its defaults unless it says otherwise |
| `fallback: {plugin, options}` | a wire that keeps batches (`file-transport`), for as long as the transport cannot deliver; without it, batches wait in memory |
| `dead_letters: {plugin, options}` | a wire for batches that were refused for good; without it they are counted and told in the log |
| `validation: {plugin, options, mode}` | checks steps before they are recorded; `plugin` is `key-list` unless it says otherwise |

)";

constexpr const char* kPlugins = R"(## Plugins

`xray plugins show NAME` prints the same. An option of one end of a wire is not known at the other.

)";

/// Text that must not end its cell, nor be taken for markup.
std::string cell(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '|' || c == '<') out += '\\';
    out += c;
  }
  return out;
}

std::string code(std::string_view text) {
  return "`" + std::string(text) + "`";
}

std::string amount(const OptionSpec& option, std::int64_t value) {
  if (option.type == OptionType::Duration) return formatDuration(Microseconds(value));
  if (option.type != OptionType::Bytes) return std::to_string(value);
  constexpr const char* kUnits[] = {"", "KiB", "MiB", "GiB", "TiB"};
  std::size_t unit = 0;
  for (; value != 0 && value % 1024 == 0 && unit + 1 < std::size(kUnits); ++unit) value /= 1024;
  return std::to_string(value) + kUnits[unit];
}

/// The type, with what is allowed.
std::string typeOf(const OptionSpec& option) {
  std::string text(toString(option.type));
  if (option.type == OptionType::Choice) {
    std::string allowed = option.allowed;
    for (std::size_t at = 0; (at = allowed.find('|', at)) != std::string::npos; at += 2) allowed.replace(at, 1, ", ");
    return text + ": " + allowed;
  }
  if (option.type != OptionType::Integer && option.type != OptionType::Duration && option.type != OptionType::Bytes) {
    return text;
  }
  if (option.maximum == INT64_MAX) return text + ", at least " + amount(option, option.minimum);
  return text + ", " + amount(option, option.minimum) + " to " + amount(option, option.maximum);
}

std::string defaultOf(const OptionSpec& option) {
  if (!option.fallback) return "required";
  return *option.fallback ? code(option.fallback) : "none";
}

std::string endOf(const OptionSpec& option) {
  if (option.kinds == kSenderPlugin) return "sender";
  return option.kinds == kReceiverPlugin ? "receiver" : "both";
}

bool hasEnds(std::span<const OptionSpec> options) {
  for (const OptionSpec& option : options) {
    if (option.kinds & (kSenderPlugin | kReceiverPlugin)) return true;
  }
  return false;
}

std::string tableOf(std::span<const OptionSpec> options) {
  const bool ends = hasEnds(options);
  std::string out = ends ? "| option | end | type | default | |\n| --- | --- | --- | --- | --- |\n"
                         : "| option | type | default | |\n| --- | --- | --- | --- |\n";
  for (const OptionSpec& option : options) {
    out += "| " + code(option.name) + " | ";
    if (ends) out += endOf(option) + " | ";
    out += typeOf(option) + " | " + defaultOf(option) + " | " + cell(option.help) + " |\n";
  }
  return out + "\n";
}

template <typename Tables>
std::string sectionsOf(const Tables& tables) {
  std::string out;
  for (const auto& table : tables) {
    const std::string section = table.section;
    out += "### " + (section.empty() ? std::string("At the top") : code(section)) + "\n\n" + tableOf(table.options);
  }
  return out;
}

std::string pluginsOf(PluginLoader& loader) {
  std::string out;
  for (const PluginLoader::Found& found : loader.list()) {
    if (!found.status.ok()) throw std::runtime_error(found.status.toString());
    const PluginDescriptor& plugin = *found.descriptor;
    out += "### " + code(plugin.name) + "\n\n" + plugin.summary + ".\n\n";
    out += plugin.optionCount ? tableOf({plugin.options, plugin.optionCount}) : "It takes no options.\n\n";
  }
  return out;
}

}  // namespace

std::string configurationPage() {
  PluginLoader loader({XRAY_PLUGIN_DIR});
  std::string page = kHead;
  page += kServer + sectionsOf(server::serverConfigTables());
  page += kSdk + sectionsOf(sdk::sdkConfigTables());
  page += kPlugins + pluginsOf(loader);
  page.pop_back();
  return page;
}

std::string configurationPagePath() {
  return XRAY_SOURCE_DIR "/docs/configuration.md";
}

}  // namespace xray::docs
