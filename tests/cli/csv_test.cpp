#include "cli/csv.h"

#include <gtest/gtest.h>

#include <sstream>

#include "xray/json.h"
#include "xray/run.h"

namespace xray::cli {
namespace {

TEST(Csv, Line_QuotesWhatNeedsIt) {
  const Csv csv({"text", "number", "list", "none", "absent", "empty"});
  EXPECT_EQ(csv.head(), "text,number,list,none,absent,empty\r\n");
  EXPECT_EQ(csv.line(R"({"text":"a \"b\", c\nd","number":12.50,"list":[1,2],"none":null,"empty":""})"),
            "\"a \"\"b\"\", c\nd\",12.50,\"[1,2]\",,,\"\"\r\n");
}

TEST(Csv, Line_NamesAreTakenWhole) {
  const Csv csv({"run.status", "reasoning.rule"});
  EXPECT_EQ(csv.line(R"({"run.status":"crashed","reasoning.rule":5})"), "crashed,5\r\n");
}

std::string namesIn(const std::string& row) {
  std::string names;
  for (JsonCursor cursor(row); cursor.next();) names += (names.empty() ? "" : ",") + cursor.key();
  return names + "\r\n";
}

TEST(Csv, Lists_ShowEveryMember) {
  std::string run, step;
  appendJson(run, xray::Run{});
  appendJson(step, xray::Step{});
  EXPECT_EQ(runsCsv().head(), namesIn(run));
  EXPECT_EQ(stepsCsv().head(), namesIn(step));
}

TEST(Csv, WriteCsv_IsHarmlessOnlyOnATerminal) {
  const std::string line = Csv::lineOf({"a\x1b[2J", "b"});
  std::ostringstream file, screen;
  writeCsv(file, {}, line);
  writeCsv(screen, {.interactive = true}, line);
  EXPECT_EQ(file.str(), "a\x1b[2J,b\r\n");
  EXPECT_EQ(screen.str(), "a\\x1b[2J,b\n");
}

}  // namespace
}  // namespace xray::cli
