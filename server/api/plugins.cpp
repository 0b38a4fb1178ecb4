// GET /v1/plugins: what could be loaded here, with the options that each takes. Options are described, never their
// configured values.

#include <array>

#include "server/api/responses.h"
#include "xray/json.h"

namespace xray::server {
namespace {

constexpr std::array<std::pair<PluginKinds, std::string_view>, 4> kKinds = {{{kStorePlugin, "store"},
                                                                             {kSenderPlugin, "sender"},
                                                                             {kReceiverPlugin, "receiver"},
                                                                             {kValidatorPlugin, "validator"}}};

void writeKinds(JsonWriter& json, unsigned kinds) {
  json.key("kinds").beginArray();
  for (const auto& [kind, name] : kKinds) {
    if (kinds & kind) json.string(name);
  }
  json.endArray();
}

unsigned kindsOf(const PluginDescriptor& plugin) {
  unsigned kinds = 0;
  if (plugin.makeStore) kinds |= kStorePlugin;
  if (plugin.makeSender) kinds |= kSenderPlugin;
  if (plugin.makeReceiver) kinds |= kReceiverPlugin;
  if (plugin.makeValidator) kinds |= kValidatorPlugin;
  return kinds;
}

void writeOption(JsonWriter& json, const OptionSpec& option) {
  json.beginObject().key("name").string(option.name).key("type").string(toString(option.type));
  json.key("required").boolean(option.fallback == nullptr).key("default");
  if (!option.fallback) {
    json.null();
  } else {
    json.string(option.type == OptionType::Secret && *option.fallback ? "********" : option.fallback);
  }
  json.key("allowed").beginArray();
  std::string_view allowed = option.allowed;
  while (!allowed.empty()) {
    const std::size_t bar = allowed.find('|');
    json.string(allowed.substr(0, bar));
    allowed = bar == std::string_view::npos ? "" : allowed.substr(bar + 1);
  }
  json.endArray();
  writeKinds(json, option.kinds);
  json.key("help").string(option.help).endObject();
}

/// Why a file could not be loaded, with the names of files but not where they are.
std::string withoutDirectories(std::string_view text) {
  std::string out;
  std::size_t word = 0;  // where it begins in out
  bool isPath = false;
  for (const char c : text) {
    if (c == '/' && (isPath || out.size() == word)) {
      out.resize(word);
      isPath = true;
      continue;
    }
    out += c;
    if (std::string_view(" \"'(").find(c) == std::string_view::npos) continue;
    word = out.size();
    isPath = false;
  }
  return out;
}

void writePlugin(JsonWriter& json, const PluginLoader::Found& found) {
  json.beginObject().key("name").string(found.name);
  const PluginDescriptor* plugin = found.descriptor;
  if (!plugin) {
    json.key("error").string(withoutDirectories(found.status.message())).endObject();
    return;
  }
  json.key("version").string(plugin->version).key("summary").string(plugin->summary);
  writeKinds(json, kindsOf(*plugin));
  json.key("built_in").boolean(found.file.empty()).key("options").beginArray();
  for (const OptionSpec& option : std::span(plugin->options, plugin->optionCount)) writeOption(json, option);
  json.endArray().key("error").null().endObject();
}

}  // namespace

http::Response listPlugins(const ApiCall& call) {
  if (const Status status = noParameters(call); !status.ok()) return problemOf(status);
  std::string body;
  JsonWriter json(body);
  json.beginObject().key("plugins").beginArray();
  for (const PluginLoader::Found& found : call.context.plugins->list()) writePlugin(json, found);
  json.endArray().endObject();
  return jsonResponse(std::move(body));
}

}  // namespace xray::server
