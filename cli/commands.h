#pragma once
// One function a command family: adds its commands to the program; they run while the command line is parsed.

#include <memory>
#include <string>

#include "cli/output.h"
#include "cli/source.h"

namespace CLI {
class App;
}

namespace xray::cli {

void addServeCommand(CLI::App& app, Output& output);
void addIngestCommand(CLI::App& app, Output& output);
void addRunsCommand(CLI::App& app, Output& output);
void addRunCommand(CLI::App& app, Output& output);
void addStepsCommand(CLI::App& app, Output& output);
void addSchemasCommand(CLI::App& app, Output& output);
void addSpoolCommand(CLI::App& app, Output& output);
void addConfigCommand(CLI::App& app, Output& output);
void addConformanceCommand(CLI::App& app, Output& output);
void addPluginsCommand(CLI::App& app, Output& output);

/// Options that all commands which ask for runs and steps share.
struct QuestionOptions {
  std::string server = "http://127.0.0.1:7007";
  std::string config;
  bool json = false;
  bool utc = false;

  void addTo(CLI::App& command);
  /// Null: reported.
  std::unique_ptr<Source> open(Output& output) const;
};

/// Those of lists on top.
struct ListOptions : QuestionOptions {
  std::vector<std::string> filter;  // words of it, as the shell split them
  std::size_t limit = 50;
  std::string order;

  void addTo(CLI::App& command);
  std::string filterText() const;
  /// The list's question with filter and order.
  Question question(const std::string& path) const;
};

}  // namespace xray::cli
