// Which index serves which question over many rows.

#include "open_store.h"
#include "postgres_dialect.h"
#include "xray/sql/analysis_queries.h"

namespace xray::postgres::test {
namespace {

using ::testing::HasSubstr;

class Plan : public OpenStore {
 protected:
  /// A table of a few rows is quicker read whole, and joined by hashing, so that is forbidden.
  std::string of(sql::Statement statement) {
    auto connection = Connection::open(connectionOptions());
    EXPECT_TRUE(connection.ok()) << connection.status().toString();
    const auto end = std::chrono::steady_clock::now() + std::chrono::minutes(1);
    for (const char* way : {"seqscan", "bitmapscan", "hashjoin", "mergejoin"}) {
      EXPECT_TRUE((*connection)->execute("SET enable_" + std::string(way) + " TO off", end).ok());
    }
    statement.text = "EXPLAIN " + statement.text;
    const auto answer = (*connection)->query(callOf(statement), end);
    if (!answer) return answer.status().toString();
    std::string plan;
    for (int row = 0; row < answer->rows(); ++row) plan += AnswerRow(*answer, row).text(0) + "\n";
    return plan;
  }
};

TEST_F(Plan, Latency_ReadsNoRowsThatAnIndexCanStandFor) {
  const auto filter = parseFilter("started_at > ago(24h) AND started_at < ago(1h)", Entity::Step, kEpoch);
  for (const std::string groupBy : {"", "step_type", "name", "status,step_type"}) {
    const auto keys = parseGroupBy(groupBy, GroupedQuestion::Latency);
    for (const std::optional<Microseconds> interval :
         {std::optional<Microseconds>(), {std::chrono::hours(1)}, {std::chrono::years(1000)}}) {
      EXPECT_THAT(of(sql::selectLatency(dialect(), {&*filter, *keys, interval}, readAt(kEpoch))),
                  HasSubstr("Index Only Scan using steps_by_start"))
          << groupBy;
    }
  }
}

TEST_F(Plan, Failures_AreLookedUpRuleByRule) {
  const std::string plan = of(sql::selectFailures(dialect(), {}, readAt(kEpoch)));
  for (const char* index :
       {"using runs_not_completed on runs", "using steps_errored on steps s", "using steps_errored on steps c",
        "using steps_running on steps s", "using steps_pkey on steps s"}) {
    EXPECT_THAT(plan, HasSubstr(index));
  }
}

}  // namespace
}  // namespace xray::postgres::test
