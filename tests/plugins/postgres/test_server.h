#pragma once
// A PostgreSQL server of one test, to be stopped, killed and filled up.

#include <string>
#include <vector>

#include "settings.h"
#include "support/temp_folder.h"

namespace xray::postgres::test {

/// A server on a Unix socket in a folder of its own, that asks everybody for a password. Stopped when this goes. One
/// thread at a time.
class TestServer {
 public:
  /// Whether there is a server program on this machine.
  static bool available();

  /// Makes and starts one; throws std::runtime_error with what it said when that fails.
  TestServer();
  ~TestServer();
  TestServer(const TestServer&) = delete;
  TestServer& operator=(const TestServer&) = delete;

  void start();
  /// Ends connections in the middle of their work; `immediate` as a crash does, so that it recovers when it starts.
  void stop(bool immediate = false);

  /// The superuser's.
  Dsn dsn() const;
  const std::filesystem::path& folder() const { return folder_.path(); }

 private:
  xray::test::TempFolder folder_;
  bool running_ = false;
};

/// Runs a program as the user that owns such servers and waits for it; its exit code. What it says goes to `output`.
int runProgram(const std::vector<std::string>& command, const std::filesystem::path& output);

}  // namespace xray::postgres::test
