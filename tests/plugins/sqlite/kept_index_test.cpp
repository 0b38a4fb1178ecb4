// Expression indexes: made, used, bounded, and closed to injection.

#include "kept_index.h"
#include "open_store.h"
#include "sqlite_dialect.h"
#include "xray/json.h"
#include "xray/sql/step_queries.h"

namespace xray::sqlite::test {
namespace {

using ::testing::HasSubstr;

class KeptIndex : public OpenStore {
 protected:
  /// How SQLite would run a filter over steps.
  std::string plan(const std::string& text) {
    const auto filter = parseFilter(text, Entity::Step, kEpoch);
    EXPECT_TRUE(filter.ok()) << filter.status().toString();
    PageQuery query;
    query.filter = &*filter;
    sql::Statement statement = sql::selectSteps(dialect(), query, false, readAt(kEpoch));
    statement.text = "EXPLAIN QUERY PLAN " + statement.text;
    auto connection = Connection::open({.path = path(), .readOnly = true, .cacheBytes = 1 << 20});
    auto prepared = (*connection)->prepare(statement);
    EXPECT_TRUE(prepared.ok()) << prepared.status().toString();
    std::string plan;
    while (prepared->step() == SQLITE_ROW) plan += prepared->text(3) + "\n";
    return plan;
  }
};

TEST_F(KeptIndex, ThresholdQueries_UseIt) {
  EXPECT_THAT(plan("reasoning.score > 90"), ::testing::Not(HasSubstr("kept_")));
  ASSERT_TRUE(store_->keepIndex({Field::Reasoning, "score"}).ok());
  const std::string number = "_number (<expr>";
  const std::string text = "_text (<expr>";
  EXPECT_THAT(plan("reasoning.score > 90"), HasSubstr(number));
  EXPECT_THAT(plan("reasoning.score = 5 AND status = success"), HasSubstr(number));
  EXPECT_THAT(plan("reasoning.score >= 1 AND reasoning.score < 2"), HasSubstr(number));
  EXPECT_THAT(plan("reasoning.score = \"high\""), HasSubstr(text));
  EXPECT_THAT(plan("reasoning.score > 90 AND run.status = crashed"), HasSubstr(number));
  for (const char* other :
       {"reasoning.Score > 90", "input_data.score > 90", "reasoning.score = true", "NOT reasoning.score > 9"}) {
    EXPECT_THAT(plan(other), ::testing::Not(HasSubstr("kept_"))) << other;
  }
}

TEST_F(KeptIndex, KeysOfAnyText_AreKeptOnceAndAnswerTheSame) {
  const std::vector<std::string> keys = {
      "score",  "",       "it's", "q\"q", "a/b~c", "größe", "x') ; DROP TABLE steps; --",
      "new\nl", "$.a[0]", "0",    "%",    "?1",    "@a"};
  std::string object = "{";
  for (const std::string& key : keys) {
    if (object.size() > 1) object += ',';
    appendJsonString(object, key);
    object += ":7";
  }
  object += "}";
  Event event = stepEnded(1, 1);
  std::get<StepEvent>(event.fact).outputData = object;
  ASSERT_EQ(append(*store_, {runStarted(1), event}), "AA");
  for (const std::string& key : keys) {
    ASSERT_TRUE(store_->keepIndex({Field::OutputData, key}).ok()) << key;
    ASSERT_TRUE(store_->keepIndex({Field::OutputData, key}).ok()) << key;
    std::string name;
    appendJsonString(name, key);
    const auto filter = parseFilter("output_data." + name + " = 7", Entity::Step, kEpoch);
    ASSERT_TRUE(filter.ok()) << filter.status().toString();
    EXPECT_THAT(plan("output_data." + name + " = 7"), HasSubstr("_number (<expr>")) << key;
    PageQuery query;
    query.filter = &*filter;
    EXPECT_EQ(store_->steps(query, true, readAt(kEpoch))->rows.size(), 1u) << key;
  }
  EXPECT_EQ(ask("SELECT COUNT(*) FROM sqlite_master WHERE name GLOB 'kept_*'"), std::to_string(keys.size() * 2));
  EXPECT_EQ(append(*store_, {stepEnded(1, 2)}), "A");
}

TEST_F(KeptIndex, BeyondTheLimit_IsRefusedAndThoseBeforeStay) {
  for (std::int64_t n = 0; n < kMaxKeptKeys; ++n) {
    ASSERT_TRUE(store_->keepIndex({Field::Reasoning, "key" + std::to_string(n)}).ok());
  }
  const Status status = store_->keepIndex({Field::Reasoning, "one more"});
  EXPECT_EQ(status.code(), StatusCode::TooLarge);
  EXPECT_THAT(status.message(), HasSubstr("no index for \"one more\": 64 payload keys have one already"));
  EXPECT_TRUE(store_->keepIndex({Field::Reasoning, "key0"}).ok());
}

TEST_F(KeptIndex, OfOtherFields_IsRefused) {
  EXPECT_EQ(store_->keepIndex({Field::Metadata, "x"}).code(), StatusCode::InvalidArgument);
  EXPECT_EQ(store_->keepIndex({Field::Name, "x"}).code(), StatusCode::InvalidArgument);
}

}  // namespace
}  // namespace xray::sqlite::test
