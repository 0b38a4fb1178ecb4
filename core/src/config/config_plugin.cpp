// A plugin chosen in a file: `{plugin: NAME, options: {…}}`.

#include "config/config_impl.h"
#include "config/environment.h"
#include "plugin/plugin_kinds.h"
#include "xray/text.h"

namespace xray {
namespace {

/// The chosen name, or nothing when it is not told or cannot be read, which is then recorded.
std::optional<std::string> readPluginName(const ConfigSection::Impl& section, PluginLoader& loader, std::uint8_t kinds,
                                          const std::string& fallback) {
  ConfigFile::Impl& file = *section.file;
  const auto member = findMember(section.node, "plugin");
  const std::string path = joinPath(section.path, "plugin");
  if (!member) {
    if (!fallback.empty()) return fallback;
    file.add(
        section.mark, path,
        "is required: the name of a " + kindName(kinds) + " plugin" + namesInBrackets(kinds, loader.pluginsOf(kinds)));
    return std::nullopt;
  }
  if (!member->value.IsScalar()) {
    file.add(member->mark(), path, "must be the name of a plugin, not " + describeNode(member->value));
    return std::nullopt;
  }
  Expansion expansion = expandEnvironment(member->value.Scalar());
  for (const std::string& problem : expansion.problems) file.add(member->value.Mark(), path, problem);
  if (!expansion.problems.empty()) return std::nullopt;
  return std::move(expansion.text);
}

/// The rows of the plugin's table for some of its kinds. An option of its other kinds is told as such.
std::vector<OptionSpec> tableFor(const PluginDescriptor& plugin, std::uint8_t kinds,
                                 const ConfigSection::Impl& section) {
  std::vector<OptionSpec> table;
  for (const OptionSpec& spec : std::span(plugin.options, plugin.optionCount)) {
    if (spec.kinds == 0 || (spec.kinds & kinds) != 0) {
      table.push_back(spec);
    } else if (const auto member = findMember(section.node, spec.name)) {
      section.file->add(member->key.Mark(), section.path,
                        quoted(spec.name) + " is an option of " + plugin.name + " as " + describeKinds(spec.kinds) +
                            ", not as " + describeKinds(kinds));
      section.file->unknownMembers.insert(member->key.Mark().pos);
    }
  }
  return table;
}

}  // namespace

std::optional<PluginChoice> ConfigSection::plugin(PluginLoader& loader, std::uint8_t kinds, const std::string& fallback,
                                                  std::span<const std::string> also) {
  ConfigFile::Impl& file = *impl_->file;
  if (file.unusable || impl_->malformed) return std::nullopt;
  const std::size_t reportedBefore = file.reported;

  std::vector<std::string> members{"plugin", "options"};
  members.insert(members.end(), also.begin(), also.end());
  allowOnly(members);

  const auto name = readPluginName(*impl_, loader, kinds, fallback);
  if (!name) return std::nullopt;
  const auto descriptor = loader.load(*name, kinds);
  if (!descriptor.ok()) {
    const auto member = findMember(impl_->node, "plugin");
    file.add(member ? member->mark() : impl_->mark, joinPath(impl_->path, "plugin"), descriptor.status().message());
    return std::nullopt;
  }

  PluginChoice choice{*name, {}};
  ConfigSection options = child("options");
  choice.options = options.options(tableFor(**descriptor, kinds, *options.impl_));
  if (file.reported != reportedBefore) return std::nullopt;
  return choice;
}

}  // namespace xray
