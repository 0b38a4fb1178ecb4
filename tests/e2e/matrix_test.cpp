// The same recordings over every wire into every store: the read API gives the same answers.

#include <algorithm>
#include <fstream>
#include <map>
#include <random>

#include "e2e/backend.h"
#include "e2e/recordings.h"
#include "xray/json.h"

namespace e2e {
namespace {

constexpr std::size_t kRuns = 231;

/// Names that do not differ from replay to replay, in place of ids that do: of runs the file that they were made from,
/// of steps that and their number.
class Names {
 public:
  explicit Names(const Backend& backend) {
    for (const std::string& run : backend.allTexts("runs", "")) {
      const auto metadata = xray::findJsonMember(run, "metadata");
      names_[member(run, "run_id")] = xray::findJsonMember(metadata->text, "source")->string();
    }
    for (const std::string& step : backend.allTexts("steps", "")) {
      names_[member(step, "step_id")] =
          names_.at(member(step, "run_id")) + "#" + std::string(xray::findJsonMember(step, "seq")->text);
    }
  }

  const std::map<std::string, std::string>& byId() const { return names_; }

  /// A row in canonical form, with names for ids and without the backend's clock.
  std::string of(const std::string& row) const {
    std::string text = xray::canonicalJson(row);
    for (std::size_t at = 0; (at = text.find('"', at)) != std::string::npos; ++at) {
      const auto name = names_.find(text.substr(at + 1, kIdLength));
      if (name != names_.end() && text[at + 1 + kIdLength] == '"') text.replace(at + 1, kIdLength, name->second);
    }
    blank(text, "\"last_activity_at\":\"");
    blank(text, "\"registered_at\":\"");
    return text;
  }

 private:
  static constexpr std::size_t kIdLength = 36;

  static std::string member(const std::string& row, const std::string& name) {
    return xray::findJsonMember(row, name)->string();
  }

  static void blank(std::string& text, const std::string& before) {
    for (std::size_t at = 0; (at = text.find(before, at)) != std::string::npos;) {
      at += before.size();
      text.erase(at, text.find('"', at) - at);
    }
  }

  std::map<std::string, std::string> names_;
};

/// What is asked, and the rows of each answer in an order that does not hang on ids.
std::map<std::string, std::vector<std::string>> answersOf(const Backend& backend) {
  const Names names(backend);
  std::map<std::string, std::vector<std::string>> answers;
  const auto keep = [&](const std::string& question, const std::vector<std::string>& rows) {
    std::vector<std::string>& kept = answers[question];
    for (const std::string& row : rows) kept.push_back(names.of(row));
    std::ranges::sort(kept);
  };
  for (const char* filter : {"", "status = crashed", "pipeline = tau-airline AND error_count > 0",
                             "metadata.reward = 1 OR metadata.trial = 2", "duration > 30s",
                             "steps:(name = book_reservation AND status = error)", "schema.version = 1",
                             "NOT error.type:*", "missing_steps = 0 AND violation_count = 0"}) {
    keep(std::string("runs ") + filter, backend.allTexts("runs", filter));
  }
  for (const char* filter :
       {"", "status = error", "step_type = llm AND duration < 2s", "run.status = crashed AND seq = 3",
        "error.message:\"Error\"", "input_data.arguments:user_id", "output_data.result.status:*",
        "schema_checked = true", "input_data.arguments.payment_id > \"gift\""}) {
    keep(std::string("steps ") + filter, backend.allTexts("steps", filter));
  }
  keep("schemas", {backend.getText("/v1/schemas")});
  for (const auto& [id, name] : names.byId()) {
    if (name.find('#') == std::string::npos) keep("run " + name, {backend.getText("/v1/runs/" + id)});
  }
  return answers;
}

struct Combination {
  std::string wire;
  std::string store;
  std::string storeYaml;
};

/// The file-transport's spool lies in `folder`.
std::filesystem::path sdkConfig(const Combination& combination, const std::filesystem::path& folder,
                                const Backend& backend) {
  const std::filesystem::path file = folder / "sdk.yaml";
  std::ofstream(file) << "transport: "
                      << (combination.wire == "file"
                              ? "{plugin: file-transport, options: {dir: \"" + (folder / "spool").string() + "\"}}"
                              : "{plugin: http-transport, options: {url: \"" + backend.eventsUrl() + "\"}}")
                      << "\nschema: {name: tau-agent, version: 1, file: \"" XRAY_SOURCE_DIR
                         "/examples/replay/schema.json\"}\nqueue: {when_full: block, block_timeout: 10m}\n";
  return file;
}

std::map<std::string, std::vector<std::string>> replayThrough(const Combination& combination,
                                                              const std::filesystem::path& folder) {
  std::filesystem::create_directory(folder);
  Wiring wiring;
  if (!combination.storeYaml.empty()) wiring.store = combination.storeYaml;
  if (combination.wire == "file") {
    wiring.moreReceivers = ", {plugin: file-transport, options: {dir: \"" + (folder / "spool").string() + "\"}}";
  }
  Backend backend(folder / "backend", wiring);
  ChildProcess replay({program("xray-replay"), recordingsFolder().string(), "--jobs", "2", "--base",
                       "2026-11-22T16:00:00Z", "--config", sdkConfig(combination, folder, backend).string()},
                      folder / "replay.log");
  EXPECT_EQ(replay.wait(), 0) << replay.output();
  EXPECT_TRUE(eventually([&] {
    return backend.allTexts("runs", "status = completed OR status = crashed").size() == kRuns &&
           backend.allTexts("runs", "missing_steps = 0").size() == kRuns;
  })) << combination.wire
      << " to " << combination.store << ": not everything arrived\n"
      << backend.log();
  auto answers = answersOf(backend);
  EXPECT_EQ(backend.stop(), 0) << backend.log();
  return answers;
}

/// The databases' own rows; a schema of its own keeps runs of this test apart.
std::string postgresYaml() {
  const char* dsn = std::getenv("XRAY_TEST_PG_DSN");
  if (!dsn || !*dsn) return "";
  return "{plugin: postgres, options: {dsn: \"${XRAY_TEST_PG_DSN}\", schema: matrix_" +
         std::to_string(std::random_device{}()) + "_{n}}}";
}

TEST(Matrix, EveryWireIntoEveryStore_GivesTheSameAnswers) {
  SKIP_WITHOUT_RECORDINGS();
  const std::string postgres = postgresYaml();
  const xray::test::TempFolder folder;
  std::map<std::string, std::vector<std::string>> expected;
  int number = 0;
  for (const std::string wire : {"http", "file"}) {
    for (auto [store, yaml] :
         std::map<std::string, std::string>{{"memory", "{plugin: memory}"}, {"postgres", postgres}, {"sqlite", ""}}) {
      if (store == "postgres" && postgres.empty()) continue;
      if (const auto at = yaml.find("{n}"); at != std::string::npos) yaml.replace(at, 3, std::to_string(number));
      SCOPED_TRACE(wire + " to " + store);
      const auto answers = replayThrough({wire, store, yaml}, folder.path() / std::to_string(number));
      if (number++ == 0) {
        expected = answers;
        ASSERT_EQ(expected.at("runs ").size(), kRuns);
        ASSERT_GT(expected.at("steps ").size(), 3000u);
        for (const auto& [question, rows] : expected) EXPECT_FALSE(rows.empty()) << question << ": says nothing";
      }
      ASSERT_EQ(answers.size(), expected.size());
      for (const auto& [question, rows] : expected) {
        EXPECT_EQ(answers.at(question).size(), rows.size()) << question;
        const auto differs = std::ranges::mismatch(answers.at(question), rows);
        if (differs.in1 != answers.at(question).end() && differs.in2 != rows.end()) {
          FAIL() << question << "\n" << *differs.in1 << "\n" << *differs.in2;
        }
      }
    }
  }
  if (postgres.empty()) GTEST_SKIP() << "PostgreSQL was left out: XRAY_TEST_PG_DSN names no server (scripts/test does)";
}

}  // namespace
}  // namespace e2e
