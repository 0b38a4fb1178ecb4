#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "e2e/child_process.h"
#include "http/raw_client.h"
#include "support/temp_folder.h"

namespace xray::cli {

/// The real `xray serve` on SQLite, in a folder of its own, on ports that the kernel picked.
class ServedBackend {
 public:
  /// `more`: further sections of the configuration; `receiverOptions`, `storeOptions`: further options, each begun by a
  /// comma. Throws when it does not get ready.
  explicit ServedBackend(const std::string& more = "", const std::string& receiverOptions = "",
                         const std::string& storeOptions = "");

  std::uint16_t apiPort() const { return apiPort_; }
  std::uint16_t eventsPort() const { return eventsPort_; }
  std::string apiUrl() const { return "http://127.0.0.1:" + std::to_string(apiPort_); }
  std::filesystem::path config() const { return folder_.path() / "xray.yaml"; }
  std::filesystem::path database() const { return folder_.path() / "xray.db"; }
  e2e::ChildProcess& process() { return *process_; }

  /// Ends it with SIGTERM and starts it again on the same ports.
  void restart();

  /// POST of a batch; the response, which must come.
  test::RawResponse post(const std::string& body,
                         const std::string& headers = "Content-Type: application/x-ndjson\r\n") const;
  test::RawResponse get(const std::string& target) const;

 private:
  void writeConfig() const;
  /// Throws when it does not get ready.
  void start();

  const std::string more_;
  const std::string receiverOptions_;
  const std::string storeOptions_;
  test::TempFolder folder_;
  int starts_ = 0;  // each has a log of its own
  std::uint16_t apiPort_ = 0;
  std::uint16_t eventsPort_ = 0;
  std::unique_ptr<e2e::ChildProcess> process_;
};

/// The program's file.
std::string xrayProgram();

/// What a command wrote, run within this process without a terminal.
struct CommandOutcome {
  int exitCode;
  std::string out;
  std::string error;
};
CommandOutcome runCommand(const std::vector<std::string>& arguments, std::size_t width = 0);

inline const std::string kRunId = "0190b2a4-7c11-7000-8000-00000000000a";
std::string runStarted(const std::string& runId = kRunId);
std::string stepEnded(int number, const std::string& more = "", const std::string& status = "success");

}  // namespace xray::cli
