#include "cli/output.h"

#include <gtest/gtest.h>

#include <sstream>

namespace xray::cli {
namespace {

struct Reported {
  int exitCode;
  std::string text;
};

Reported reported(const Status& status, std::string_view filter = {}) {
  std::ostringstream out, error;
  Output output{out, error, {}};
  report(output, status, filter);
  EXPECT_EQ(out.str(), "");
  return {output.exitCode, error.str()};
}

TEST(Output, Report_FilterError_PointsAtTheCharacter) {
  const Answer answer{400, R"({"status":400,"detail":"filter:18: unknown field \"statuss\"","position":18})"};
  const Reported text = reported(statusOf(answer), "name = \"日\" AND statuss = 1");
  EXPECT_EQ(text.exitCode, kBadUsage);
  EXPECT_EQ(text.text,
            "xray: filter:18: unknown field \"statuss\"\n"
            "  name = \"日\" AND statuss = 1\n"
            "                  ^\n");
}

TEST(Output, Report_ControlCharactersInFilter_KeepTheCaretInPlace) {
  EXPECT_EQ(reported(Status(StatusCode::InvalidArgument, "bad\x1b").at(2), "a\tb").text,
            "xray: bad\\x1b\n  a\\tb\n     ^\n");
  EXPECT_EQ(reported(Status(StatusCode::InvalidArgument, "end").at(99), "ab").text, "xray: end\n  ab\n    ^\n");
}

TEST(Output, Report_ExitCodes_FollowTheFailure) {
  EXPECT_EQ(reported(statusOf({404, R"({"detail":"there is no run"})"})).exitCode, kNotFound);
  EXPECT_EQ(reported(statusOf({503, R"({"detail":"away"})"})).exitCode, kFailed);
  EXPECT_EQ(reported(statusOf({504, R"({"detail":"slow"})"})).exitCode, kFailed);
  EXPECT_EQ(reported(statusOf({500, "{}"})).text, "xray: the server answered with status 500\n");
  EXPECT_TRUE(statusOf({200, "{}"}).ok());
}

}  // namespace
}  // namespace xray::cli
