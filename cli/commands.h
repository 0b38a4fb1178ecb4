#pragma once
// One function a command family: adds its commands to the program; they run while the command line is parsed.

#include "cli/output.h"

namespace CLI {
class App;
}

namespace xray::cli {

void addServeCommand(CLI::App& app, Output& output);
void addIngestCommand(CLI::App& app, Output& output);
void addRunsCommand(CLI::App& app, Output& output);
void addRunCommand(CLI::App& app, Output& output);
void addStepsCommand(CLI::App& app, Output& output);
void addLatencyCommand(CLI::App& app, Output& output);
void addFailuresCommand(CLI::App& app, Output& output);
void addValuesCommand(CLI::App& app, Output& output);
void addCountsCommand(CLI::App& app, Output& output);
void addSchemasCommand(CLI::App& app, Output& output);
void addSpoolCommand(CLI::App& app, Output& output);
void addRejectionsCommand(CLI::App& app, Output& output);
void addExportCommand(CLI::App& app, Output& output);
void addTailCommand(CLI::App& app, Output& output);
void addCompletionCommand(CLI::App& app, Output& output);
void addConfigCommand(CLI::App& app, Output& output);
void addConformanceCommand(CLI::App& app, Output& output);
void addPluginsCommand(CLI::App& app, Output& output);

}  // namespace xray::cli
