#include "xray/http/router.h"

#include <gtest/gtest.h>

#include <optional>

#include "xray/http/problem.h"

namespace xray::http {
namespace {

/// A handler that answers with its name and the path parameters.
Handler named(std::string name) {
  return [name](const Request& request, const Respond& respond) {
    std::string body = name;
    for (const auto& [key, value] : request.pathParameters) {
      body += " " + key + "=" + value;
    }
    respond({.body = body});
  };
}

Router sample() {
  Router router;
  router.add("GET", "/", named("root"));
  router.add("GET", "/v1/runs", named("runs"));
  router.add("GET", "/v1/runs/{run_id}", named("run"));
  router.add("DELETE", "/v1/runs/{run_id}", named("delete"));
  router.add("POST", "/v1/runs/search", named("search"));
  router.add("GET", "/v1/runs/{run_id}/steps/{step_id}", named("step"));
  router.add("GET", "/v1/{what}/latest", named("latest"));
  return router;
}

Response answer(std::string method, std::string target) {
  std::optional<Response> got;
  Request request;
  request.method = std::move(method);
  request.path = target;
  request.target = std::move(target);
  const Router router = sample();
  const std::optional<Response> refusal = router.refuses(request);
  router.handle(std::move(request), [&got](Response response) { got = std::move(response); });
  // Asked before, the router says what it answers then.
  EXPECT_EQ(refusal.has_value(), got.value().status != 200);
  if (refusal) {
    EXPECT_EQ(refusal->status, got->status);
    EXPECT_EQ(refusal->body, got->body);
    EXPECT_EQ(refusal->headers, got->headers);
  }
  return got.value();
}

TEST(Router, Handle_KnownPaths_FindsTheMostSpecificRoute) {
  struct Case {
    const char* method;
    const char* target;
    const char* body;
  };
  for (const Case& c : {Case{"GET", "/", "root"},
                        {"GET", "/?x=1", "root"},
                        {"GET", "/v1/runs", "runs"},
                        {"GET", "/v1/runs/", "runs"},
                        {"HEAD", "/v1/runs", "runs"},
                        {"GET", "/v1/runs/7", "run run_id=7"},
                        {"DELETE", "/v1/runs/7/", "delete run_id=7"},
                        {"GET", "/v1/runs/a%2Fb%20c", "run run_id=a/b c"},
                        {"GET", "/v1/runs/a+b", "run run_id=a+b"},
                        {"GET", "/v1/r%75ns", "runs"},
                        {"POST", "/v1/runs/search", "search"},
                        {"GET", "/v1/runs/search", "run run_id=search"},
                        {"GET", "/v1/runs/latest", "run run_id=latest"},
                        {"GET", "/v1/steps/latest", "latest what=steps"},
                        {"GET", "/v1/runs/1/steps/2?view=full", "step run_id=1 step_id=2"},
                        {"GET", "http://host:1/v1/runs/1", "run run_id=1"}}) {
    const Response response = answer(c.method, c.target);
    EXPECT_EQ(response.status, 200) << c.target;
    EXPECT_EQ(response.body, c.body) << c.target;
  }
}

TEST(Router, Handle_UnknownPaths_Are404Problems) {
  for (const char* target : {"/v1", "/v1/run", "/v1/runs//steps/2", "/v1/runs//", "//", "/V1/runs", "/v1/runs/1/steps",
                             "/v1/runs/%zz", "/v1/runs/%ff", "/v1/runs/%00", "/v1/runs/%2", "*", "host:80"}) {
    const Response response = answer("GET", target);
    EXPECT_EQ(response.status, 404) << target;
    EXPECT_EQ(response.contentType, "application/problem+json");
    EXPECT_NE(response.body.find("\"status\":404"), std::string::npos) << response.body;
  }
}

TEST(Router, Handle_OtherMethods_Are405WithAllow) {
  struct Case {
    const char* method;
    const char* target;
    const char* allow;
  };
  for (const Case& c : {Case{"POST", "/v1/runs", "GET, HEAD"},
                        {"PUT", "/v1/runs/7", "DELETE, GET, HEAD"},
                        {"PUT", "/v1/runs/search", "DELETE, GET, HEAD, POST"},
                        {"get", "/", "GET, HEAD"},
                        {"OPTIONS", "/", "GET, HEAD"}}) {
    const Response response = answer(c.method, c.target);
    EXPECT_EQ(response.status, 405) << c.target;
    ASSERT_EQ(response.headers.size(), 1u);
    EXPECT_EQ(response.headers[0].first, "Allow");
    EXPECT_EQ(response.headers[0].second, c.allow);
  }
}

TEST(Problem, Members_AnyText_AreJson) {
  const Response response = problem(400, "invalid_filter", "Bad \"filter\"", "line\nbreak \xff",
                                    {{"position", 18}, {"name", std::string("a\\b")}, {"final", true}});
  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(response.body,
            "{\"type\":\"invalid_filter\",\"title\":\"Bad \\\"filter\\\"\",\"status\":400,\"detail\":\"line\\nbreak "
            "\xEF\xBF\xBD\","
            "\"position\":18,\"name\":\"a\\\\b\",\"final\":true}");
}

TEST(Request, Header_AnyCaseAndSeveralTimes_IsOneValue) {
  Request request;
  request.headers = {{"Accept", "a"}, {"X-Key", "1"}, {"ACCEPT", "b"}};
  EXPECT_EQ(request.header("accept"), "a, b");
  EXPECT_EQ(request.header("x-KEY"), "1");
  EXPECT_EQ(request.header("X"), std::nullopt);
}

}  // namespace
}  // namespace xray::http
