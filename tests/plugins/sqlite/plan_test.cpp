// Which index serves which question, so that none is there for nothing and no list looks at every row.

#include "open_store.h"
#include "sqlite_dialect.h"
#include "xray/sql/analysis_queries.h"
#include "xray/sql/run_queries.h"
#include "xray/sql/schema_queries.h"
#include "xray/sql/step_queries.h"

namespace xray::sqlite::test {
namespace {

class Plan : public OpenStore {
 protected:
  std::string of(sql::Statement statement) {
    statement.text = "EXPLAIN QUERY PLAN " + statement.text;
    auto connection = Connection::open({.path = path(), .readOnly = true, .cacheBytes = 1 << 20});
    auto prepared = (*connection)->prepare(statement);
    EXPECT_TRUE(prepared.ok()) << prepared.status().toString();
    std::string plan;
    while (prepared->step() == SQLITE_ROW) plan += prepared->text(3) + "\n";
    return plan;
  }

  std::string ofPage(Entity entity, const std::string& filterText, SortKey key, bool descending) {
    const auto filter = parseFilter(filterText, entity, kEpoch);
    EXPECT_TRUE(filter.ok()) << filter.status().toString();
    PageQuery query;
    query.filter = &*filter;
    query.order = {key, descending};
    return of(entity == Entity::Run ? sql::selectRuns(dialect(), query, readAt(kEpoch))
                                    : sql::selectSteps(dialect(), query, false, readAt(kEpoch)));
  }
};

TEST_F(Plan, EveryIndex_ServesTheQuestionItIsThereFor) {
  const std::string id = runId(1).toString();
  struct Case {
    Entity entity;
    std::string filter;
    SortKey key;
    const char* index;
  };
  const Case cases[] = {
      {Entity::Run, "", SortKey::StartedAt, "runs_by_start"},
      {Entity::Run, "started_at > ago(1h)", SortKey::Duration, "runs_by_start (started_at>?)"},
      {Entity::Run, "started_at > ago(1h) AND status = crashed", SortKey::StartedAt,
       "runs_not_completed (started_at>?)"},
      {Entity::Run, "status = crashed", SortKey::StartedAt, "runs_not_completed"},
      {Entity::Run, "status = running", SortKey::StartedAt, "runs_not_completed"},
      {Entity::Run, "status = completed", SortKey::StartedAt, "runs_by_start"},
      {Entity::Run, "pipeline = a", SortKey::StartedAt, "runs_by_pipeline (pipeline=?)"},
      {Entity::Run, "pipeline = a AND started_at > ago(1h)", SortKey::Duration,
       "runs_by_pipeline (pipeline=? AND started_at>?)"},
      {Entity::Run, "", SortKey::LastActivityAt, "runs_by_activity"},
      {Entity::Run, "parent_run_id = " + id, SortKey::StartedAt, "runs_by_parent (parent_run_id=?)"},
      {Entity::Run, "steps:(status = success)", SortKey::StartedAt,
       "SEARCH s USING INDEX sqlite_autoindex_steps_1 (run_id=?)"},
      {Entity::Run, "steps:(status = error)", SortKey::StartedAt, "SEARCH s USING INDEX steps_errored (run_id=?)"},
      {Entity::Step, "", SortKey::StartedAt, "steps_by_start"},
      {Entity::Step, "started_at > ago(1h)", SortKey::Duration, "steps_by_start (started_at>?)"},
      {Entity::Step, "run_id = " + id, SortKey::StartedAt, "sqlite_autoindex_steps_1 (run_id=?)"},
      {Entity::Step, "run.pipeline = a", SortKey::StartedAt, "runs_by_pipeline (pipeline=?)"},
  };
  for (const Case& question : cases) {
    for (const bool descending : {true, false}) {
      EXPECT_THAT(ofPage(question.entity, question.filter, question.key, descending),
                  ::testing::HasSubstr(question.index))
          << question.filter;
    }
  }
  EXPECT_THAT(of(sql::selectSchema(dialect(), {"a", 1})), ::testing::HasSubstr("COVERING INDEX runs_by_schema"));
  EXPECT_THAT(of(sql::selectRunSteps(dialect(), runId(1))),
              ::testing::HasSubstr("sqlite_autoindex_steps_1 (run_id=?)"));
  EXPECT_THAT(of(sql::selectRejections(dialect(), 5, 9)), ::testing::HasSubstr("INTEGER PRIMARY KEY (rowid<?)"));
}

TEST_F(Plan, Analysis_ReadsNoRowsThatAnIndexCanStandFor) {
  const auto latency = [&](const std::string& filterText, const std::string& groupBy) {
    const auto filter = parseFilter(filterText, Entity::Step, kEpoch);
    const auto keys = parseGroupBy(groupBy, GroupedQuestion::Latency);
    return of(sql::selectLatency(dialect(), {&*filter, *keys, std::chrono::hours(1)}, readAt(kEpoch)));
  };
  const std::string day = "started_at > ago(24h) AND started_at < ago(1h)";
  const std::string range = "s USING COVERING INDEX steps_by_start (started_at>? AND started_at<?)";
  for (const std::string groupBy : {"", "step_type", "name", "status,step_type", "run.pipeline", "run.status"}) {
    EXPECT_THAT(latency(day, groupBy), ::testing::HasSubstr(range)) << groupBy;
    EXPECT_THAT(latency("", groupBy), ::testing::HasSubstr("COVERING INDEX steps_by_start")) << groupBy;
  }
  EXPECT_THAT(latency(day + " AND step_type = llm AND status = error", "name"), ::testing::HasSubstr(range));
  const std::string failures = of(sql::selectFailures(dialect(), {}, readAt(kEpoch)));
  EXPECT_THAT(failures, ::testing::HasSubstr("r USING INDEX runs_not_completed"));
  // One for each rule, and whether an errored step has an errored child.
  for (const char* lookUp :
       {"s USING COVERING INDEX sqlite_autoindex_steps_1 (run_id=? AND step_id=?)",
        "s USING INDEX steps_errored (run_id=?)", "c USING INDEX steps_errored (run_id=? AND parent_step_id=?)",
        "s USING INDEX steps_running (run_id=?)", "s USING INDEX sqlite_autoindex_steps_1 (run_id=?)"}) {
    EXPECT_THAT(failures, ::testing::HasSubstr(lookUp));
  }
}

}  // namespace
}  // namespace xray::sqlite::test
