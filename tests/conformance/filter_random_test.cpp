// The same questions to the store and to the memory store: every operator on every kind of value, and random trees.

#include <set>

#include "conformance/store_test.h"
#include "support/history.h"
#include "support/random_filter.h"
#include "support/store_dump.h"
#include "support/vocabulary.h"
#include "xray/json.h"
#include "xray/memory_store.h"

namespace xray::test {
namespace {

/// A store and the reference with the same content.
class FilterRandomTest : public StoreTest {
 protected:
  void SetUp() override {
    StoreTest::SetUp();
    if (IsSkipped()) return;
    store_ = &newStore();
    reference_ = makeMemoryStore();
    ASSERT_TRUE(reference_->open().ok());
  }

  void give(const std::vector<std::string>& lines) {
    ASSERT_TRUE(appendLines(*store_, lines, at(100)).ok());
    ASSERT_TRUE(appendLines(*reference_, lines, at(100)).ok());
  }

  /// Asks both, compares the ids in their order, and counts answers that say something: neither nothing nor everything.
  void compare(const std::string& text, Entity entity, Order order = {}) {
    const Filter filter = mustParse(text, entity);
    const Filter everything{entity, nullptr};
    const std::string expected = ids(*reference_, filter, order);
    ASSERT_EQ(ids(*store_, filter, order), expected) << text;
    ++asked_;
    if (!expected.empty() && expected != ids(*reference_, everything, order)) ++telling_;
  }

  std::string ids(Store& store, const Filter& filter, Order order) {
    const ReadContext context = readAt(at(130), std::chrono::seconds(60));
    PageQuery query;
    query.filter = &filter;
    query.order = order;
    query.pageSize = 1000;
    std::string out;
    if (filter.entity == Entity::Run) {
      const auto page = store.runs(query, context);
      if (!page) return page.status().toString();
      for (const xray::Run& run : page->rows) out += run.runId.toString() + "\n";
      return out;
    }
    const auto page = store.steps(query, true, context);
    if (!page) return page.status().toString();
    for (const Step& step : page->rows) out += step.runId.toString() + " " + step.stepId.toString() + "\n";
    return out;
  }

  Store* store_ = nullptr;
  std::unique_ptr<Store> reference_;
  int asked_ = 0;
  int telling_ = 0;
};

std::string stepLine(std::uint32_t n, const std::string& reasoning) {
  return R"({"event":"step.ended","run_id":")" + runId(n % 7).toString() + R"(","step_id":")" + stepId(n).toString() +
         R"(","name":"n","step_type":"t","started_at":"2026-11-22T16:00:00Z","at":"2026-11-22T16:00:01Z","status":"success","reasoning":)" +
         reasoning + "}";
}

/// A literal that every comparator takes.
std::string randomOrdered(Random& random) {
  return random.chance(0.5) ? random.pick(numberTexts()) : quoteForFilter(random, random.pick(textValues()));
}

/// Every value of the vocabulary, and containers of some.
std::vector<std::string> everyValue() {
  std::vector<std::string> values = {"null", "true", "false", "[]", "{}", "[[5]]", "[null]", R"([{"a":1}])"};
  for (const std::string& number : numberTexts()) values.push_back(number);
  for (const std::string& text : textValues()) {
    values.emplace_back();
    appendJsonString(values.back(), text);
  }
  const std::size_t scalars = values.size();
  for (std::size_t i = 1; i + 2 < scalars; i += 3) {
    values.push_back("[" + values[i] + "," + values[i + 2] + "]");
    if (values[i].front() == '"') values.push_back("{" + values[i] + ":" + values[i + 2] + "}");
  }
  return values;
}

TEST_P(FilterRandomTest, EveryComparator_OnEveryValueAndLiteral_AnswersAsTheMemoryStore) {
  Random random("EveryComparator");
  std::vector<std::string> lines{stepLine(0, "{}")};
  for (const std::string& value : everyValue()) {
    lines.push_back(stepLine(static_cast<std::uint32_t>(lines.size()), "{\"x\":" + value + "}"));
  }
  give(lines);
  std::vector<std::string> literals = numberTexts();
  for (const std::string& text : textValues()) literals.push_back(quoteForFilter(random, text));
  for (const std::string& literal : literals) {
    for (const std::string sign : {"=", "!=", "<", "<=", ">", ">=", ":"}) {
      compare("reasoning.x " + sign + " " + literal, Entity::Step);
      if (HasFailure()) return;
    }
  }
  for (const std::string truth : {"true", "false"}) {
    for (const std::string sign : {"=", "!=", ":"}) compare("reasoning.x " + sign + " " + truth, Entity::Step);
  }
  compare("reasoning.x:*", Entity::Step);
  compare("NOT reasoning.x:*", Entity::Step);
  EXPECT_GE(telling_, asked_ / 3) << "of " << asked_;
}

/// How a filter over `entity` reaches the field: directly, as run.<field>, or inside steps:(…).
std::string reach(Entity entity, Field field, const std::string& path, const std::string& comparison) {
  const bool ofRun = entityOf(field) == Entity::Run;
  const std::string name = std::string(nameOf(field)) + path;
  if (entity == Entity::Step) return (ofRun ? "run." : "") + name + comparison;
  return ofRun ? name + comparison : "steps:(" + name + comparison + ")";
}

TEST_P(FilterRandomTest, EveryField_WithEveryComparatorAndLiteral_AnswersAsTheMemoryStore) {
  Random random("EveryField");
  give(randomHistory(random, {.runs = 12, .maxSteps = 5}));
  for (int n = 0; n <= static_cast<int>(Field::Reasoning); ++n) {
    const auto field = static_cast<Field>(n);
    const std::string path = typeOf(field) == FieldType::Json ? ".score" : "";
    for (const Entity entity : {Entity::Run, Entity::Step}) {
      compare(reach(entity, field, path, ":*"), entity);
      compare("NOT " + reach(entity, field, path, ":*"), entity);
      for (const std::string& literal : literalsFor(random, field)) {
        // Texts and JSON have many; one comparator each, another in the next run.
        std::vector<std::string> signs = comparatorsFor(field, literal);
        if (signs.size() > 6) signs = {random.pick(signs), random.pick(signs)};
        for (const std::string& sign : signs) {
          const std::string negation = random.chance(0.3) ? "NOT " : "";
          compare(negation + reach(entity, field, path, " " + sign + " " + literal), entity);
        }
        if (HasFailure()) return;
      }
    }
  }
  EXPECT_GE(asked_, 1000);
  EXPECT_GE(telling_, asked_ / 10) << "of " << asked_;
}

TEST_P(FilterRandomTest, EveryMemberName_IsFound) {
  Random random("EveryMemberName");
  std::set<std::string> names(memberNames().begin(), memberNames().end());
  std::vector<std::string> lines;
  for (const std::string& name : names) {
    std::string key;
    appendJsonString(key, name);
    lines.push_back(stepLine(static_cast<std::uint32_t>(lines.size()), "{" + key + ":5}"));
    lines.push_back(stepLine(static_cast<std::uint32_t>(lines.size()), "{\"o\":{" + key + ":\"t\"}}"));
  }
  give(lines);
  for (const std::string& name : names) {
    const std::string quoted = quoteForFilter(random, name);
    const std::vector<std::string> questions = {"reasoning." + quoted + " = 5", "reasoning.o." + quoted + ":t",
                                                "reasoning.o:" + quoted, "reasoning." + quoted + ":*",
                                                "steps:(reasoning." + quoted + " > 4)"};
    for (const std::string& text : questions) {
      const bool ofRuns = text.starts_with("steps");
      telling_ = 0;
      compare(text, ofRuns ? Entity::Run : Entity::Step);
      EXPECT_EQ(telling_, 1) << text;
    }
  }
}

TEST_P(FilterRandomTest, RandomTrees_AnswerAsTheMemoryStore) {
  Random random("RandomTrees");
  constexpr int kFilters = 1200;
  give(randomHistory(random, {.runs = 25, .maxSteps = 8}));
  for (int i = 0; i < kFilters; ++i) {
    const Entity entity = random.chance(0.5) ? Entity::Run : Entity::Step;
    const Order order = random.pick(entity == Entity::Run ? runOrders() : stepOrders());
    compare(randomFilter(random, entity), entity, order);
    if (HasFailure()) return;
  }
  EXPECT_GE(telling_, kFilters / 5) << "of " << asked_;
}

TEST_P(FilterRandomTest, KeptIndexes_ChangeNoAnswer) {
  Random random("KeptIndexes");
  give(randomHistory(random, {.runs = 10, .maxSteps = 6}));
  for (const std::string& name : memberNames()) {
    const Status first = store_->keepIndex({Field::Reasoning, name});
    ASSERT_TRUE(first.ok()) << first.toString();
    ASSERT_TRUE(store_->keepIndex({Field::Reasoning, name}).ok()) << "a second time";
  }
  for (const Field field : {Field::InputData, Field::OutputData}) ASSERT_TRUE(store_->keepIndex({field, "score"}).ok());
  give(randomHistory(random, {.runs = 20, .maxSteps = 6}));
  for (const std::string& name : memberNames()) {
    for (const std::string sign : {" = ", " != ", " < ", " >= ", ":"}) {
      compare("reasoning." + quoteForFilter(random, name) + sign + randomOrdered(random), Entity::Step);
    }
    compare("reasoning." + quoteForFilter(random, name) + ":*", Entity::Step);
    if (HasFailure()) return;
  }
  for (int i = 0; i < 200; ++i) {
    const Entity entity = random.chance(0.5) ? Entity::Run : Entity::Step;
    compare(randomFilter(random, entity), entity);
    if (HasFailure()) return;
  }
}

TEST_P(FilterRandomTest, KeepIndex_OfWhatIsNoPayload_IsRefused) {
  for (const Field field : {Field::Metadata, Field::Name, Field::Seq}) {
    EXPECT_EQ(store_->keepIndex({field, "x"}).code(), StatusCode::InvalidArgument);
  }
}

XRAY_STORE_SUITE(FilterRandomTest);

}  // namespace
}  // namespace xray::test
