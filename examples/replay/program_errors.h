#pragma once
// The errors that a program knew of, found in the texts that it left.

#include <optional>
#include <string>

#include "agent_run.h"

namespace replay {

/// What Magentic-One's framework wrote below the message in whose processing an exception was raised: cuts that off and
/// gives the exception, the last one of a chain ("openai.BadRequestError", what it said). A traceback that the message
/// itself quotes is none of it.
std::optional<AgentError> takeFrameworkException(std::string& text);

/// Of what a terminal wrote ("exitcode: 1 (execution failed)…", "The script ran, then exited with Unix exit code: 1…"):
/// an "ExitCode" where it is not 0, with the last line of the output.
std::optional<AgentError> exitCodeError(const std::string& text);

/// Of what FileSurfer wrote: a "FileError" for its page for a file that is not there, and for its note that a recording
/// could not be transcribed.
std::optional<AgentError> fileError(const std::string& text);

}  // namespace replay
