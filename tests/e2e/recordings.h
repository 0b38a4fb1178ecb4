#pragma once

#include <filesystem>
#include <map>
#include <string>

namespace e2e {

/// What the backend must say of a replayed recording; read from the file by other code than the replay's.
struct ExpectedRun {
  std::string pipeline;
  std::string status;
  int steps = 0;
  int errors = 0;
  int llmSteps = 0;
  bool operator==(const ExpectedRun&) const = default;
};

/// Where the recorded runs are, when they are there.
std::filesystem::path recordingsFolder();

/// By file name.
std::map<std::string, ExpectedRun> expectedRuns();

std::ostream& operator<<(std::ostream& out, const ExpectedRun& run);

}  // namespace e2e

/// The recorded data is not a part of the repository.
#define SKIP_WITHOUT_RECORDINGS()                                                                  \
  if (!std::filesystem::is_directory(e2e::recordingsFolder())) {                                   \
    GTEST_SKIP() << "no recorded runs in " << e2e::recordingsFolder() << ": nothing was replayed"; \
  }
