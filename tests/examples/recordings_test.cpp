#include "replay/recordings.h"

#include "support/temp_folder.h"

namespace replay {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class Recordings : public ::testing::Test {
 protected:
  fs::path write(const std::string& name, const std::string& text) { return folder_.write(name, text); }

  const xray::test::TempFolder folder_;
  const fs::path& dir_ = folder_.path();
};

TEST_F(Recordings, Directories_GiveTheirJsonFilesInOrder) {
  const auto b = write("b.json", "{}"), a = write("a.json", "{}");
  write("notes.jsonl", "");
  const auto files = findRecordings({dir_.string()});
  ASSERT_TRUE(files.ok());
  EXPECT_EQ(*files, (std::vector<fs::path>{a, b}));
  EXPECT_EQ(findRecordings({(dir_ / "absent").string()}).status().code(), xray::StatusCode::NotFound);
  EXPECT_EQ(findRecordings({}).status().code(), xray::StatusCode::NotFound);
}

TEST_F(Recordings, Format_IsToldByTheContent) {
  const auto trajectory = readRecording(
      write("retail_1.json",
            R"({"task_id": 1, "trial": 0, "reward": 1.0, "traj": [{"role": "assistant", "content": "Your name?"}]})"));
  ASSERT_TRUE(trajectory.ok()) << trajectory.status().message();
  EXPECT_EQ(trajectory->pipeline, "tau-retail");
  EXPECT_FALSE(trajectory->error);
  const auto history =
      readRecording(write("x.json", R"({"question_ID": "q", "history": [{"role": "human", "content": "Hi"}]})"));
  ASSERT_TRUE(history.ok()) << history.status().message();
  EXPECT_EQ(history->pipeline, "magentic-one");
}

TEST_F(Recordings, NeitherFormat_IsTold) {
  EXPECT_THAT(readRecording(write("x.json", "[]")).status().message(), HasSubstr("x.json: not a JSON object"));
  EXPECT_THAT(readRecording(write("x.json", "{}")).status().message(), HasSubstr("\"task_id\" must be"));
  EXPECT_EQ(readRecording(dir_ / "absent.json").status().code(), xray::StatusCode::NotFound);
}

}  // namespace
}  // namespace replay
