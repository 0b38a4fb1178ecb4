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

/// One form of the words of some kinds: "stores", "a transport sender and a transport receiver".
std::string wordsOf(std::uint8_t kinds, const char* KindWords::*form, const std::string& before = "") {
  std::string text;
  for (const KindWords& words : kKinds) {
    if ((kinds & words.kind) != 0) text += (text.empty() ? "" : " and ") + before + words.*form;
  }
  return text;
}

std::string namesHere(std::uint8_t kinds, const std::vector<std::string>& names) {
  const bool one = (kinds & (kinds - 1)) == 0;
  const std::string plural = one ? wordsOf(kinds, &KindWords::plural) : "plugins of these kinds";
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

std::string kindName(std::uint8_t kinds) {
  return wordsOf(kinds, &KindWords::name);
}

std::string describeKinds(std::uint8_t kinds) {
  return kinds == 0 ? "of no kind" : wordsOf(kinds, &KindWords::name, "a ");
}

std::string namesInBrackets(std::uint8_t kinds, const std::vector<std::string>& names) {
  return " (" + namesHere(kinds, names) + ")";
}

std::string describeWrongKind(const PluginDescriptor& plugin, std::uint8_t wanted,
                              const std::vector<std::string>& names) {
  return std::string(plugin.name) + " is " + describeKinds(kindsOf(plugin)) + ", not " + describeKinds(wanted) + "; " +
         namesHere(wanted, names);
}

}  // namespace xray
