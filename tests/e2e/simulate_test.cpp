// A simulated day with planted problems: the analysis finds exactly these, on every store and over every wire.

#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>
#include <random>

#include "e2e/backend.h"
#include "e2e/findings.h"
#include "support/random.h"

namespace e2e {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr int kRuns = 240;  // of each of the four pipelines
constexpr const char* kDate = "2026-11-22";
constexpr const char* kMidnight = "2026-11-22T00:00:00.000000Z";
const std::string kSchemas = XRAY_SOURCE_DIR "/examples/simulate/schemas";

std::set<std::string> namesIn(const Json& object, const std::string& member) {
  std::set<std::string> names;
  for (const auto& name : *object->getArray(member)) names.insert(name.extract<std::string>());
  return names;
}

/// Every version of every schema with the number of its runs: [name][version].
std::map<std::string, std::map<int, int>> schemaVersions(const Backend& backend) {
  std::map<std::string, std::map<int, int>> versions;
  const Json list = backend.get("/v1/schemas");
  for (const auto& element : *list->getArray("schemas")) {
    const auto& schema = element.extract<Json>();
    versions[textOf(schema, "name")][schema->getValue<int>("version")] = schema->getValue<int>("run_count");
  }
  return versions;
}

std::map<std::string, int> countsIn(const Json& object, const std::string& member) {
  std::map<std::string, int> counts;
  for (const auto& [name, count] : *object->getObject(member)) counts[name] = count.convert<int>();
  return counts;
}

/// What a program printed, which must end with `expected`.
std::string outputOf(const std::vector<std::string>& command, const std::filesystem::path& log, int expected = 0) {
  std::filesystem::remove(log);
  ChildProcess child(command, log);
  EXPECT_EQ(child.wait(std::chrono::seconds(120)), expected) << command[0] << " " << command[1] << child.output();
  return child.output();
}

/// The recorded data is not a part of the repository; without it the machine's own package index is searched.
std::vector<std::string> itemsOption() {
  const std::string items = XRAY_SHARED_DATA "/items-debian/packages.jsonl.zst";
  if (!std::filesystem::exists(items)) return {};
  return {"--items", items};
}

struct Way {
  std::string name;  // "HttpIntoSqlite"
  std::string wire;  // http, file
  bool postgres = false;
};

std::ostream& operator<<(std::ostream& out, const Way& way) {
  return out << way.name;
}

/// One simulated day, recorded into a backend of its own.
class Simulation : public ::testing::TestWithParam<Way> {
 protected:
  void SetUp() override {
    const char* dsn = std::getenv("XRAY_TEST_PG_DSN");
    if (GetParam().postgres && (!dsn || !*dsn))
      GTEST_SKIP() << "XRAY_TEST_PG_DSN names no PostgreSQL server (scripts/test does)";
    const xray::test::Random random("Simulation");
    planOptions_ = {
        "--seed", std::to_string(random.seed() % 1'000'000), "--date", kDate, "--runs", std::to_string(kRuns)};
    for (const std::string& option : itemsOption()) planOptions_.push_back(option);
    readAnswers();
    record();
  }

  /// The answer of that key.
  Json answer(const std::string& key) const {
    for (const auto& answer : *answers_->getArray("answers")) {
      const auto& found = answer.extract<Json>();
      if (textOf(found, "key") == key) return found;
    }
    throw std::runtime_error("no answer " + key);
  }
  Json expected(const std::string& key) const { return answer(key)->getObject("expected"); }

  std::string simulate(std::vector<std::string> options, int exitCode = 0) {
    options.insert(options.begin(), program("xray-simulate"));
    options.insert(options.end(), planOptions_.begin(), planOptions_.end());
    return outputOf(options, folder_.path() / "simulate.log", exitCode);
  }

  /// The output of a shell's command line, with the built programs on its path.
  std::string shell(const std::string& command) {
    return outputOf(
        {"/bin/sh", "-c",
         "PATH=" + program("") + ":$PATH XRAY_SERVER=" + backend_->apiUrl() + "\n" + "export XRAY_SERVER\n" + command},
        folder_.path() / "shell.log");
  }
  Json shellJson(const std::string& command) { return Poco::JSON::Parser().parse(shell(command)).extract<Json>(); }

  void expectSlowRanker();
  void expectNarrowFilter();
  void expectCrashCause();
  void expectSilentDeaths();
  void expectSchemaChange();
  void expectRefusedKeys();
  void expectPrintedQuestionsWork();

  const xray::test::TempFolder folder_;
  std::vector<std::string> planOptions_;
  Json answers_;
  std::unique_ptr<Backend> backend_;

 private:
  void readAnswers() {
    answers_ = Poco::JSON::Parser().parse(simulate({"--answers", "--json"})).extract<Json>();
    ASSERT_EQ(answers_->getArray("answers")->size(), 5u);
  }

  void record() {
    const std::string spool =
        "{plugin: file-transport, options: {dir: \"" + (folder_.path() / "spool").string() + "\"}}";
    Wiring wiring;
    if (GetParam().postgres) {
      wiring.store = "{plugin: postgres, options: {dsn: \"${XRAY_TEST_PG_DSN}\", schema: simulate_" +
                     std::to_string(std::random_device{}()) + "}}";
    }
    if (GetParam().wire == "file") wiring.moreReceivers = ", " + spool;
    backend_ = std::make_unique<Backend>(folder_.path() / "backend", wiring);
    backend_->sendExamplesHere();
    std::string config = XRAY_SOURCE_DIR "/examples/simulate/xray-sdk.yaml";
    if (GetParam().wire == "file") {
      config =
          folder_.write("sdk.yaml", "transport: " + spool +
                                        "\nschema: {name: \"${XRAY_SCHEMA}\", version: \"${XRAY_SCHEMA_VERSION}\", "
                                        "file: \"${XRAY_SCHEMA_FILE}\"}\nqueue: {when_full: block}\n");
    }
    EXPECT_THAT(simulate({"--config", config}), HasSubstr(std::to_string(4 * kRuns) + " runs recorded"));
    const int silent = expected("silent-deaths")->getValue<int>("incomplete_runs");
    ASSERT_TRUE(eventually([&] { return endedRuns() == 4 * kRuns - silent && runsOf("incomplete") == silent; }))
        << endedRuns() << " ended, " << runsOf("incomplete") << " of " << silent << " incomplete\n"
        << backend_->log();
  }

  int runsOf(const std::string& status) const {
    int runs = 0;
    for (const auto& [group, hours] : runsByStatus(*backend_)) {
      for (const auto& [hour, count] : hours) runs += group[1] == status ? count : 0;
    }
    return runs;
  }
  int endedRuns() const { return runsOf("completed") + runsOf("crashed"); }
};

void Simulation::expectSlowRanker() {
  const auto jumps = latencyJumps(*backend_);
  ASSERT_EQ(jumps.size(), 1u);
  const auto planted = answer("slow-ranker");
  EXPECT_THAT(jumps[0].group,
              ElementsAre(textOf(planted, "pipeline"), textOf(planted, "step_type"), textOf(planted, "name")));
  EXPECT_EQ(jumps[0].since, textOf(planted, "since"));
  const auto numbers = planted->getObject("expected");
  EXPECT_DOUBLE_EQ(jumps[0].before, numbers->getValue<double>("p50_ms_hour_before"));
  EXPECT_DOUBLE_EQ(jumps[0].after, numbers->getValue<double>("p50_ms_first_hour"));

  // The same of all before and all since, on the command line.
  const std::string name = jumps[0].group[2];
  for (const auto& [option, when] : std::map<std::string, std::string>{{"--until", "before"}, {"--since", "since"}}) {
    const auto rows =
        shellJson("xray latency 'name = " + name + "' --group-by name --json " + option + " " + jumps[0].since)
            ->getArray("rows");
    ASSERT_EQ(rows->size(), 1u);
    EXPECT_DOUBLE_EQ(rows->getObject(0)->getValue<double>("p50_ms"), numbers->getValue<double>("p50_ms_" + when));
    EXPECT_EQ(rows->getObject(0)->getValue<int>("count"), numbers->getValue<int>("count_" + when));
  }
}

void Simulation::expectNarrowFilter() {
  const auto filters = narrowFilters(*backend_, kMidnight);
  ASSERT_EQ(filters.size(), 1u);
  const GroupNames& group = filters.begin()->first;
  const NarrowFilter& found = filters.begin()->second;
  const auto planted = answer("narrow-filter");
  EXPECT_THAT(group, ElementsAre(textOf(planted, "pipeline"), textOf(planted, "name")));
  EXPECT_EQ(found.hours.front(), textOf(planted, "since"));
  EXPECT_EQ(found.hours.back(), hoursAfter(kMidnight, 23));
  for (std::size_t i = 1; i < found.hours.size(); ++i) EXPECT_EQ(found.hours[i], hoursAfter(found.hours[i - 1], 1));

  const auto numbers = planted->getObject("expected");
  const auto ask = [&](const std::string& window) {
    return shellJson("xray values reasoning.percentage_eliminated 'name = \"" + group[1] + "\"' --json " + window)
        ->getArray("rows")
        ->getObject(0);
  };
  const auto before = ask("--until " + found.hours.front()), since = ask("--since " + found.hours.front());
  EXPECT_EQ(before->getValue<int>("count"), numbers->getValue<int>("count_before"));
  EXPECT_DOUBLE_EQ(before->getValue<double>("p50"), numbers->getValue<double>("p50_before"));
  EXPECT_DOUBLE_EQ(before->getValue<double>("max"), numbers->getValue<double>("max_before"));
  EXPECT_EQ(since->getValue<int>("count"), numbers->getValue<int>("count_since"));
  EXPECT_DOUBLE_EQ(since->getValue<double>("p50"), numbers->getValue<double>("p50_since"));
  EXPECT_DOUBLE_EQ(since->getValue<double>("min"), numbers->getValue<double>("min_since"));
  EXPECT_NEAR(since->getValue<double>("p50"), 97, 1.5);

  // No single step of another filter, or of another time, is that narrow.
  const auto rows = rowsOf(*backend_, "/v1/analysis/counts?of=steps&group_by=run.pipeline,name&filter=" +
                                          encoded("reasoning.percentage_eliminated > 90"));
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0]->getValue<int>("count"), numbers->getValue<int>("count_since"));
}

void Simulation::expectCrashCause() {
  const auto numbers = expected("crash-cause");
  std::map<std::string, int> runs;
  std::vector<std::string> culprits;
  for (const Json& row : rowsOf(*backend_, "/v1/analysis/failures?filter=status%20%3D%20crashed")) {
    runs[textOf(row, "step_type")] = row->getValue<int>("runs");
    if (row->getValue<double>("share") < 0.5) continue;
    culprits.push_back(textOf(row, "step_type"));
    EXPECT_DOUBLE_EQ(row->getValue<double>("share"), numbers->getValue<double>("share"));
  }
  EXPECT_DOUBLE_EQ(numbers->getValue<double>("share"), 0.7);
  ASSERT_THAT(culprits, ElementsAre(textOf(answer("crash-cause"), "step_type")));
  EXPECT_EQ(runs, countsIn(numbers, "runs_by_step_type"));
  EXPECT_EQ(std::accumulate(runs.begin(), runs.end(), 0, [](int sum, const auto& row) { return sum + row.second; }),
            numbers->getValue<int>("crashed_runs"));
  const std::string table = shell("xray failures 'status = crashed'");
  EXPECT_THAT(table, HasSubstr("70.0%"));
  EXPECT_LT(table.find(culprits[0]), table.find("10.0%")) << "the worst stands first\n" << table;
}

void Simulation::expectSilentDeaths() {
  const auto planted = answer("silent-deaths");
  std::map<std::string, std::map<std::string, int>> incomplete;  // by pipeline
  for (const auto& [group, hours] : runsByStatus(*backend_)) {
    if (group[1] == "incomplete") incomplete[group[0]] = hours;
  }
  ASSERT_EQ(incomplete.size(), 1u);
  EXPECT_EQ(incomplete.begin()->first, textOf(planted, "pipeline"));
  EXPECT_EQ(incomplete.begin()->second.begin()->first, textOf(planted, "since"));

  const auto failures =
      shellJson("xray failures 'status = incomplete' --group-by run.pipeline,step_type,name,rule --json")
          ->getArray("rows");
  ASSERT_EQ(failures->size(), 1u);
  const Json row = failures->getObject(0);
  EXPECT_EQ(textOf(row, "run.pipeline"), textOf(planted, "pipeline"));
  EXPECT_EQ(textOf(row, "step_type"), textOf(planted, "step_type"));
  EXPECT_EQ(textOf(row, "name"), textOf(planted, "name"));
  EXPECT_EQ(textOf(row, "rule"), "3") << "in flight when the run stopped";
  EXPECT_EQ(row->getValue<int>("runs"), expected("silent-deaths")->getValue<int>("incomplete_runs"));

  std::set<std::string> jobs;
  for (const Json& run : backend_->all("runs", "status = incomplete")) {
    jobs.insert(textOf(run->getObject("metadata"), "job"));
  }
  EXPECT_EQ(jobs, namesIn(expected("silent-deaths"), "jobs"));
}

void Simulation::expectSchemaChange() {
  const auto planted = answer("schema-change");
  const auto numbers = planted->getObject("expected");
  auto versions = schemaVersions(*backend_);
  EXPECT_EQ(versions.size(), 4u);
  std::erase_if(versions, [](const auto& schema) { return schema.second.size() == 1; });
  ASSERT_EQ(versions.size(), 1u);
  const std::string name = versions.begin()->first;
  EXPECT_EQ(name, textOf(planted, "pipeline"));
  EXPECT_EQ(versions.begin()->second, (std::map<int, int>{{1, numbers->getValue<int>("runs_before")},
                                                          {2, numbers->getValue<int>("runs_since")}}));
  EXPECT_EQ(versionChanges(*backend_),
            (std::map<std::string, std::vector<std::string>>{{name, {textOf(planted, "since")}}}));

  const auto diff = shellJson("xray schemas diff " + name + " 1 2 --json")->getObject("diff");
  for (const char* change : {"added", "removed", "changed"})
    EXPECT_EQ(namesIn(diff, change), namesIn(numbers, change)) << change;
  EXPECT_TRUE(backend_->all("steps", "violation_count > 0").empty()) << "each run keeps to its own version";
  EXPECT_TRUE(backend_->all("steps", "schema_checked = false AND status != running").empty());
}

/// Every pipeline's newest definition against all that its runs recorded.
void Simulation::expectRefusedKeys() {
  std::map<std::string, std::map<std::string, int>> refused;  // [kind][step and pointer]
  for (const auto& [name, versions] : schemaVersions(*backend_)) {
    const std::string file = kSchemas + "/" + name + "." + std::to_string(versions.rbegin()->first) + ".json";
    const auto found = shellJson("xray schemas check '" + file + "' 'run.schema.name = \"" + name + "\"' --json")
                           ->getArray("findings");
    for (std::size_t i = 0; i < found->size(); ++i) {
      const Json finding = found->getObject(static_cast<unsigned>(i));
      EXPECT_EQ(name, textOf(answer("schema-change"), "pipeline"));
      refused[textOf(finding, "kind")][textOf(finding, "name") + " " + textOf(finding, "pointer")] =
          finding->getValue<int>("steps");
    }
  }
  const auto numbers = expected("schema-change");
  EXPECT_EQ(refused,
            (std::map<std::string, std::map<std::string, int>>{{"unknown_key", countsIn(numbers, "unknown_key")},
                                                               {"wrong_type", countsIn(numbers, "wrong_type")}}));
}

/// Each printed command prints a table, and each printed request is answered with rows.
void Simulation::expectPrintedQuestionsWork() {
  int commands = 0;
  for (const auto& answer : *answers_->getArray("answers")) {
    for (const auto& element : *answer.extract<Json>()->getArray("questions")) {
      const auto& question = element.extract<Json>();
      SCOPED_TRACE(textOf(question, "command"));
      const std::string table = shell(textOf(question, "command"));
      EXPECT_GE(std::ranges::count(table, '\n'), 2) << table;
      ++commands;
      if (question->isNull("request")) continue;
      const Json reply = backend_->get(textOf(question, "request"));
      for (const char* list : {"rows", "runs"}) {
        EXPECT_TRUE(!reply->has(list) || reply->getArray(list)->size() > 0);
      }
    }
  }
  EXPECT_GE(commands, 10);
}

TEST_P(Simulation, PlantedProblems_AreFoundAndNothingElse) {
  {
    SCOPED_TRACE("slow ranker");
    expectSlowRanker();
  }
  {
    SCOPED_TRACE("narrow filter");
    expectNarrowFilter();
  }
  {
    SCOPED_TRACE("cause of crashes");
    expectCrashCause();
  }
  {
    SCOPED_TRACE("silent deaths");
    expectSilentDeaths();
  }
  {
    SCOPED_TRACE("schema change");
    expectSchemaChange();
    expectRefusedKeys();
  }
  expectPrintedQuestionsWork();
  EXPECT_EQ(backend_->stop(), 0) << backend_->log();
}

INSTANTIATE_TEST_SUITE_P(Ways, Simulation,
                         ::testing::Values(Way{"HttpIntoSqlite", "http"}, Way{"FileIntoSqlite", "file"},
                                           Way{"HttpIntoPostgres", "http", true}),
                         [](const auto& way) { return way.param.name; });

}  // namespace
}  // namespace e2e
