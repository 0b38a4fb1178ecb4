#pragma once
// Who&When's recordings: failed runs of systems of several agents, each run the messages of one conversation.

#include <filesystem>

#include "agent_run.h"
#include "xray/status.h"

namespace replay {

/// Reads one recording, every message of which becomes one step of the same number, named for the agent that wrote it.
///
/// Two systems wrote them, told apart by the messages: those of Captain Agent have a "name", those of Magentic-One have
/// the agent in the "role", with what it does in brackets ("Orchestrator (-> WebSurfer)"). The pipeline is
/// "captain-agent" or "magentic-one".
///
/// A step is an error where the program that ran knew of one: code that ended with another exit code than 0, a file
/// that could not be opened or transcribed, an exception that the framework wrote below the message that it was
/// processing. What people said of the run later (mistake_agent, mistake_step, mistake_reason) is not read here.
///   NotFound         no such file
///   InvalidArgument  not JSON, or a member is missing or of another type; the message names the file and the member
xray::Result<AgentRun> readWhoWhenFile(const std::filesystem::path& file);

}  // namespace replay
