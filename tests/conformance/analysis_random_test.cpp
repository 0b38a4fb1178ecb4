// Random questions of query.md section 3 over random histories, to the store and to the memory store.

#include "conformance/analysis_test.h"
#include "support/random_filter.h"

namespace xray::test {
namespace {

constexpr int kQuestions = 300;

class AnalysisRandomTest : public AnalysisTest {
 protected:
  void SetUp() override {
    AnalysisTest::SetUp();
    if (IsSkipped()) return;
    random_.emplace("Analysis");
    give(randomHistory(*random_, {.runs = 60, .maxSteps = 9}));
  }

  std::string anyPath() {
    static const std::vector<std::string> fields = {"reasoning", "input_data", "output_data", "run.metadata"};
    // Half of the time the name that comes most.
    const std::string name = random_->chance(0.5) ? "score" : quoteForFilter(*random_, random_->pick(memberNames()));
    return random_->pick(fields) + (random_->chance(0.2) ? ".deep." : ".") + name;
  }

  /// Some of the names, in any order, and perhaps a path.
  std::string anyGroups(std::vector<std::string> names, bool paths) {
    if (random_->chance(0.2)) return "";
    random_->shuffle(names);
    names.resize(random_->below(names.size() + 1) / 2);
    if (paths && random_->chance(0.4)) names.push_back(anyPath());
    random_->shuffle(names);
    std::string text;
    for (const std::string& name : names) text += (text.empty() ? "" : random_->chance(0.5) ? "," : ", ") + name;
    return text;
  }

  std::string stepGroups() {
    return anyGroups({"step_type", "name", "status", "run.pipeline", "run.status", "run.schema.version"}, true);
  }

  std::string anyInterval() {
    static const std::vector<std::string> intervals = {"1us", "7ms", "250ms", "1s", "1.5s", "5m", "1h", "7d"};
    return random_->chance(0.5) ? "" : random_->pick(intervals);
  }

  std::string anyFilter(Entity entity) { return random_->chance(0.3) ? "" : randomFilter(*random_, entity); }

  /// Asks until enough was asked; the answers must have told something often enough.
  template <typename Ask>
  void ask(const Ask& question) {
    for (int i = 0; i < kQuestions && !HasFailure() && !IsSkipped(); ++i) {
      context_ = readAt(at(static_cast<std::int64_t>(100 + random_->below(90))), std::chrono::seconds(60));
      question();
    }
    if (IsSkipped()) return;
    EXPECT_GE(telling_, kQuestions / 10);
  }

  std::optional<Random> random_;
};

TEST_P(AnalysisRandomTest, Latency_AnswersAsTheMemoryStore) {
  ask([&] {
    const std::string filter = anyFilter(Entity::Step), groups = stepGroups(), interval = anyInterval();
    SCOPED_TRACE(filter + " | " + groups + " | " + interval);
    askLatency(filter, groups, interval);
  });
}

TEST_P(AnalysisRandomTest, Values_AnswerAsTheMemoryStore) {
  ask([&] {
    const std::string field = anyPath(), filter = anyFilter(Entity::Step), groups = stepGroups();
    SCOPED_TRACE(field + " | " + filter + " | " + groups);
    askValues(field, filter, groups);
  });
}

TEST_P(AnalysisRandomTest, Failures_AnswerAsTheMemoryStore) {
  ask([&] {
    const std::string filter = anyFilter(Entity::Run);
    const std::string groups = anyGroups({"step_type", "name", "run.pipeline", "error.type", "rule"}, false);
    SCOPED_TRACE(filter + " | " + groups);
    askFailures(filter, random_->chance(0.05) ? "-" : groups);
  });
}

TEST_P(AnalysisRandomTest, CountsOfSteps_AreThoseOfTheMemoryStore) {
  ask([&] {
    const std::string filter = anyFilter(Entity::Step), groups = stepGroups(), interval = anyInterval();
    SCOPED_TRACE(filter + " | " + groups + " | " + interval);
    askCounts(Entity::Step, filter, groups, interval);
  });
}

TEST_P(AnalysisRandomTest, CountsOfRuns_AreThoseOfTheMemoryStore) {
  ask([&] {
    const std::string filter = anyFilter(Entity::Run), interval = anyInterval();
    const std::string groups = anyGroups({"status", "pipeline", "schema.version"}, false);
    SCOPED_TRACE(filter + " | " + groups + " | " + interval);
    askCounts(Entity::Run, filter, groups, interval);
  });
}

XRAY_STORE_SUITE(AnalysisRandomTest);

}  // namespace
}  // namespace xray::test
