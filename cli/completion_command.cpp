// xray completion

#include <CLI/CLI.hpp>

#include "cli/commands.h"
#include "cli/completion.h"

namespace xray::cli {

void addCompletionCommand(CLI::App& app, Output& output) {
  CLI::App* command = app.add_subcommand(
      "completion", "Print what completes xray's commands and options in a shell: source <(xray completion bash)");
  const auto shell = std::make_shared<std::string>();
  command->add_option("shell", *shell, "The shell")->required()->check(CLI::IsMember({"bash", "zsh", "fish"}));
  command->callback([shell, &app, &output] {
    const std::vector<CompletedCommand> commands = completedCommands(app);
    output.out << (*shell == "bash"  ? bashCompletion(commands)
                   : *shell == "zsh" ? zshCompletion(commands)
                                     : fishCompletion(commands));
  });
}

}  // namespace xray::cli
