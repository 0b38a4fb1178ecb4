// GET /v1/export.

#include <gmock/gmock.h>

#include "server/api/csv.h"
#include "server/test_backend.h"
#include "xray/json.h"

namespace xray::server {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

std::string runId(int number) {
  return "0190b2a4-7c11-7000-8000-00000000" + std::to_string(1000 + number);
}

/// Runs that started one after the other, the greatest number first, each with one step.
void fill(TestBackend& backend, int count, const std::string& stepMore = "") {
  for (int i = count - 1; i >= 0; --i) {
    const std::string at = formatTimestamp(*parseTimestamp("2026-11-22T16:00:00Z") + std::chrono::seconds(i));
    ASSERT_TRUE(backend
                    .send(R"({"event":"run.started","run_id":")" + runId(i) + R"(","pipeline":"p","at":")" + at +
                          "\"}\n" + R"({"event":"step.started","run_id":")" + runId(i) + R"(","step_id":")" + runId(i) +
                          R"(","name":"n","step_type":"llm","at":")" + at + "\"" + stepMore + "}")
                    .ok());
  }
}

/// The next piece of a stream that answers at once.
Result<std::string> pieceOf(http::BodyStream& stream) {
  std::optional<Result<std::string>> piece;
  stream.next([&](Result<std::string> given) { piece = std::move(given); });
  return piece ? *piece : Status(StatusCode::Internal, "no piece came");
}

std::string wholeOf(const http::Response& response) {
  std::string body = response.body;
  while (response.stream) {
    const Result<std::string> piece = pieceOf(*response.stream);
    if (!piece.ok()) return body + "!" + piece.status().toString();
    if (piece->empty()) break;
    body += *piece;
  }
  return body;
}

std::vector<std::string> linesOf(const std::string& text, const std::string& end = "\n") {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t next = text.find(end, at);
    lines.push_back(text.substr(at, next - at));
    if (next == std::string::npos) break;
    at = next + end.size();
  }
  return lines;
}

std::string headerOf(const http::Response& response, const std::string& name) {
  for (const auto& [key, value] : response.headers) {
    if (key == name) return value;
  }
  return "(none)";
}

TEST(ApiExport, Jsonl_IsEveryRowOldestFirstAsTheListsHaveIt) {
  TestBackend backend;
  fill(backend, 2345);  // three pages
  const http::Response response = backend.api().handle(requestOf("/v1/export?of=runs"));
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.contentType, "application/x-ndjson");
  EXPECT_EQ(headerOf(response, "Content-Disposition"), "attachment; filename=\"xray-runs.jsonl\"");
  const std::vector<std::string> lines = linesOf(wholeOf(response));
  ASSERT_THAT(lines, SizeIs(2345));
  for (int i = 0; i < 2345; ++i)
    ASSERT_EQ(findJsonMember(lines[static_cast<std::size_t>(i)], "run_id")->string(), runId(i));
  EXPECT_EQ("{\"runs\":[" + lines[7] + "],\"next_page_token\":null}",
            backend.get("/v1/runs?filter=run_id = \"" + runId(7) + "\"").body);
}

TEST(ApiExport, Steps_AreWholeAndFiltered) {
  TestBackend backend;
  fill(backend, 5, R"(,"input_data":{"k":"v"})");
  const http::Response response =
      backend.api().handle(requestOf("/v1/export?of=steps&filter=run_id = \"" + runId(3) + "\"&format=jsonl"));
  const std::vector<std::string> lines = linesOf(wholeOf(response));
  ASSERT_THAT(lines, SizeIs(1));
  EXPECT_EQ(lines[0], backend.get("/v1/runs/" + runId(3) + "/steps/" + runId(3)).body);
  EXPECT_THAT(lines[0], HasSubstr(R"("input_data":{"k":"v"})"));
}

TEST(ApiExport, NoRows_AreAnEmptyJsonlAndACsvOfItsHeader) {
  const TestBackend backend;
  EXPECT_EQ(wholeOf(backend.api().handle(requestOf("/v1/export?of=steps"))), "");
  const http::Response csv = backend.api().handle(requestOf("/v1/export?of=runs&format=csv"));
  EXPECT_EQ(csv.contentType, "text/csv; charset=utf-8; header=present");
  EXPECT_EQ(
      wholeOf(csv),
      "run_id,parent_run_id,pipeline,status,started_at,ended_at,last_activity_at,duration_ms,schema,error,metadata,"
      "step_count,error_count,missing_steps,violation_count,lost\r\n");
  EXPECT_EQ(
      wholeOf(backend.api().handle(requestOf("/v1/export?of=steps&format=csv"))),
      "step_id,run_id,parent_step_id,seq,name,step_type,status,started_at,ended_at,duration_ms,error,schema_checked,"
      "violations,input_data,output_data,reasoning\r\n");
}

TEST(ApiExport, Csv_QuotesAndKeepsEveryTextAsItIs) {
  TestBackend backend;
  ASSERT_TRUE(backend
                  .send(R"({"event":"run.started","run_id":")" + kRun +
                        R"(","pipeline":"=1+1, \"two\"\nlines","at":"2026-11-22T16:00:00Z","metadata":{"a":"b,c"}})")
                  .ok());
  const std::vector<std::string> rows =
      linesOf(wholeOf(backend.api().handle(requestOf("/v1/export?of=runs&format=csv"))), "\r\n");
  ASSERT_THAT(rows, SizeIs(2));
  EXPECT_EQ(rows[1],
            kRun +
                ",,\"=1+1, \"\"two\"\"\nlines\",running,2026-11-22T16:00:00.000000Z,,2026-11-22T16:10:00.000000Z,,"
                ",,\"{\"\"a\"\":\"\"b,c\"\"}\",0,0,,0,{}");
}

TEST(Csv, NullIsEmptyAndAnEmptyTextIsQuoted) {
  std::string out;
  appendCsvRow(out, R"({"a":null,"b":"","c":"\r","d":1.50,"e":true,"f":[1,2],"g":"é ;"})");
  EXPECT_EQ(out, ",\"\",\"\r\",1.50,true,\"[1,2]\",é ;\r\n");
}

TEST(ApiExport, GreatRows_ComeInPiecesOfBoundedSize) {
  TestBackend backend;
  fill(backend, 40, ",\"input_data\":{\"k\":\"" + std::string(500'000, 'x') + "\"}");
  const http::Response response = backend.api().handle(requestOf("/v1/export?of=steps"));
  std::size_t rows = 0;
  std::size_t pieces = 0;
  while (true) {
    const Result<std::string> piece = pieceOf(*response.stream);
    ASSERT_TRUE(piece.ok());
    if (piece->empty()) break;
    EXPECT_LT(piece->size(), 4u << 20);
    rows += linesOf(*piece).size();
    ++pieces;
  }
  EXPECT_EQ(rows, 40u);
  EXPECT_EQ(pieces, 8u);
}

TEST(ApiExport, StoreThatFails_BeforeTheFirstRowIsAProblem_LaterCutsTheStreamOff) {
  TestBackend backend;
  fill(backend, 1500);
  const http::Response begun = backend.api().handle(requestOf("/v1/export?of=runs"));
  backend.store().failReads(Status(StatusCode::Unavailable, "/secret/path is gone"));
  EXPECT_EQ(backend.get("/v1/export?of=runs").status, 503);
  EXPECT_TRUE(pieceOf(*begun.stream).ok());
  EXPECT_EQ(pieceOf(*begun.stream).status().code(), StatusCode::Unavailable);
}

TEST(ApiExport, FurtherPages_AreReadWhenTheOneBeforeWasTakenAndHoldNoThread) {
  TestBackend backend;
  fill(backend, 2500);
  std::vector<std::pair<Api::Work, std::function<void()>>> jobs;
  const http::Router router = backend.api().router([&](Api::Work work, std::function<void()> job) {
    jobs.emplace_back(work, std::move(job));
    return true;
  });
  std::optional<http::Response> response;
  router.handle(requestOf("/v1/export?of=runs"), [&](http::Response given) { response = std::move(given); });
  ASSERT_THAT(jobs, SizeIs(1));
  EXPECT_EQ(jobs[0].first, Api::Work::Query);
  jobs[0].second();
  ASSERT_TRUE(response);
  std::vector<std::string> pieces;
  const auto take = [&](Result<std::string> piece) { pieces.push_back(*piece); };
  response->stream->next(take);
  EXPECT_THAT(pieces, SizeIs(1));  // the first page was read to answer at all
  EXPECT_THAT(jobs, SizeIs(1));
  response->stream->next(take);
  EXPECT_THAT(pieces, SizeIs(1));
  ASSERT_THAT(jobs, SizeIs(2));
  EXPECT_EQ(jobs[1].first, Api::Work::More);
  response->stream = nullptr;  // the client went away: the page in work is the last
  jobs[1].second();
  EXPECT_THAT(pieces, SizeIs(2));
  EXPECT_THAT(jobs, SizeIs(2));
}

TEST(ApiExport, RowsThatComeMeanwhile_NeitherRepeatNorHideOthers) {
  TestBackend backend;
  fill(backend, 1500);
  const http::Response response = backend.api().handle(requestOf("/v1/export?of=runs"));
  std::string text = *pieceOf(*response.stream);
  ASSERT_TRUE(backend.send(runStarted(kRun)).ok());  // older than what was read
  ASSERT_TRUE(backend.send(runStarted(kOtherRun)).ok());
  text += wholeOf(response);
  std::set<std::string> ids;
  for (const std::string& line : linesOf(text))
    EXPECT_TRUE(ids.insert(findJsonMember(line, "run_id")->string()).second);
  for (int i = 0; i < 1500; ++i) EXPECT_TRUE(ids.contains(runId(i)));
}

}  // namespace
}  // namespace xray::server
