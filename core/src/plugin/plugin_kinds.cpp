#include "plugin/plugin_kinds.h"

#include <array>

#include "xray/text.h"

namespace xray {
namespace {

struct KindWords {
  PluginKinds kind;
  const char* name;
  const char* plural;
};
constexpr std::array<KindWords, 4> kKinds{{{kStorePlugin, "store", "stores"},
                                           {kSenderPlugin, "transport sender", "senders"},
                                           {kReceiverPlugin, "transport receiver", "receivers"},
                                           {kValidatorPlugin, "schema validator", "validators"}}};

const KindWords& wordsOf(PluginKinds kind) {
  for (const KindWords& words : kKinds) {
    if (words.kind == kind) return words;
  }
  return kKinds[0];
}

std::string namesHere(PluginKinds kind, const std::vector<std::string>& names) {
  const std::string plural = wordsOf(kind).plural;
  return names.empty() ? "there are no " + plural + " here" : plural + " here: " + joinNames(names);
}

}  // namespace

std::uint8_t kindsOf(const PluginDescriptor& plugin) {
  std::uint8_t kinds = 0;
  if (plugin.makeStore) kinds |= kStorePlugin;
  if (plugin.makeSender) kinds |= kSenderPlugin;
  if (plugin.makeReceiver) kinds |= kReceiverPlugin;
  if (plugin.makeValidator) kinds |= kValidatorPlugin;
  return kinds;
}

std::string kindName(PluginKinds kind) {
  return wordsOf(kind).name;
}

std::string describeKinds(std::uint8_t kinds) {
  std::string text;
  for (const KindWords& words : kKinds) {
    if ((kinds & words.kind) == 0) continue;
    text += (text.empty() ? "a " : " and a ") + std::string(words.name);
  }
  return text.empty() ? "of no kind" : text;
}

std::string namesInBrackets(PluginKinds kind, const std::vector<std::string>& names) {
  return " (" + namesHere(kind, names) + ")";
}

std::string describeWrongKind(const PluginDescriptor& plugin, PluginKinds wanted,
                              const std::vector<std::string>& names) {
  return std::string(plugin.name) + " is " + describeKinds(kindsOf(plugin)) + ", not a " + kindName(wanted) + "; " +
         namesHere(wanted, names);
}

}  // namespace xray
