// Expression indexes: made beside appends, used, bounded, and closed to injection.

#include "kept_index.h"

#include <thread>

#include "open_store.h"
#include "postgres_dialect.h"
#include "xray/json.h"
#include "xray/sql/run_queries.h"
#include "xray/sql/schema_queries.h"
#include "xray/sql/step_queries.h"

namespace xray::postgres::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class KeptIndex : public OpenStore {
 protected:
  /// How PostgreSQL would run a statement. A table of a few rows is quicker read whole, so that is forbidden.
  std::string planOf(sql::Statement statement, const char* forbidden) {
    auto connection = Connection::open(connectionOptions());
    EXPECT_TRUE(connection.ok()) << connection.status().toString();
    const auto end = std::chrono::steady_clock::now() + std::chrono::minutes(1);
    EXPECT_TRUE((*connection)->execute(forbidden, end).ok());
    statement.text = "EXPLAIN " + statement.text;
    const auto answer = (*connection)->query(callOf(statement), end);
    if (!answer) return answer.status().toString();
    std::string plan;
    for (int row = 0; row < answer->rows(); ++row) plan += AnswerRow(*answer, row).text(0) + "\n";
    return plan;
  }

  std::string plan(const std::string& text, Entity entity = Entity::Step, SortKey key = SortKey::Duration) {
    const auto filter = parseFilter(text, entity, kEpoch);
    EXPECT_TRUE(filter.ok()) << filter.status().toString();
    PageQuery query;
    query.filter = &*filter;
    query.order = {key, true};
    return planOf(entity == Entity::Run ? sql::selectRuns(dialect(), query, readAt(kEpoch))
                                        : sql::selectSteps(dialect(), query, false, readAt(kEpoch)),
                  "SET enable_seqscan TO off");
  }
};

TEST_F(KeptIndex, ThresholdQueries_UseIt) {
  EXPECT_THAT(plan("reasoning.score > 90"), Not(HasSubstr("kept_")));
  ASSERT_TRUE(store_->keepIndex({Field::Reasoning, "score"}).ok());
  const std::string number = "_number";
  const std::string text = "_text";
  EXPECT_THAT(plan("reasoning.score > 90"), HasSubstr(number));
  EXPECT_THAT(plan("reasoning.score = 5 AND status = success"), HasSubstr(number));
  EXPECT_THAT(plan("reasoning.score >= 1 AND reasoning.score < 2"), HasSubstr(number));
  EXPECT_THAT(plan("reasoning.score = \"high\""), HasSubstr(text));
  EXPECT_THAT(plan("reasoning.score < \"high\""), HasSubstr(text));
  for (const char* other :
       {"reasoning.Score > 90", "input_data.score > 90", "reasoning.score = true", "NOT reasoning.score > 9"}) {
    EXPECT_THAT(plan(other), Not(HasSubstr("kept_"))) << other;
  }
}

TEST_F(KeptIndex, AmongManySteps_IsChosenByThePlannerItself) {
  ASSERT_TRUE(store_->keepIndex({Field::Reasoning, "score"}).ok());
  std::vector<std::string> payloads;
  for (int n = 0; n < 4000; ++n)
    payloads.push_back("{\"score\":" + std::to_string(n) + ",\"pad\":\"" + std::string(200, 'x') + "\"}");
  std::vector<Event> events = {runStarted(1)};
  for (std::uint32_t n = 0; n < payloads.size(); ++n) {
    events.push_back(stepEnded(1, n));
    std::get<StepEvent>(events.back().fact).reasoning = payloads[n];
  }
  ASSERT_EQ(append(*store_, events), std::string(events.size(), 'A'));
  ASSERT_EQ(ask("ANALYZE steps"), "none");
  const auto filter = parseFilter("reasoning.score > 3990", Entity::Step, kEpoch);
  PageQuery query;
  query.filter = &*filter;
  EXPECT_THAT(planOf(sql::selectSteps(dialect(), query, false, readAt(kEpoch)), "SET enable_seqscan TO on"),
              HasSubstr("kept_"));
  EXPECT_EQ(store_->steps(query, true, readAt(kEpoch))->rows.size(), 9u);
}

TEST_F(KeptIndex, KeysOfAnyText_AreKeptOnceAndAnswerTheSame) {
  const std::vector<std::string> keys = {
      "score",  "",       "it's", "q\"q", "a/b~c", "größe",   "x') ; DROP TABLE steps; --",
      "new\nl", "$.a[0]", "0",    "%",    "$1",    "\\+0061", "😀"};
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
    EXPECT_THAT(plan("output_data." + name + " = 7"), HasSubstr("_number")) << key;
    PageQuery query;
    query.filter = &*filter;
    EXPECT_EQ(store_->steps(query, true, readAt(kEpoch))->rows.size(), 1u) << key;
  }
  EXPECT_EQ(ask("SELECT count(*) FROM pg_indexes WHERE schemaname = current_schema() AND indexname LIKE 'kept%'"),
            std::to_string(keys.size() * 2));
  EXPECT_EQ(append(*store_, {stepEnded(1, 2)}), "A");
}

TEST_F(KeptIndex, TextsTooLongForAnIndex_AreStoredAndFound) {
  ASSERT_TRUE(store_->keepIndex({Field::Reasoning, "text"}).ok());
  std::string noise;  // does not compress below a page
  for (int n = 0; n < 20'000; ++n) noise += static_cast<char>('a' + (n * n + n / 7) % 26);
  const std::string beginning = noise.substr(0, 127);
  const std::string long1 = "{\"text\":\"" + noise + "1\"}";
  const std::string long2 = "{\"text\":\"" + noise + "2\"}";
  const std::string short1 = "{\"text\":\"" + beginning + "\"}";
  std::vector<Event> events = {runStarted(1), stepEnded(1, 1), stepEnded(1, 2), stepEnded(1, 3)};
  std::get<StepEvent>(events[1].fact).reasoning = long1;
  std::get<StepEvent>(events[2].fact).reasoning = long2;
  std::get<StepEvent>(events[3].fact).reasoning = short1;
  ASSERT_EQ(append(*store_, events), "AAAA");
  const auto found = [&](const std::string& text) {
    const auto filter = parseFilter(text, Entity::Step, kEpoch);
    EXPECT_TRUE(filter.ok()) << filter.status().toString();
    PageQuery query;
    query.filter = &*filter;
    return store_->steps(query, true, readAt(kEpoch))->rows.size();
  };
  // Literals around the length at which the index stops to help.
  for (const std::size_t length : {126u, 127u, 128u, 129u, 1000u}) {
    const std::string literal = "\"" + noise.substr(0, length) + "\"";
    EXPECT_EQ(found("reasoning.text = " + literal), length == 127 ? 1u : 0u) << length;
    EXPECT_EQ(found("reasoning.text > " + literal), length < 127 ? 3u : 2u) << length;
    EXPECT_EQ(found("reasoning.text <= " + literal), length < 127 ? 0u : 1u) << length;
    EXPECT_EQ(found("reasoning.text != " + literal), length == 127 ? 2u : 3u) << length;
  }
}

TEST_F(KeptIndex, LeftoverOfAnAttemptThatWasCutOff_IsMadeAgain) {
  const IndexedKey key{Field::Reasoning, "score"};
  ASSERT_TRUE(store_->keepIndex(key).ok());
  ASSERT_EQ(ask("UPDATE pg_index SET indisvalid = false WHERE indrelid = 'steps'::regclass AND "
                "indexrelid::regclass::text LIKE 'kept%'"),
            "none");
  EXPECT_THAT(plan("reasoning.score > 90"), Not(HasSubstr("kept_")));
  ASSERT_TRUE(store_->keepIndex(key).ok());
  EXPECT_THAT(plan("reasoning.score > 90"), HasSubstr("_number"));
}

TEST_F(KeptIndex, AskedForByManyBackendsWhileOthersAppend_IsMadeOnce) {
  ASSERT_EQ(append(*store_, {runStarted(1)}), "A");
  {
    std::vector<std::jthread> threads;
    for (int n = 0; n < 4; ++n) {
      threads.emplace_back([&, n] {
        const Status status = store_->keepIndex({Field::Reasoning, "key" + std::to_string(n % 2)});
        EXPECT_TRUE(status.ok()) << status.toString();
      });
    }
    for (std::uint32_t step = 0; step < 50; ++step) EXPECT_EQ(append(*store_, {stepEnded(1, step)}), "A");
  }
  EXPECT_EQ(ask("SELECT count(*) FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid"
                " WHERE indrelid = 'steps'::regclass AND indisvalid AND relname LIKE 'kept%'"),
            "4");
}

TEST_F(KeptIndex, BeyondTheLimit_IsRefusedAndThoseBeforeStay) {
  for (std::int64_t n = 0; n < kMaxKeptKeys; ++n) {
    ask("CREATE INDEX kept_" + std::to_string(n) + "_number ON steps (name)");
  }
  const Status status = store_->keepIndex({Field::Reasoning, "one more"});
  EXPECT_EQ(status.code(), StatusCode::TooLarge);
  EXPECT_THAT(status.message(), HasSubstr("no index for \"one more\": 64 payload keys have one already"));
  ask("DROP INDEX kept_5_number");
  EXPECT_TRUE(store_->keepIndex({Field::Reasoning, "one more"}).ok());
  EXPECT_TRUE(store_->keepIndex({Field::Reasoning, "one more"}).ok());
  EXPECT_EQ(store_->keepIndex({Field::Reasoning, "another"}).code(), StatusCode::TooLarge);
}

TEST_F(KeptIndex, OfOtherFields_IsRefused) {
  EXPECT_EQ(store_->keepIndex({Field::Metadata, "x"}).code(), StatusCode::InvalidArgument);
  EXPECT_EQ(store_->keepIndex({Field::Name, "x"}).code(), StatusCode::InvalidArgument);
}

TEST_F(KeptIndex, EveryIndexOfTheTables_ServesTheQuestionItIsThereFor) {
  const std::string id = runId(1).toString();
  EXPECT_THAT(plan("started_at > ago(1h)", Entity::Run), HasSubstr("runs_by_start"));
  EXPECT_THAT(plan("pipeline = a", Entity::Run), HasSubstr("runs_by_pipeline"));
  EXPECT_THAT(plan("pipeline:*", Entity::Run, SortKey::LastActivityAt), HasSubstr("runs_by_activity"));
  EXPECT_THAT(plan("parent_run_id = " + id, Entity::Run), HasSubstr("runs_by_parent"));
  EXPECT_THAT(plan("started_at > ago(1h)"), HasSubstr("steps_by_start"));
  EXPECT_THAT(plan("run_id = " + id), HasSubstr("steps_pkey"));
  EXPECT_THAT(planOf(sql::selectRunSteps(dialect(), runId(1)), "SET enable_seqscan TO off"), HasSubstr("steps_pkey"));
  EXPECT_THAT(planOf(sql::selectSchema(dialect(), {"a", 1}), "SET enable_seqscan TO off"), HasSubstr("runs_by_schema"));
  EXPECT_THAT(planOf(sql::selectRejections(dialect(), 5, 9), "SET enable_seqscan TO off"),
              HasSubstr("rejections_pkey"));
}

}  // namespace
}  // namespace xray::postgres::test
