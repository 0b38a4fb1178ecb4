#include "cli/command_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <sstream>
#include <streambuf>

namespace xray::cli {
namespace {

/// A standard output that fails with `reason`, at once or only when it is flushed.
class BrokenOutput : public std::streambuf {
 public:
  BrokenOutput(int reason, bool buffers) : reason_(reason), buffers_(buffers) {}

 protected:
  int_type overflow(int_type c) override {
    if (buffers_) return traits_type::not_eof(c);
    errno = reason_;
    return traits_type::eof();
  }
  int sync() override {
    errno = reason_;
    return -1;
  }

 private:
  int reason_;
  bool buffers_;
};

struct Ended {
  int exitCode;
  std::string error;
};

Ended help(int reason, bool buffers) {
  BrokenOutput buffer(reason, buffers);
  std::ostream out(&buffer);
  std::ostringstream error;
  const char* const arguments[] = {"xray", "--help"};
  return {runCommandLine(2, arguments, out, error, {}), error.str()};
}

TEST(CommandLine, OutputThatCannotBeWritten_IsAFailure) {
  for (const bool buffers : {false, true}) {
    const Ended full = help(ENOSPC, buffers);
    EXPECT_EQ(full.exitCode, 1);
    EXPECT_EQ(full.error, "xray: cannot write the output: No space left on device\n");
  }
}

TEST(CommandLine, ReaderThatWentAway_IsNoFailure) {
  for (const bool buffers : {false, true}) {
    const Ended gone = help(EPIPE, buffers);
    EXPECT_EQ(gone.exitCode, 0);
    EXPECT_EQ(gone.error, "");
  }
}

}  // namespace
}  // namespace xray::cli
