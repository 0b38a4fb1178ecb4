// The completion scripts in the shells that they are for.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <sstream>

#include "cli/served_backend.h"

namespace xray::cli {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsSupersetOf;
using testing::Not;

bool installed(const std::string& shell) {
  return std::system(("command -v " + shell + " > /dev/null 2>&1").c_str()) == 0;
}

/// What a program writes; it must end well.
std::string outputOf(const std::vector<std::string>& command) {
  const test::TempFolder folder;
  e2e::ChildProcess child(command, folder.path() / "log");
  EXPECT_EQ(child.wait(), 0) << child.output();
  return child.output();
}

std::string scriptOf(const std::string& shell, const test::TempFolder& folder) {
  const CommandOutcome script = runCommand({"completion", shell});
  EXPECT_EQ(script.exitCode, 0);
  EXPECT_EQ(script.error, "");
  return folder.write("completion." + shell, script.out).string();
}

std::vector<std::string> wordsIn(const std::string& text) {
  std::istringstream lines(text);
  std::vector<std::string> words;
  for (std::string line; std::getline(lines, line);) words.push_back(line);
  return words;
}

/// What bash offers for the words, of which the last is being typed.
std::vector<std::string> inBash(const std::vector<std::string>& words) {
  const test::TempFolder folder;
  std::string typed;
  for (const std::string& word : words) typed += " '" + word + "'";
  const std::string program = "source " + scriptOf("bash", folder) + "\nCOMP_WORDS=(" + typed +
                              ")\nCOMP_CWORD=" + std::to_string(words.size() - 1) +
                              "\n_xray\n[ ${#COMPREPLY[@]} = 0 ] || printf '%s\\n' \"${COMPREPLY[@]}\"\n";
  return wordsIn(outputOf({"/bin/bash", "--norc", folder.write("try.sh", program).string()}));
}

TEST(Completion, Bash_OffersCommandsOptionsAndValues) {
  EXPECT_THAT(inBash({"xray", ""}),
              IsSupersetOf({"runs", "steps", "latency", "failures", "export", "tail", "completion", "plugins"}));
  EXPECT_THAT(inBash({"xray", "ru"}), ElementsAre("runs", "run"));
  EXPECT_THAT(inBash({"xray", "plugins", ""}), ElementsAre("list", "show"));
  EXPECT_THAT(inBash({"xray", "latency", "--in"}), ElementsAre("--interval"));
  EXPECT_THAT(inBash({"xray", "runs", "--"}), Not(Contains("--interval")));
  EXPECT_THAT(inBash({"xray", "counts", "--of", ""}), ElementsAre("runs", "steps"));
  EXPECT_THAT(inBash({"xray", "counts", "--of", "=", "s"}), ElementsAre("steps"));
  EXPECT_THAT(inBash({"xray", "completion", "f"}), ElementsAre("fish"));
  EXPECT_THAT(inBash({"xray", "runs", "--limit", ""}), testing::IsEmpty());  // a number that only the user knows
}

TEST(Completion, Bash_OffersFilesWhereFilesAreTaken) {
  const test::TempFolder folder;
  const std::string file = folder.write("mine.yaml", "").string();
  EXPECT_THAT(inBash({"xray", "runs", "--config", file.substr(0, file.size() - 3)}), ElementsAre(file));
  EXPECT_THAT(inBash({"xray", "config", "check", file.substr(0, file.size() - 3)}), ElementsAre(file));
}

TEST(Completion, Bash_KnowsEveryCommandOfTheHelp) {
  const std::string script = runCommand({"completion", "bash"}).out;
  std::istringstream help(runCommand({"--help"}).out);
  bool commands = false;
  for (std::string line; std::getline(help, line);) {
    if (commands && line.starts_with("  ") && line[2] != ' ') {
      EXPECT_THAT(script, HasSubstr("xray/" + line.substr(2, line.find(' ', 2) - 2))) << line;
    }
    if (line == "Subcommands:") commands = true;
  }
  EXPECT_TRUE(commands);
}

TEST(Completion, Zsh_TakesTheScript) {
  if (!installed("zsh")) GTEST_SKIP() << "zsh is not installed";
  const test::TempFolder folder;
  const std::string script = scriptOf("zsh", folder);
  EXPECT_EQ(outputOf({"/bin/sh", "-c", "zsh -f -n " + script}), "");
  // Its answers, with zsh's own functions for showing them replaced.
  const std::string program =
      "compdef() { : }\ncompset() { return 1 }\n"
      "compadd() { shift; print -l -- \"$@\" }\n_files() { print files }\n"
      "_describe() { print -l -- ${(P)${@[-1]}} }\nsource " +
      script +
      "\nwords=(xray counts --of '') CURRENT=4 PREFIX=''\n_xray\n"
      "words=(xray plugins '') CURRENT=3\n_xray\nwords=(xray runs --l) CURRENT=3 PREFIX=--l\n_xray\n"
      "words=(xray serve --config '') CURRENT=4 PREFIX=''\n_xray\n";
  const std::string answers = outputOf({"/bin/sh", "-c", "zsh -f " + folder.write("try.zsh", program).string()});
  EXPECT_THAT(answers,
              testing::StartsWith("runs\nsteps\nlist:List all plugins\nshow:Show one plugin and its options\n"));
  EXPECT_THAT(answers, HasSubstr("--limit:Rows at most\n"));
  EXPECT_THAT(answers, testing::EndsWith("files\n"));
}

TEST(Completion, Fish_TakesTheScript) {
  if (!installed("fish")) GTEST_SKIP() << "fish is not installed";
  const test::TempFolder folder;
  const std::string script = scriptOf("fish", folder);
  const std::string answers =
      outputOf({"/bin/sh", "-c",
                "HOME=" + folder.path().string() + " fish --no-config -c 'source " + script +
                    "; complete -C \"xray ru\"; complete -C \"xray counts --of \"; complete -C \"xray plugins \"'"});
  EXPECT_THAT(answers, HasSubstr("runs\tList runs"));
  EXPECT_THAT(answers, HasSubstr("steps\t"));
  EXPECT_THAT(answers, HasSubstr("show\tShow one plugin"));
}

TEST(Completion, UnknownShell_IsWrongUsage) {
  EXPECT_EQ(runCommand({"completion", "tcsh"}).exitCode, 2);
  EXPECT_EQ(runCommand({"completion"}).exitCode, 2);
}

}  // namespace
}  // namespace xray::cli
