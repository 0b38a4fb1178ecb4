#pragma once
// The kinds of plugins in messages to people.

#include <string>
#include <vector>

#include "xray/plugin.h"

namespace xray {

/// The bits of PluginKinds for which the plugin has a factory.
std::uint8_t kindsOf(const PluginDescriptor& plugin);

/// "store", "transport sender", "transport receiver", "schema validator"; of several: "transport sender and
/// transport receiver".
std::string kindName(std::uint8_t kinds);

/// "a store", "a transport sender and a transport receiver", "of no kind".
std::string describeKinds(std::uint8_t kinds);

/// " (stores here: memory, sqlite)", or " (there are no stores here)". `names` are of each of the kinds.
std::string namesInBrackets(std::uint8_t kinds, const std::vector<std::string>& names);

/// "sqlite is a store, not a transport sender; senders here: file-transport, http-transport".
std::string describeWrongKind(const PluginDescriptor& plugin, std::uint8_t wanted,
                              const std::vector<std::string>& names);

}  // namespace xray
