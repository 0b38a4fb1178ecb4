// Requests that the read API refuses: status and words.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/api/responses.h"
#include "server/test_backend.h"

namespace xray::server {
namespace {

using testing::HasSubstr;

struct BadRequest {
  const char* target;
  int status;
  const char* detail;
};

class ApiRefuses : public testing::TestWithParam<BadRequest> {};

TEST_P(ApiRefuses, Request_WithItsWords) {
  const TestBackend backend;
  const Reply reply = backend.get(GetParam().target);
  EXPECT_EQ(reply.status, GetParam().status);
  EXPECT_EQ(reply.member("status"), std::to_string(GetParam().status));
  EXPECT_THAT(reply.text("detail"), HasSubstr(GetParam().detail));
  EXPECT_NE(reply.member("type"), "(none)");
  EXPECT_NE(reply.member("title"), "(none)");
}

const BadRequest kBadRequests[] = {
    {"/", 404, "nothing at \"/\""},
    {"/v1/run", 404, "nothing at \"/v1/run\""},
    {"/v1/analysis", 404, "nothing at"},
    {"/v1/analysis/latencies", 404, "nothing at"},
    {"/v1/runs/0190b2a4-7c11-7000-8000-00000000000a", 404, "there is no run 0190b2a4-7c11-7000-8000-00000000000a"},
    {"/v1/runs/0190b2a4-7c11-7000-8000-00000000000a/steps/0190b2a4-7c11-7000-8000-000000000001", 404,
     "there is no step 0190b2a4-7c11-7000-8000-000000000001 in run 0190b2a4-7c11-7000-8000-00000000000a"},
    {"/v1/runs/latest", 400, "run_id: must be a UUID like 0190b2a4-7c11-7000-8000-5f5a4c3b2a19, not \"latest\""},
    {"/v1/runs/0190b2a47c11700080000000000000aa", 400, "run_id: must be a UUID"},
    {"/v1/runs/0190b2a4-7c11-7000-8000-00000000000a/steps/7", 400, "step_id: must be a UUID"},
    {"/v1/runs/0190b2a4-7c11-7000-8000-00000000000a?view=full", 400,
     "unknown query parameter \"view\" (none is taken here)"},
    {"/v1/runs?page_sise=5", 400,
     "unknown query parameter \"page_sise\"; did you mean \"page_size\"? (allowed: filter, order_by, page_size, "
     "page_token)"},
    {"/v1/runs?view=full", 400, "unknown query parameter \"view\" (allowed: filter, order_by, page_size, page_token)"},
    {"/v1/runs?page_size=5&page_size=5", 400, "query parameter \"page_size\" is given more than once"},
    {"/v1/runs?page_size=0", 400, "page_size: must be a whole number from 1 to 1000, not \"0\""},
    {"/v1/runs?page_size=1001", 400, "page_size: must be a whole number from 1 to 1000, not \"1001\""},
    {"/v1/runs?page_size=99999999999999999999", 400, "page_size: must be"},
    {"/v1/runs?page_size=-1", 400, "page_size: must be"},
    {"/v1/runs?page_size=5x", 400, "not \"5x\""},
    {"/v1/runs?page_size= 5", 400, "page_size: must be"},
    {"/v1/runs?page_size=", 400, "page_size: must be a whole number from 1 to 1000, not \"\""},
    {"/v1/runs?page_size", 400, "page_size: must be"},
    {"/v1/runs?order_by=", 400, "order_by: \"\" is not allowed"},
    {"/v1/runs?order_by=started", 400, "order_by: \"started\" is not allowed"},
    {"/v1/runs?order_by=started_at asc", 400,
     "(allowed: started_at desc, started_at, duration, duration desc, last_activity_at desc)"},
    {"/v1/steps?order_by=last_activity_at desc", 400,
     "(allowed: started_at desc, started_at, duration, duration desc)"},
    {"/v1/steps?view=short", 400, "view: \"short\" is not allowed (allowed: full, skeleton)"},
    {"/v1/steps?view=skeletn", 400, "did you mean \"skeleton\"?"},
    {"/v1/runs?page_token=nonsense", 400, "page_token: this is no token of this list"},
    {"/v1/rejections?page_token=nonsense", 400, "page_token: this is no token of this list"},
    {"/v1/rejections?filter=code = x", 400, "unknown query parameter \"filter\" (allowed: page_size, page_token)"},
    {"/v1/rejections?page_size=0", 400, "page_size: must be"},
    {"/v1/runs?filter=statuss = crashed", 400, "filter:1: unknown field \"statuss\"; did you mean \"status\"?"},
    {"/v1/steps?filter=name = a AND reasonng.x = 1", 400,
     "filter:14: unknown field \"reasonng.x\"; did you mean \"reasoning.x\"?"},
    {"/v1/schemas/none", 404, "there is no schema \"none\""},
    {"/v1/schemas/none/1", 404, "there is no schema \"none\" version 1"},
    {"/v1/schemas/none/0", 400, "version: must be a whole number from 1 to 2147483647, not \"0\""},
    {"/v1/schemas/none/v1", 400, "version: must be a whole number"},
    {"/v1/schemas/none/1?diff_to=x", 400, "diff_to: must be a whole number"},
    {"/v1/schemas?x", 400, "unknown query parameter \"x\" (none is taken here)"},
    {"/v1/plugins?x=1", 400, "unknown query parameter \"x\""},
    {"/livez?x=1", 400, "unknown query parameter \"x\""},
    {"/readyz?x=1", 400, "unknown query parameter \"x\""},
};
INSTANTIATE_TEST_SUITE_P(Table, ApiRefuses, testing::ValuesIn(kBadRequests));

TEST(ApiErrors, BadFilter_TellsThePositionAsInItsDetail) {
  const TestBackend backend;
  const Reply reply = backend.get("/v1/runs?filter=pipeline = a AND statuss = crashed");
  EXPECT_EQ(reply.status, 400);
  EXPECT_THAT(reply.text("detail"), HasSubstr("filter:18:"));
  EXPECT_EQ(reply.member("position"), "18");
}

TEST(ApiErrors, OtherMethods_Get405WithAllow) {
  const TestBackend backend;
  for (const char* method : {"POST", "DELETE", "PUT", "get"}) {
    http::Request request = requestOf("/v1/runs");
    request.method = method;
    const http::Response response = backend.api().handle(request);
    EXPECT_EQ(response.status, 405);
    EXPECT_THAT(response.headers, testing::Contains(testing::Pair("Allow", "GET, HEAD")));
  }
}

TEST(ApiErrors, StoreFailures_BecomeTheirStatuses) {
  TestBackend backend;
  ASSERT_TRUE(backend.send(runStarted(kRun)).ok());
  const struct {
    StatusCode code;
    int status;
    const char* title;
    const char* detail;
  } cases[] = {{StatusCode::DeadlineExceeded, 504, "query_timeout", "cancelled at its deadline"},
               {StatusCode::Unavailable, 503, "Unavailable", "the store is not available now"},
               {StatusCode::Closed, 503, "Unavailable", "the store is not available now"},
               {StatusCode::NotSupported, 501, "Not supported", "cannot answer this"},
               {StatusCode::InvalidArgument, 500, "Internal error", "the store failed"},
               {StatusCode::Internal, 500, "Internal error", "the store failed"}};
  for (const auto& expected : cases) {
    backend.store().failReads(Status(expected.code, "SELECT secret FROM \"/secret/xray.db\""));
    for (const std::string& target : {std::string("/v1/runs"), std::string("/v1/steps"), "/v1/runs/" + kRun,
                                      "/v1/runs/" + kRun + "/steps/" + kStep}) {
      const Reply reply = backend.get(target);
      EXPECT_EQ(reply.status, expected.status) << target;
      EXPECT_EQ(reply.text("title"), expected.title);
      EXPECT_THAT(reply.body, testing::Not(HasSubstr("secret"))) << "what the store says stays inside";
      EXPECT_THAT(reply.text("detail"), HasSubstr(expected.detail));
    }
  }
  backend.store().failReads(Status(StatusCode::Unavailable, "the disk is gone"));
  EXPECT_EQ(backend.get("/readyz").status, 503);
  EXPECT_EQ(backend.get("/readyz").text("detail"), "the disk is gone");
  EXPECT_EQ(backend.get("/livez").status, 200);
  backend.store().failReads({});
  EXPECT_EQ(backend.get("/readyz").body, R"({"status":"ready"})");
}

TEST(ApiErrors, WithoutPaths_KeepsTheRest) {
  const std::pair<const char*, const char*> cases[] = {
      {"", ""},
      {"the disk is gone", "the disk is gone"},
      {R"(sqlite "data/my runs.db": disk I/O error)", R"(sqlite "…": disk I/O error)"},
      {R"(connection to server on socket "/run/pg/.s.PGSQL.5432" failed: No such file)",
       R"(connection to server on socket "…" failed: No such file)"},
      {R"(connection to server at "10.0.0.5", port 5432 failed: timeout)",
       R"(connection to server at "10.0.0.5", port 5432 failed: timeout)"},
      {"journal: /var/lib/x.journal: read: I/O error, /a", "journal: …: read: I/O error, …"},
      {R"(not closed "/var/lib)", R"(not closed "…")"},
  };
  for (const auto& [message, expected] : cases) EXPECT_EQ(withoutPaths(message), expected);
}

}  // namespace
}  // namespace xray::server
