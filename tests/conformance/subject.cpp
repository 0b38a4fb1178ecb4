#include "conformance/subject.h"

#include <algorithm>
#include <cctype>
#include <fstream>
#include <iterator>

#include "xray/config.h"
#include "xray/ids.h"

namespace xray::test {
namespace {

constexpr const char* kUnset = " is not set";  // what config.h says of an environment variable

/// Replaces {name}, but not in ${name}.
void replace(std::string& text, const std::string& name, const std::string& value) {
  if (value.empty()) return;
  const std::string pattern = "{" + name + "}";
  for (std::size_t at = 0; (at = text.find(pattern, at)) != std::string::npos;) {
    if (at > 0 && text[at - 1] == '$') {
      at += pattern.size();
      continue;
    }
    text.replace(at, pattern.size(), value);
    at += value.size();
  }
}

/// Why the options cannot be read in this environment; empty when they can, or are wrong in themselves.
std::string unsetVariable(const Subject& subject) {
  if (subject.optionsText.empty()) return {};
  ConfigFile file = ConfigFile::parse(subject.optionsText, subject.optionsFile);
  for (const std::string& problem : file.problems()) {
    if (problem.find(kUnset) != std::string::npos) return problem;
  }
  return {};
}

}  // namespace

Placeholders Placeholders::in(const std::filesystem::path& dir) {
  std::string unique = "conformance_";
  // The last digits are random.
  const std::string id = newId().toString();
  std::copy_if(id.begin() + 8, id.end(), std::back_inserter(unique), [](char c) { return c != '-'; });
  Placeholders placeholders;
  placeholders.dir = dir.string();
  placeholders.unique = unique;
  return placeholders;
}

std::vector<Subject>& Subjects::of(SubjectKind kind) {
  if (kind == SubjectKind::Store) return stores;
  return kind == SubjectKind::Transport ? transports : validators;
}

Subjects& subjects() {
  static Subjects all;
  return all;
}

PluginLoader& loader(const std::vector<std::filesystem::path>& dirs) {
  static PluginLoader loader(dirs);
  return loader;
}

Result<Subject> readSubject(const std::string& plugin, const std::string& optionsFile,
                            const std::string& definitionFile) {
  Subject subject;
  subject.plugin = plugin;
  subject.optionsFile = optionsFile;
  for (const auto& [file, text] :
       {std::pair(optionsFile, &subject.optionsText), {definitionFile, &subject.definition}}) {
    if (file.empty()) continue;
    std::ifstream in(file, std::ios::binary);
    text->assign(std::istreambuf_iterator<char>(in), {});
    if (text->empty()) return Status(StatusCode::NotFound, file + ": cannot be read, or is empty");
  }
  subject.skip = unsetVariable(subject);
  return subject;
}

Result<Options> readOptions(const Subject& subject, PluginKinds kind, const Placeholders& placeholders) {
  const auto plugin = loader().load(subject.plugin, kind);
  if (!plugin) return plugin.status();
  std::vector<OptionSpec> table;
  std::vector<std::string> ofOtherKinds;  // one file serves both ends of a wire
  for (const OptionSpec& spec : std::span((*plugin)->options, (*plugin)->optionCount)) {
    if (spec.kinds == 0 || (spec.kinds & kind) != 0) {
      table.push_back(spec);
    } else {
      ofOtherKinds.emplace_back(spec.name);
    }
  }
  std::string text = subject.optionsText.empty() ? "{}" : subject.optionsText;
  replace(text, "dir", placeholders.dir);
  replace(text, "unique", placeholders.unique);
  replace(text, "endpoint", placeholders.endpoint);
  replace(text, "port", placeholders.port);
  ConfigFile file =
      ConfigFile::parse(text, subject.optionsFile.empty() ? subject.plugin + " without options" : subject.optionsFile);
  Options options = file.root().options(table, ofOtherKinds);
  if (Status status = file.status(); !status.ok()) return status;
  return options;
}

std::string caseName(const Subject& subject) {
  std::string name = subject.plugin;
  std::replace_if(
      name.begin(), name.end(), [](unsigned char c) { return !std::isalnum(c); }, '_');
  return name;
}

}  // namespace xray::test
