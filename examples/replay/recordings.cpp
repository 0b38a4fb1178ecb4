#include "recordings.h"

#include <simdjson.h>

#include <algorithm>

#include "tau_file.h"
#include "whowhen_file.h"

namespace replay {

using xray::Status;
using xray::StatusCode;
namespace fs = std::filesystem;

xray::Result<AgentRun> readRecording(const fs::path& file) {
  // What is no JSON object is told by the reader.
  simdjson::dom::parser parser;
  simdjson::dom::element history;
  const bool conversation = parser.load(file.string())["history"].get(history) == simdjson::SUCCESS;
  return conversation ? readWhoWhenFile(file) : readTauFile(file);
}

xray::Result<std::vector<fs::path>> findRecordings(const std::vector<std::string>& paths) {
  std::vector<fs::path> files;
  for (const auto& path : paths) {
    if (fs::is_directory(path)) {
      for (const auto& entry : fs::directory_iterator(path)) {
        if (entry.path().extension() == ".json") files.push_back(entry.path());
      }
    } else if (fs::exists(path)) {
      files.emplace_back(path);
    } else {
      return Status(StatusCode::NotFound, path + ": no such file or directory");
    }
  }
  std::sort(files.begin(), files.end());
  if (files.empty()) return Status(StatusCode::NotFound, "no *.json file in " + (paths.empty() ? "" : paths.front()));
  return files;
}

}  // namespace replay
