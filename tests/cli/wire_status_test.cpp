// Every answer of wire.md section 2, from the real program over real sockets; what was good beside the bad is stored.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include "cli/served_backend.h"
#include "xray/http/decompress.h"
#include "xray/json.h"

namespace xray::cli {
namespace {

using testing::HasSubstr;

const std::string kNdjson = "Content-Type: application/x-ndjson\r\n";

std::string member(const std::string& body, const char* name) {
  const auto value = findJsonMember(body, name);
  return value ? std::string(value->text) : "(none)";
}

class WireStatus : public testing::Test {
 protected:
  void expectProblem(const std::optional<test::RawResponse>& response, int status) {
    ASSERT_TRUE(response);
    EXPECT_EQ(response->status, status) << response->body;
    EXPECT_EQ(response->headers.at("content-type"), "application/problem+json");
    EXPECT_EQ(member(response->body, "status"), std::to_string(status));
    for (const char* name : {"type", "title", "detail"}) EXPECT_NE(member(response->body, name), "(none)");
  }

  std::string stepCount() { return member(backend_.get("/v1/runs/" + kRunId).body, "step_count"); }

  ServedBackend backend_{"ingest: {max_event_bytes: 4KiB, max_batch_bytes: 64KiB, queue_bytes: 64KiB}\n",
                         ", max_body_bytes: 64KiB", ", busy_timeout: 20ms"};
};

TEST_F(WireStatus, Good_Batches_InEveryFormatAndEncoding) {
  EXPECT_EQ(backend_.post(runStarted()).body, R"({"accepted":1,"duplicates":0,"rejected":[],"warnings":[]})");
  EXPECT_EQ(backend_.post(runStarted()).body, R"({"accepted":0,"duplicates":1,"rejected":[],"warnings":[]})");
  EXPECT_EQ(backend_.post("[]", "Content-Type: application/json\r\n").body,
            R"({"accepted":0,"duplicates":0,"rejected":[],"warnings":[]})");
  EXPECT_EQ(backend_.post(stepEnded(1), "Content-Type: application/json\r\n").status, 200);
  EXPECT_EQ(
      member(backend_.post("[" + stepEnded(2) + "," + stepEnded(3) + "]", "Content-Type: application/json\r\n").body,
             "accepted"),
      "2");
  const auto gzip = http::compress(http::Encoding::Gzip, stepEnded(4));
  EXPECT_EQ(backend_.post(*gzip, kNdjson + "Content-Encoding: gzip\r\n").status, 200);
  const auto zstd = http::compress(http::Encoding::Zstd, stepEnded(5));
  EXPECT_EQ(backend_.post(*zstd, kNdjson + "Content-Encoding: zstd\r\n").status, 200);
  EXPECT_EQ(stepCount(), "5");
}

TEST_F(WireStatus, Rejected_EventsOfEveryCode_LeaveTheirNeighboursStored) {
  ASSERT_EQ(backend_.post(R"({"event":"schema.registered","name":"s","version":1,"definition":{}})").status, 200);
  std::string deep = "1";
  for (int i = 0; i < 128; ++i) deep = R"({"a":)" + deep + "}";
  const test::RawResponse response =
      backend_.post(runStarted() + "{\"event\"\n" + stepEnded(1) + stepEnded(2, "", "ok") + stepEnded(3) +
                    stepEnded(4, R"(,"input_data":)" + deep) + stepEnded(5) +
                    stepEnded(6, R"(,"input_data":{"x":")" + std::string(5000, 'x') + "\"}") + stepEnded(7) + "\xff\n" +
                    R"({"event":"schema.registered","name":"s","version":1,"definition":{"reasoning":[]}})"
                    "\n" +
                    stepEnded(8) +
                    R"({"event":"schema.registered","name":"t","version":1,"definition":{"reasoning":7}})"
                    "\n" +
                    stepEnded(9, R"(,"unknown":1)"));
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(member(response.body, "accepted"), "7");
  std::vector<std::string> rejected;
  const std::string list = member(response.body, "rejected");
  for (JsonCursor cursor(list); cursor.next();) {
    rejected.push_back(member(std::string(cursor.value().text), "line") + " " +
                       member(std::string(cursor.value().text), "code"));
  }
  EXPECT_THAT(rejected,
              testing::ElementsAre("2 \"invalid_json\"", "4 \"invalid_event\"", "6 \"too_deep\"", "8 \"too_large\"",
                                   "10 \"invalid_json\"", "11 \"schema_violation\"", "13 \"invalid_event\""));
  EXPECT_THAT(response.body, HasSubstr(R"(step.ended: \"status\" must be success or error, not \"ok\")"));
  EXPECT_THAT(response.body, HasSubstr("unknown_members"));
  EXPECT_EQ(stepCount(), "6");
  std::size_t kept = 0;
  const std::string rejections = member(backend_.get("/v1/rejections").body, "rejections");
  for (JsonCursor cursor(rejections); cursor.next();) ++kept;
  EXPECT_EQ(kept, 7u);
}

TEST_F(WireStatus, Bodies_ThatCannotBeFramed_Are400) {
  expectProblem(backend_.post(""), 400);
  expectProblem(backend_.post("\n\n \n"), 400);
  expectProblem(backend_.post("\xff\xfe\n\xff\n"), 400);
  for (const char* document : {"7", "\"text\"", "{\"event\":", "[{}", "null", ""}) {
    expectProblem(backend_.post(document, "Content-Type: application/json\r\n"), 400);
  }
  expectProblem(backend_.post("no gzip", kNdjson + "Content-Encoding: gzip\r\n"), 400);
}

TEST_F(WireStatus, Framing_ThatIsWrong_Is400) {
  const std::string head = "POST /v1/events HTTP/1.1\r\nHost: x\r\n" + kNdjson;
  for (const char* lengths :
       {"Content-Length: -1\r\n", "Content-Length: 1x\r\n", "Content-Length: 3\r\nContent-Length: 4\r\n",
        "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n"}) {
    expectProblem(test::ask(backend_.eventsPort(), head + lengths + "\r\n{}\n"), 400);
  }
  expectProblem(test::ask(backend_.eventsPort(), head + "\r\n"), 411);
  expectProblem(test::ask(backend_.eventsPort(), head + "Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n"),
                400);
}

TEST_F(WireStatus, Chunked_Body_IsTaken) {
  const std::string line = runStarted();
  char size[32];
  std::snprintf(size, sizeof size, "%zx\r\n", line.size());
  const auto response =
      test::ask(backend_.eventsPort(), "POST /v1/events HTTP/1.1\r\nHost: x\r\n" + kNdjson +
                                           "Transfer-Encoding: chunked\r\n\r\n" + size + line + "\r\n0\r\n\r\n");
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 200);
}

TEST_F(WireStatus, Paths_MethodsAndTypes_ThatAreNotThere) {
  expectProblem(test::ask(backend_.eventsPort(), test::post("/v1/event", runStarted(), kNdjson)), 404);
  const auto get = test::ask(backend_.eventsPort(), test::get("/v1/events"));
  expectProblem(get, 405);
  EXPECT_EQ(get->headers.at("allow"), "POST");
  expectProblem(backend_.post(runStarted(), "Content-Type: text/plain\r\n"), 415);
  expectProblem(backend_.post(runStarted(), ""), 415);
  expectProblem(backend_.post(runStarted(), kNdjson + "Content-Encoding: br\r\n"), 415);
  EXPECT_EQ(backend_.get("/v1/runs/" + kRunId).status, 404);
}

TEST_F(WireStatus, Batches_OverTheLimit_Are413) {
  expectProblem(backend_.post(std::string(64 * 1024 + 1, '\n')), 413);
  const auto bomb = http::compress(http::Encoding::Gzip, std::string(10 << 20, ' '));
  ASSERT_LT(bomb->size(), 64u * 1024);
  expectProblem(backend_.post(*bomb, kNdjson + "Content-Encoding: gzip\r\n"), 413);
  EXPECT_EQ(backend_.post(runStarted()).status, 200);
}

TEST_F(WireStatus, Store_HeldByAnotherProgram_Is503ThenTaken) {
  sqlite3* other = nullptr;
  ASSERT_EQ(sqlite3_open(backend_.database().c_str(), &other), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(other, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr), SQLITE_OK);
  const test::RawResponse refused = backend_.post(runStarted() + stepEnded(1));
  expectProblem(refused, 503);
  EXPECT_GE(std::stoi(refused.headers.at("retry-after")), 1);
  EXPECT_EQ(backend_.get("/v1/runs/" + kRunId).status, 404);
  sqlite3_close(other);
  EXPECT_EQ(backend_.post(runStarted() + stepEnded(1)).body,
            R"({"accepted":2,"duplicates":0,"rejected":[],"warnings":[]})");
}

}  // namespace
}  // namespace xray::cli
