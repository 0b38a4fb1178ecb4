#include <algorithm>
#include <cassert>

#include "config/config_impl.h"
#include "config/environment.h"
#include "config/option_value.h"
#include "xray/text.h"

namespace xray {
namespace {

using SectionPtr = std::shared_ptr<ConfigSection::Impl>;

/// Reads the options of one section.
class OptionReader {
 public:
  explicit OptionReader(const ConfigSection::Impl& section) : section_(section), file_(*section.file) {}

  OptionValue read(const OptionSpec& spec) {
    const auto member = findMember(section_.node, spec.name);
    if (!member) {
      if (!spec.fallback && !section_.malformed)
        file_.add(section_.mark, pathOf(spec), "is required: " + describeOption(spec));
      return defaultOf(spec);
    }
    if (spec.type == OptionType::TextList) return readList(spec, *member);
    if (!member->value.IsScalar()) {
      file_.add(member->mark(), pathOf(spec),
                "must be " + describeOption(spec) + ", not " + describeNode(member->value));
      return defaultOf(spec);
    }
    return readScalar(spec, member->value);
  }

 private:
  std::string pathOf(const OptionSpec& spec) const { return joinPath(section_.path, spec.name); }

  OptionValue readScalar(const OptionSpec& spec, const YAML::Node& node) {
    const Expansion expansion = expandEnvironment(node.Scalar());
    if (addProblems(expansion, node.Mark(), pathOf(spec))) return defaultOf(spec);
    const bool isText = spec.type == OptionType::Text || spec.type == OptionType::Secret;
    if (isText && !spec.fallback && expansion.text.empty()) {
      file_.add(node.Mark(), pathOf(spec), "is required: must not be an empty text");
      return defaultOf(spec);
    }
    auto value = parseOption(spec, expansion.text);
    if (value.ok()) return std::move(*value);
    file_.add(node.Mark(), pathOf(spec), value.status().message());
    return defaultOf(spec);
  }

  /// A single text counts as a list of one.
  OptionValue readList(const OptionSpec& spec, const ConfigMember& member) {
    std::vector<std::string> items;
    if (member.value.IsSequence()) {
      for (std::size_t i = 0; i < member.value.size(); ++i) {
        readItem(member.value[i], member.value.Mark(), pathOf(spec) + "[" + std::to_string(i) + "]", items);
      }
    } else if (member.value.IsScalar()) {
      readItem(member.value, member.mark(), pathOf(spec), items);
    } else {
      file_.add(member.mark(), pathOf(spec), "must be a list of texts, not " + describeNode(member.value));
      return defaultOf(spec);
    }
    return items;
  }

  void readItem(const YAML::Node& item, const YAML::Mark& listMark, const std::string& path,
                std::vector<std::string>& items) {
    if (!item.IsScalar()) {
      file_.add(item.IsNull() ? listMark : item.Mark(), path, "must be a text, not " + describeNode(item));
      return;
    }
    Expansion expansion = expandEnvironment(item.Scalar());
    if (addProblems(expansion, item.Mark(), path)) return;
    if (expansion.text.find('\0') != std::string::npos) {
      file_.add(item.Mark(), path, "must be a text without NUL characters");
      return;
    }
    items.push_back(std::move(expansion.text));
  }

  bool addProblems(const Expansion& expansion, const YAML::Mark& mark, const std::string& path) {
    for (const std::string& problem : expansion.problems) file_.add(mark, path, problem);
    return !expansion.problems.empty();
  }

  const ConfigSection::Impl& section_;
  ConfigFile::Impl& file_;
};

/// The section over a value that should be a mapping; an empty value is an empty mapping.
SectionPtr makeSection(const SectionPtr& parent, const YAML::Node& value, const YAML::Mark& mark,
                       const std::string& path) {
  auto section = std::make_shared<ConfigSection::Impl>();
  section->file = parent->file;
  section->path = path;
  section->mark = mark;
  section->present = true;
  if (value.IsMap()) {
    section->node = value;
  } else if (!value.IsNull()) {
    section->malformed = true;
    parent->file->add(value.Mark(), path, "must be a mapping, not " + describeNode(value));
  }
  return section;
}

}  // namespace

ConfigSection::ConfigSection(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}

bool ConfigSection::present() const {
  return impl_->present;
}

void ConfigSection::allowOnly(std::span<const std::string> names) {
  if (!impl_->node.IsMap()) return;
  const bool isRoot = impl_->path.empty();
  const std::vector<std::string> known(names.begin(), names.end());
  for (const auto& member : impl_->node) {
    if (!member.first.IsScalar()) continue;
    const std::string& name = member.first.Scalar();
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    ++impl_->file->reported;
    if (!impl_->file->unknownMembers.insert(member.first.Mark().pos).second) continue;
    const std::string what = isRoot ? "section" : "option";
    impl_->file->add(
        member.first.Mark(), impl_->path,
        "unknown " + what + " " + quoted(name) + didYouMean(name, known) +
            (known.empty() ? " (there are no " + what + "s here)" : " (" + what + "s: " + joinNames(known) + ")"));
  }
}

Options ConfigSection::options(std::span<const OptionSpec> table, std::span<const std::string> also) {
  assert(checkOptionTable(table).ok());
  std::vector<std::string> names;
  for (const OptionSpec& spec : table) names.emplace_back(spec.name);
  names.insert(names.end(), also.begin(), also.end());
  allowOnly(names);

  Options options;
  OptionReader reader(*impl_);
  for (const OptionSpec& spec : table) options.set(spec.name, reader.read(spec));
  return options;
}

ConfigSection ConfigSection::child(const std::string& name) {
  const std::string path = joinPath(impl_->path, name);
  if (const auto member = findMember(impl_->node, name)) {
    return ConfigSection(makeSection(impl_, member->value, member->key.Mark(), path));
  }
  return ConfigSection(std::make_shared<Impl>(Impl{impl_->file, YAML::Node(), path, impl_->mark, false}));
}

std::vector<ConfigSection> ConfigSection::list(const std::string& name) {
  const auto member = findMember(impl_->node, name);
  if (!member || member->value.IsNull()) return {};
  const std::string path = joinPath(impl_->path, name);
  if (member->value.IsMap()) return {ConfigSection(makeSection(impl_, member->value, member->key.Mark(), path))};
  if (!member->value.IsSequence()) {
    impl_->file->add(member->mark(), path, "must be a list of mappings, not " + describeNode(member->value));
    return {};
  }
  std::vector<ConfigSection> sections;
  for (std::size_t i = 0; i < member->value.size(); ++i) {
    const YAML::Node item = member->value[i];
    const YAML::Mark mark = item.IsNull() ? member->value.Mark() : item.Mark();
    sections.emplace_back(makeSection(impl_, item, mark, path + "[" + std::to_string(i) + "]"));
  }
  return sections;
}

void ConfigSection::problem(const std::string& message) {
  impl_->file->add(impl_->mark, impl_->path, message);
}

void ConfigSection::problemAt(const std::string& member, const std::string& message) {
  const auto found = findMember(impl_->node, member);
  impl_->file->add(found ? found->key.Mark() : impl_->mark, joinPath(impl_->path, member), message);
}

}  // namespace xray
