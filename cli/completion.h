#pragma once
// Shell completion, made from the program's own commands and options.

#include <string>
#include <string_view>
#include <vector>

namespace CLI {
class App;
}

namespace xray::cli {

/// What an option or positional takes.
struct CompletedValue {
  std::vector<std::string> names;  // "--of", "-o"; none: a positional
  std::string help;
  bool takesValue = false;
  bool file = false;
  std::vector<std::string> choices;
};

/// A command of the program, itself the first.
struct CompletedCommand {
  std::string path;  // "xray/plugins/show"
  std::string help;
  std::vector<std::string> commands;  // paths of those below
  std::vector<CompletedValue> values;

  std::string_view name() const { return std::string_view(path).substr(path.rfind('/') + 1); }
};

/// All of them, a command before those below it.
std::vector<CompletedCommand> completedCommands(const CLI::App& app);

/// Scripts to be sourced by the shell.
std::string bashCompletion(const std::vector<CompletedCommand>& commands);
std::string zshCompletion(const std::vector<CompletedCommand>& commands);
std::string fishCompletion(const std::vector<CompletedCommand>& commands);

}  // namespace xray::cli
