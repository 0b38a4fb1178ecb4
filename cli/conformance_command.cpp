// xray conformance: hands over to the conformance program that is installed beside this one.

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "cli/commands.h"

namespace xray::cli {
namespace {

/// Only returns when the program cannot be started.
void startConformance(std::vector<std::string> words, Output& output) {
  std::error_code failure;
  const std::filesystem::path self = std::filesystem::read_symlink("/proc/self/exe", failure);
  const std::string program = (self.parent_path() / "xray-conformance").string();
  if (::access(program.c_str(), X_OK) != 0) {
    return report(output, Status(StatusCode::Unavailable,
                                 "the conformance suite is not installed: there is no program " + program +
                                     "; build X-Ray with -DXRAY_TESTS=ON and install it again"));
  }
  words.insert(words.begin(), program);
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  ::execv(program.c_str(), arguments.data());
  report(output, Status(StatusCode::Internal, program + ": " + std::strerror(errno)));
}

}  // namespace

void addConformanceCommand(CLI::App& app, Output& output) {
  CLI::App* command = app.add_subcommand(
      "conformance", "Put a plugin through the suite of its contract: --plugin NAME --options FILE; --help tells more");
  // Everything behind the word is the other program's.
  command->prefix_command();
  command->set_help_flag();
  command->callback([command, &output] { startConformance(command->remaining(), output); });
}

}  // namespace xray::cli
