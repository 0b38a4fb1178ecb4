#include "replay/program_errors.h"

#include <gtest/gtest.h>

namespace replay {
namespace {

std::string told(const std::optional<AgentError>& error) {
  return error ? error->type + "|" + error->message : "none";
}

/// As the framework writes it below a message.
std::string raised(const std::string& lines) {
  return "\nError processing publish message\nTraceback (most recent call last):\n  File \"agent.py\", line 81\n    "
         "act()\n" +
         lines;
}

TEST(FrameworkException, BelowAMessage_IsCutOffAndNamed) {
  std::string text = "I clicked 'Go'." + raised("net.TooBusy: Error code: 429 - {'a': 1}\nFINAL ANSWER: 12\nDONE\n");
  EXPECT_EQ(told(takeFrameworkException(text)), "net.TooBusy|Error code: 429 - {'a': 1}");
  EXPECT_EQ(text, "I clicked 'Go'.");
}

TEST(FrameworkException, Chain_GivesItsLastOne) {
  std::string text =
      "Next" + raised(
                   "a.Low: x\n\nThe above exception was the direct cause of the following exception:\n\n"
                   "Traceback (most recent call last):\n  File \"b.py\"\n"
                   "b.Middle: y\n\nDuring handling of the above exception, another exception occurred:\n\n"
                   "Traceback (most recent call last):\n  File \"c.py\"\n"
                   "c.High\n"
                   "Traceback (most recent call last):\n  File \"other.py\"\n"
                   "z.Later: of something else\n");
  EXPECT_EQ(told(takeFrameworkException(text)), "c.High|");
}

TEST(FrameworkException, NothingWrittenByTheFramework_LeavesTheText) {
  const std::string page = "A page says:\nTraceback (most recent call last):\n  File \"x.py\"\nValueError: no\n";
  std::string text = page;
  EXPECT_EQ(told(takeFrameworkException(text)), "none");
  EXPECT_EQ(text, page);
  text = "They say Error processing publish message\nTraceback (most recent call last):\nE: in a sentence";
  EXPECT_EQ(told(takeFrameworkException(text)), "none");
}

TEST(ExitCode, OtherThanZero_IsAnErrorWithTheLastLine) {
  EXPECT_EQ(told(exitCodeError("exitcode: 1 (execution failed)\nCode output: Traceback\n  File\nKeyError: 'a'\n\n")),
            "ExitCode|exit code 1: KeyError: 'a'");
  EXPECT_EQ(told(exitCodeError("exitcode: 124 (execution failed)")), "ExitCode|exit code 124");
  EXPECT_EQ(told(exitCodeError("The script ran, then exited with Unix exit code: 2\nIts output was:\nno")),
            "ExitCode|exit code 2: no");
}

TEST(ExitCode, ZeroOrNone_IsNoError) {
  for (const char* text :
       {"exitcode: 0 (execution succeeded)\nCode output: exitcode: 1", "There is no code to execute.",
        "The script ran, then exited with Unix exit code: 0\nIts output was:\nUnix exit code: 1",
        "The script ran but produced no output to console. The Unix exit code was: 0.", ""}) {
    EXPECT_EQ(told(exitCodeError(text)), "none") << text;
  }
}

TEST(FileError, PageOfAFileThatIsNotThere_SaysWhich) {
  EXPECT_EQ(told(fileError("Address: file:///a\nTitle: Error 404\n===\n## Error 404\n\nFile not found: /a\n")),
            "FileError|File not found: /a");
  EXPECT_EQ(told(fileError("## Error 404")), "FileError|## Error 404");
  EXPECT_EQ(told(fileError("### Audio Transcript:\nError. Could not transcribe this audio.")),
            "FileError|Error. Could not transcribe this audio.");
  EXPECT_EQ(told(fileError("The page explains Error 404 and\n ## Error 404 in a list")), "none");
}

}  // namespace
}  // namespace replay
