#pragma once
// A server with a little history, asked twice: over HTTP, and its store opened beside it.

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "cli/served_backend.h"

namespace xray::cli {

/// Of a test suite whose tests only ask.
class AskedBackend : public testing::Test {
 protected:
  /// Four runs of "picker" and "etl": 1 completed, 2 crashed in its ranker, 3 crashed before any step, 4 runs. Every
  /// step begins at 16:00 of its run's hour, 12 to 15; two events were refused.
  static void SetUpTestSuite();
  static void TearDownTestSuite() { backend_.reset(); }

  /// The command with --server, after it gave the same with --config.
  static CommandOutcome ask(std::vector<std::string> arguments, std::size_t width = 0);
  static std::string runId(int number) { return "0190b2a4-7c1" + std::to_string(number) + "-7000-8000-00000000000a"; }

  static std::unique_ptr<ServedBackend> backend_;
};

}  // namespace xray::cli
