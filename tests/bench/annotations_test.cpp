#include "attribution/annotations.h"

#include <gmock/gmock.h>

#include "support/temp_folder.h"

namespace attribution {
namespace {

using ::testing::HasSubstr;

class Annotations : public ::testing::Test {
 protected:
  std::string mistake(const std::string& text) const {
    const auto place = readMistake(folder_.write("x.json", text));
    return place ? std::to_string(place->message) + " " + place->agent : place.status().message();
  }
  std::string causes(const std::string& lines) const {
    const auto causes = readRootCauses(folder_.write("x.jsonl", lines));
    if (!causes) return causes.status().message();
    std::string text;
    for (const auto& [id, cause] : *causes) {
      text += id + ": " + std::to_string(cause.cause.message) + " " + cause.cause.agent + " of " +
              std::to_string(cause.failures.size()) + "; ";
    }
    return text;
  }

  const xray::test::TempFolder folder_;
};

TEST_F(Annotations, Mistake_CountsMessagesFromZero) {
  EXPECT_EQ(mistake(R"({"mistake_agent": "A", "mistake_step": "1", "history": [{}, {}]})"), "1 A");
}

TEST_F(Annotations, WrongMistakes_NameFileAndMember) {
  EXPECT_THAT(mistake("[]"), HasSubstr("x.json: not a JSON object"));
  EXPECT_THAT(mistake(R"({"mistake_step": "0", "history": [{}]})"), HasSubstr("\"mistake_agent\" must be"));
  EXPECT_THAT(mistake(R"({"mistake_agent": "A", "mistake_step": "0"})"), HasSubstr("\"history\" must be"));
  for (const char* step : {"0", "\"\"", "\"-1\"", "\"1x\"", "\"2\"", "null"}) {
    EXPECT_THAT(mistake(std::string(R"({"mistake_agent": "A", "history": [{}, {}], "mistake_step": )") + step + "}"),
                HasSubstr("x.json: \"mistake_step\" must be the number of a message"))
        << step;
  }
  EXPECT_EQ(readMistake(folder_.path() / "absent").status().code(), xray::StatusCode::NotFound);
}

TEST_F(Annotations, RootCauses_CountMessagesFromOne) {
  EXPECT_EQ(causes(R"({"trajectory_id": 12, "failures": [{"failure_id": 7, "step_number": 1, "failed_agent": "User"}, )"
                   R"({"failure_id": 8, "step_number": 5, "failed_agent": "A"}], "root_cause": {"failure_id": 8}})"
                   "\n"
                   R"({"trajectory_id": "q", "failures": [{"failure_id": 1, "step_number": 2, "failed_agent": "B"}], )"
                   R"("root_cause": {"failure_id": 1}})"),
            "12: 4 A of 2; q: 1 B of 1; ");
}

TEST_F(Annotations, WrongRootCauses_NameFileLineAndMember) {
  const std::string good = R"({"failure_id": 1, "step_number": 2, "failed_agent": "B"})";
  const auto line = [](const std::string& failures, const std::string& root, const std::string& id = "1") {
    return R"({"trajectory_id": )" + id + R"(, "failures": [)" + failures + R"(], "root_cause": {"failure_id": )" +
           root + "}}\n";
  };
  EXPECT_THAT(causes(line(good, "1") + line(good, "1")), HasSubstr("x.jsonl:2: \"trajectory_id\" 1 comes twice"));
  EXPECT_THAT(causes(line(good, "1") + line(good, "2", "5")),
              HasSubstr("x.jsonl:2: \"root_cause.failure_id\" is none"));
  EXPECT_THAT(causes(line(good, "\"1\"")), HasSubstr("\"root_cause.failure_id\" must be an integer"));
  EXPECT_THAT(causes(line(good, "1", "null")), HasSubstr("\"trajectory_id\" must be"));
  EXPECT_THAT(causes(R"({"trajectory_id": 1})"), HasSubstr("\"failures\" must be an array"));
  EXPECT_THAT(causes(line(R"({"failure_id": 1, "step_number": 0, "failed_agent": "B"})", "1")),
              HasSubstr("\"step_number\" must be an integer of 1 and more"));
  EXPECT_THAT(causes(line(R"({"failure_id": 1, "step_number": 1})", "1")), HasSubstr("\"failed_agent\" must be"));
  EXPECT_THAT(causes(line(R"({"step_number": 1})", "1")), HasSubstr("\"failure_id\" must be"));
  EXPECT_THAT(causes("{\"trajectory_id\": \n"), HasSubstr("x.jsonl:1: not JSON"));
  EXPECT_EQ(readRootCauses(folder_.path() / "absent").status().code(), xray::StatusCode::NotFound);
}

}  // namespace
}  // namespace attribution
