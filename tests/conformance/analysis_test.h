#pragma once
// The questions of query.md section 3, asked of a store and of the reference.

#include <memory>
#include <string>
#include <vector>

#include "conformance/store_test.h"
#include "support/analysis_text.h"
#include "support/history.h"
#include "support/store_dump.h"
#include "support/vocabulary.h"
#include "xray/memory_store.h"

namespace xray::test {

/// A store and the reference with the same content. `ask…` takes texts as the API does, compares both answers and
/// returns the store's. A question that the store does not support skips the test.
class AnalysisTest : public StoreTest {
 protected:
  void SetUp() override {
    StoreTest::SetUp();
    if (IsSkipped()) return;
    store_ = &newStore();
    reference_ = makeMemoryStore();
    ASSERT_TRUE(reference_->open().ok());
  }

  /// Lines with placeholders, in appends of up to 1,000.
  void give(const std::vector<std::string>& lines) {
    for (std::size_t at = 0; at < lines.size(); at += 1000) {
      std::vector<std::string> part;
      for (std::size_t i = at; i < std::min(at + 1000, lines.size()); ++i) part.push_back(expand(lines[i]));
      for (Store* store : {store_, reference_.get()}) {
        const auto outcome = appendLines(*store, part, xray::test::at(100));
        ASSERT_TRUE(outcome.ok()) << outcome.status().toString();
        ASSERT_EQ(count(*outcome, AppendResult::Rejected), 0u) << outcome->refused.front().detail;
      }
    }
  }

  Analysis<LatencyRow> askLatency(const std::string& filter, const std::string& groupBy,
                                  const std::string& interval = "") {
    const Filter parsed = mustParse(filter, Entity::Step);
    const GroupQuery query = grouped(parsed, groupBy, GroupedQuestion::Latency, interval);
    return both<LatencyRow>([&](Store& store) { return store.latency(query, context_); });
  }

  Analysis<ValuesRow> askValues(const std::string& field, const std::string& filter, const std::string& groupBy) {
    const Filter parsed = mustParse(filter, Entity::Step);
    const ValuesQuery query{&parsed, must(parseValueField(field)),
                            must(parseGroupBy(groupBy, GroupedQuestion::Values))};
    return both<ValuesRow>([&](Store& store) { return store.values(query, context_); });
  }

  /// `groupBy` "-": none, which the API has no word for.
  Analysis<FailureRow> askFailures(const std::string& filter, const std::string& groupBy) {
    const Filter parsed = mustParse(filter, Entity::Run);
    FailuresQuery query{&parsed, {}};
    if (groupBy != "-") query.groupBy = must(parseFailureGroupBy(groupBy));
    return both<FailureRow>([&](Store& store) { return store.failures(query, context_); });
  }

  Analysis<CountRow> askCounts(Entity of, const std::string& filter, const std::string& groupBy,
                               const std::string& interval = "") {
    const Filter parsed = mustParse(filter, of);
    const auto question = of == Entity::Run ? GroupedQuestion::RunCounts : GroupedQuestion::StepCounts;
    const GroupQuery query = grouped(parsed, groupBy, question, interval);
    return both<CountRow>([&](Store& store) { return store.counts(of, query, context_); });
  }

  Store* store_ = nullptr;
  std::unique_ptr<Store> reference_;
  ReadContext context_ = readAt(xray::test::at(130), std::chrono::seconds(60));
  int telling_ = 0;  // answers of more than one row

 private:
  template <typename T>
  static T must(Result<T> result) {
    if (!result) throw std::runtime_error(result.status().toString());
    return std::move(*result);
  }

  static GroupQuery grouped(const Filter& filter, const std::string& groupBy, GroupedQuestion question,
                            const std::string& interval) {
    GroupQuery query{&filter, must(parseGroupBy(groupBy, question)), std::nullopt};
    if (!interval.empty()) query.interval = parseDuration(interval).value();
    return query;
  }

  template <typename Row, typename Ask>
  Analysis<Row> both(const Ask& ask) {
    const Result<Analysis<Row>> answer = ask(*store_);
    if (answer.status().code() == StatusCode::NotSupported) {
      [&] { GTEST_SKIP() << answer.status().message(); }();
      return {};
    }
    const Result<Analysis<Row>> expected = ask(*reference_);
    if (!answer || !expected) {
      ADD_FAILURE() << answer.status().toString() << " / " << expected.status().toString();
      return {};
    }
    EXPECT_EQ(toText(*answer), toText(*expected));
    for (std::size_t i = 0; i < std::min(answer->rows.size(), expected->rows.size()); ++i) {
      const Average left = averageOf(answer->rows[i]);
      const Average right = averageOf(expected->rows[i]);
      EXPECT_NEAR(left.value, right.value, 1e-9 * right.scale);
    }
    telling_ += answer->rows.size() > 1 ? 1 : 0;
    return *answer;
  }
};

}  // namespace xray::test
