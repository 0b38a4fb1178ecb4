// xray spool ls, cat, verify

#include "cli/spool_command.h"

#include <CLI/CLI.hpp>

#include "cli/commands.h"

namespace xray::cli {

void addSpoolCommand(CLI::App& app, Output& output) {
  CLI::App* spool = app.add_subcommand(
      "spool", "Look into the spool of a file-transport; changes nothing, may run beside its writers and readers");
  spool->require_subcommand(1);
  spool->footer("Exit codes: 0 done; 1 failed, or something is damaged; 2 wrong usage; 3 no such spool or segment.");
  const auto options = std::make_shared<SpoolOptions>();
  CLI::App* list = spool->add_subcommand("ls", "List writers and their segments");
  CLI::App* cat = spool->add_subcommand("cat", "Print the events that wait, one a line, oldest first");
  CLI::App* verify = spool->add_subcommand("verify", "Check every checksum; says what is damaged, and where");
  cat->add_option("path", options->path, "The spool's directory, or one segment")->required();
  for (CLI::App* command : {list, verify}) {
    command->add_option("dir", options->path, "The spool's directory")->required();
    command->add_flag("--json", options->json, "Print it as JSON");
  }
  list->callback([options, &output] { listSpool(*options, output); });
  cat->callback([options, &output] { catSpool(*options, output); });
  verify->callback([options, &output] { verifySpool(*options, output); });
}

}  // namespace xray::cli
