#include "support/files/shipped_config.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "xray/plugin_loader.h"

namespace xray::test {
namespace {

/// The lines of a section; of the top those that are in none.
std::vector<std::string> linesOf(const std::string& file, const std::string& section) {
  std::ifstream in(XRAY_SOURCE_DIR "/" + file);
  EXPECT_TRUE(in) << file;
  std::vector<std::string> lines;
  std::string current;
  for (std::string line; std::getline(in, line);) {
    const bool top = !line.empty() && line[0] != ' ' && line[0] != '#';
    if (top) current = line.substr(0, line.find(':'));
    if (section.empty() ? top : current == section) lines.push_back(line);
  }
  return lines;
}

/// The text of an option's value, to be compared.
std::string textOf(const Options& options, const OptionSpec& option) {
  switch (option.type) {
    case OptionType::Integer:
    case OptionType::Bytes:
      return std::to_string(options.integer(option.name));
    case OptionType::Boolean:
      return options.boolean(option.name) ? "true" : "false";
    case OptionType::Duration:
      return formatDuration(options.duration(option.name));
    case OptionType::TextList: {
      std::string text;
      for (const std::string& item : options.list(option.name)) text += item + "\n";
      return text;
    }
    default:
      return options.text(option.name);
  }
}

}  // namespace

std::vector<OptionSpec> optionsOf(const std::string& plugin, PluginKinds kind) {
  static PluginLoader loader({XRAY_PLUGIN_DIR});
  const auto loaded = loader.load(plugin);
  EXPECT_TRUE(loaded.ok()) << loaded.status().message();
  std::vector<OptionSpec> options;
  if (!loaded.ok()) return options;
  for (const OptionSpec& option : std::span((*loaded)->options, (*loaded)->optionCount)) {
    if (option.kinds == 0 || (option.kinds & kind)) options.push_back(option);
  }
  return options;
}

void expectDefaults(const PluginChoice& choice, PluginKinds kind) {
  for (const OptionSpec& option : optionsOf(choice.plugin, kind)) {
    if (!option.fallback) continue;
    Result<OptionValue> value = parseOption(option, option.fallback);
    ASSERT_TRUE(value.ok()) << value.status().message();
    Options defaults;
    defaults.set(option.name, std::move(*value));
    EXPECT_EQ(textOf(choice.options, option), textOf(defaults, option)) << choice.plugin << ": " << option.name;
  }
}

void expectExplained(const std::string& file, const std::string& section, std::span<const OptionSpec> options) {
  const std::vector<std::string> lines = linesOf(file, section);
  for (const OptionSpec& option : options) {
    bool explained = false;
    for (const std::string& line : lines) {
      const std::size_t start = line.find_first_not_of(" #-");
      if (start == std::string::npos ||
          line.compare(start, std::string(option.name).size() + 2, std::string(option.name) + ": ") != 0) {
        continue;
      }
      explained = line.find('#', start) != std::string::npos || line[line.find_first_not_of(' ')] == '#';
    }
    EXPECT_TRUE(explained) << file << ": " << section << ": " << option.name << " is not there with a comment";
  }
}

}  // namespace xray::test
