#include "cli/tail_line.h"

#include <gtest/gtest.h>

namespace xray::cli {
namespace {

const Change kFailed{Change::Kind::StepEnded, "2026-11-22T16:00:03.25Z",
                     R"({"run_id":"0190b2a4-7c11-7000-8000-00000000000a","name":"日本 ranker","step_type":"ranking",)"
                     R"("status":"error","duration_ms":250,"error":{"type":"Timeout","message":"no answer"}})"};
const Change kCrashed{Change::Kind::RunEnded, "2026-11-22T16:00:03.25Z",
                      R"({"run_id":"0190b2a4-7c11-7000-8000-00000000000a","pipeline":"picker","status":"crashed",)"
                      R"("duration_ms":3500,"step_count":2,"error_count":1,"error":{"message":"gave\nup"}})"};

TEST(TailLine, IsWholeWithoutATerminal) {
  EXPECT_EQ(
      tailLine(kFailed, {}, true),
      "2026-11-22 16:00:03.250Z  0190b2a4-7c11-7000-8000-00000000000a  ✗ 日本 ranker  ranking  250ms  Timeout: no "
      "answer");
  EXPECT_EQ(
      tailLine(kCrashed, {}, true),
      "2026-11-22 16:00:03.250Z  0190b2a4-7c11-7000-8000-00000000000a  ■ picker crashed  3.50s, 2 steps, 1 failed  "
      "gave\\nup");
}

TEST(TailLine, ShortensIdsAndTimesFirst) {
  EXPECT_EQ(tailLine(kFailed, {87, false}, true),
            "2026-11-22 16:00:03.250Z  0190b2a4-7c11  ✗ 日本 ranker  ranking  250ms  Timeout: no an…");
  EXPECT_EQ(tailLine(kFailed, {60, false}, true), "16:00:03.250Z  0190b2a4-7c11  ✗ 日本 ranker  ranking  250ms");
  EXPECT_EQ(tailLine(kFailed, {40, false}, true), "16:00:03 ✗ 日本 ranker  ranking  250ms");
}

TEST(TailLine, FitsEveryTerminal) {
  for (std::size_t width = 12; width < 160; ++width) {
    EXPECT_LE(displayWidth(tailLine(kFailed, {width, false}, true)), width);
    EXPECT_LE(displayWidth(tailLine(kCrashed, {width, false}, false)), width);
  }
}

}  // namespace
}  // namespace xray::cli
