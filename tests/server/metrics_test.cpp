// What /metrics of a whole backend says after some traffic.

#include <gmock/gmock.h>

#include "server/served.h"
#include "server/test_backend.h"
#include "support/temp_folder.h"

namespace xray::server {
namespace {

using testing::HasSubstr;
using testing::Not;

class MetricsOfServer : public testing::Test {
 protected:
  std::string scrape() const {
    const test::RawResponse response = served_.get("/metrics");
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.headers.at("content-type"), "text/plain; version=0.0.4; charset=utf-8");
    return response.body;
  }

  const test::TempFolder folder_;
  const Served served_{
      "store: {plugin: memory}\n"
      "receivers:\n"
      "  - {plugin: http-transport, options: {listen: \"127.0.0.1:0\"}}\n"
      "  - {plugin: file-transport, options: {dir: \"" +
      (folder_.path() / "spool").string() + "\"}}\n"};
};

TEST_F(MetricsOfServer, AfterTraffic_CountsItByOutcome) {
  const std::string started = runStarted(kRun, R"(,"metadata":{"secretKey":"secretValue"})");
  EXPECT_EQ(served_.post(started + stepEnded(kRun, kStep)), 200);
  EXPECT_EQ(served_.post(started + "{}\n"), 200);
  EXPECT_EQ(served_.post("no json"), 200);
  for (const char* target : {"/v1/runs", "/v1/runs?page_size=0", "/v1/runs/latest"}) (void)served_.get(target);

  const std::string text = scrape();
  for (const char* line : {"xray_ingest_events_total{outcome=\"accepted\"} 2\n",
                           "xray_ingest_events_total{outcome=\"duplicate\"} 1\n",
                           "xray_ingest_events_total{outcome=\"rejected\"} 2\n",
                           "xray_ingest_rejected_events_total{code=\"invalid_event\"} 1\n",
                           "xray_ingest_rejected_events_total{code=\"invalid_json\"} 1\n",
                           "xray_ingest_rejected_events_total{code=\"too_large\"} 0\n",
                           "xray_ingest_refused_batches_total{reason=\"overloaded\"} 0\n",
                           "xray_ingest_refused_batches_total{reason=\"unreadable\"} 0\n",
                           "xray_ingest_queue_bytes 0\n",
                           "xray_ingest_queue_batches 0\n",
                           "xray_ingest_queue_capacity_bytes 67108864\n",
                           "xray_queries_waiting 0\n",
                           "xray_queries_refused_total 0\n",
                           "xray_store_append_duration_seconds_count 3\n",
                           "xray_store_append_duration_seconds_bucket{le=\"+Inf\"} 3\n",
                           "xray_query_duration_seconds_count{endpoint=\"/v1/runs\"} 2\n",
                           "xray_queries_total{endpoint=\"/v1/runs\",status=\"200\"} 1\n",
                           "xray_queries_total{endpoint=\"/v1/runs\",status=\"400\"} 1\n",
                           "xray_queries_total{endpoint=\"/v1/runs/{run_id}\",status=\"400\"} 1\n",
                           "xray_plugin_call_duration_seconds_count{call=\"append\",plugin=\"memory\"} 3\n",
                           "xray_receiver_backlog_bytes{receiver=\"1\",plugin=\"file-transport\",state=\"ready\"} 0\n",
                           "xray_receiver_backlog_bytes{receiver=\"1\",plugin=\"file-transport\",state=\"open\"} 0\n",
                           "xray_receiver_set_aside_total{receiver=\"1\",plugin=\"file-transport\"} 0\n",
                           "store=\"memory\"} 1\n",
                           "# TYPE xray_ingest_events_total counter\n",
                           "# TYPE xray_ingest_queue_bytes gauge\n",
                           "# TYPE xray_query_duration_seconds histogram\n"}) {
    EXPECT_THAT(text, HasSubstr(line));
  }
}

TEST_F(MetricsOfServer, NothingOfEventsOrQueries_IsALabel) {
  ASSERT_EQ(served_.post(runStarted(kRun) + stepEnded(kRun, kStep)), 200);
  (void)served_.get("/v1/runs?filter=pipeline%20%3D%20needle");
  (void)served_.get("/v1/runs/" + kRun);
  (void)served_.get("/v1/needle");
  const std::string text = scrape();
  for (const std::string& word : {std::string("picker"), std::string("rank"), kRun, std::string("needle")})
    EXPECT_THAT(text, Not(HasSubstr(word)));
}

TEST_F(MetricsOfServer, HttpTransport_WhichKeepsNothing_HasNoBacklogAndNoErrors) {
  (void)scrape();
  const std::string text = scrape();
  EXPECT_THAT(text, Not(HasSubstr("xray_receiver_backlog_bytes{receiver=\"0\"")));
  EXPECT_THAT(text, HasSubstr("xray_plugin_call_duration_seconds_count{call=\"backlog\",plugin=\"http-transport\"} 1"));
  EXPECT_THAT(text, Not(HasSubstr("xray_plugin_call_errors_total{")));
}

TEST(Metrics, CallsThatFail_AreCountedByCode) {
  Metrics metrics;
  metrics.called("sqlite", "append", StatusCode::Unavailable, std::chrono::milliseconds(3));
  metrics.called("sqlite", "append", StatusCode::Ok, std::chrono::milliseconds(3));
  metrics.called("rules", "check", StatusCode::Internal, {});
  const std::string text = metrics.text({});
  EXPECT_THAT(text,
              HasSubstr("xray_plugin_call_errors_total{call=\"append\",code=\"Unavailable\",plugin=\"sqlite\"} 1"));
  EXPECT_THAT(text, HasSubstr("xray_plugin_call_duration_seconds_count{call=\"append\",plugin=\"sqlite\"} 2"));
  EXPECT_THAT(text, HasSubstr("xray_plugin_call_errors_total{call=\"check\",code=\"Internal\",plugin=\"rules\"} 1"));
  EXPECT_THAT(text, HasSubstr("xray_store_append_duration_seconds_bucket{le=\"0.005\"} 2"));
}

TEST(Metrics, ApiWithoutAServer_HasNone) {
  const TestBackend backend;
  EXPECT_EQ(backend.get("/metrics").status, 404);
}

}  // namespace
}  // namespace xray::server
