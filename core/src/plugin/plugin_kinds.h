#pragma once
// The kinds of plugins in messages to people.

#include <string>
#include <vector>

#include "xray/plugin.h"

namespace xray {

/// The bits of PluginKinds for which the plugin has a factory.
std::uint8_t kindsOf(const PluginDescriptor& plugin);

/// "store", "transport sender", "transport receiver", "schema validator".
std::string kindName(PluginKinds kind);

/// "a store", "a transport sender and a transport receiver", "of no kind".
std::string describeKinds(std::uint8_t kinds);

/// " (stores here: memory, sqlite)", or " (there are no stores here)".
std::string namesInBrackets(PluginKinds kind, const std::vector<std::string>& names);

/// "sqlite is a store, not a transport sender; senders here: file-transport, http-transport".
std::string describeWrongKind(const PluginDescriptor& plugin, PluginKinds wanted,
                              const std::vector<std::string>& names);

}  // namespace xray
