#include "cli/follower.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

#include "cli/format.h"
#include "cli/stored_source.h"

namespace xray::cli {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::string idOf(char kind, int number) {
  std::string digits = std::to_string(number);
  digits.insert(0, 11 - digits.size(), '0');
  return std::string("0190b2a4-7c11-7000-8000-") + kind + digits;
}
std::string runId(int number) {
  return idOf('a', number);
}
std::string stepId(int number) {
  return idOf('b', number);
}

std::string started(int run, const std::string& at = "2026-11-22T15:59:00Z", const std::string& more = "") {
  return R"({"event":"run.started","run_id":")" + runId(run) + R"(","pipeline":"p)" + std::to_string(run) +
         R"(","at":")" + at + "\"" + more + "}";
}
std::string ended(int run) {
  return R"({"event":"run.ended","run_id":")" + runId(run) + R"(","at":"2026-11-22T16:30:00Z"})";
}
std::string stepStarted(int run, int step, const std::string& at = "2026-11-22T16:00:00Z") {
  return R"({"event":"step.started","run_id":")" + runId(run) + R"(","step_id":")" + stepId(step) + R"(","name":"s)" +
         std::to_string(step) + R"(","step_type":"t","at":")" + at + "\"}";
}
std::string stepEnded(int run, int step, const std::string& startedAt = "2026-11-22T16:00:00Z",
                      const std::string& status = "success") {
  return R"({"event":"step.ended","run_id":")" + runId(run) + R"(","step_id":")" + stepId(step) + R"(","name":"s)" +
         std::to_string(step) + R"(","step_type":"t","started_at":")" + startedAt +
         R"(","at":"2026-11-22T16:20:00Z","status":")" + status + "\"}";
}

class FollowerTest : public testing::Test {
 protected:
  /// "+p1" begun, "~p1" again, "-p1 completed", ">s1", "<s1".
  std::vector<std::string> poll(Follower& follower) {
    const Result<std::vector<Change>> changes = follower.poll(source_);
    source_.clock.advance(std::chrono::seconds(1));
    EXPECT_TRUE(changes.ok()) << changes.status().message();
    std::vector<std::string> words;
    for (const Change& change : *changes) {
      constexpr std::string_view kMarks = "+~><-";
      std::string word(1, kMarks[static_cast<std::size_t>(change.kind)]);
      // A run's number is in its id: before its run.started came there is no pipeline.
      word += change.ofRun() ? "p" + std::to_string(std::stoi(memberString(change.json, "run_id").substr(25)))
                             : memberString(change.json, "name");
      if (change.kind == Change::Kind::RunEnded) word += " " + memberString(change.json, "status");
      words.push_back(word);
    }
    return words;
  }
  Follower followAll() {
    Follower follower{Followed{}};
    EXPECT_TRUE(follower.begin(source_).ok());
    source_.clock.advance(std::chrono::seconds(1));
    return follower;
  }

  StoredSource source_;
};

TEST_F(FollowerTest, Poll_TellsEachChangeOnce) {
  Follower follower = followAll();
  EXPECT_THAT(poll(follower), IsEmpty());
  source_.add({started(1), stepStarted(1, 1)});
  EXPECT_THAT(poll(follower), ElementsAre("+p1", ">s1"));
  EXPECT_THAT(poll(follower), IsEmpty());
  EXPECT_EQ(follower.running(), 1u);
  source_.add({stepEnded(1, 1), stepEnded(1, 2, "2026-11-22T16:10:00Z")});
  EXPECT_THAT(poll(follower), ElementsAre("<s1", "<s2"));
  source_.add({ended(1)});
  EXPECT_THAT(poll(follower), ElementsAre("-p1 completed"));
  EXPECT_THAT(poll(follower), IsEmpty());
  EXPECT_EQ(follower.running(), 0u);
}

TEST_F(FollowerTest, Poll_WhatWasThereBefore_IsNotTold) {
  source_.add({started(1), stepEnded(1, 1), stepEnded(1, 2), stepStarted(1, 3), started(2), ended(2)});
  Follower follower = followAll();
  EXPECT_THAT(poll(follower), IsEmpty());
  // A step that began before, and one that arrives late: it began before all others.
  source_.add({stepEnded(1, 3), stepEnded(1, 4, "2026-11-22T16:19:00Z")});
  EXPECT_THAT(poll(follower), testing::UnorderedElementsAre("<s3", "<s4"));
}

TEST_F(FollowerTest, Poll_EventsOfYesterday_AreNewWhenTheyArrive) {
  source_.add({started(1)});
  Follower follower = followAll();
  source_.add({started(2, "2026-11-20T10:00:00Z"), stepEnded(2, 1, "2026-11-20T10:00:01Z"), ended(2)});
  EXPECT_THAT(poll(follower), ElementsAre("+p2", "<s1", "-p2 completed"));
  // A late step of a run that is known whole.
  source_.add({stepEnded(2, 2, "2026-11-20T09:00:00Z")});
  EXPECT_THAT(poll(follower), ElementsAre("<s2"));
}

TEST_F(FollowerTest, Poll_SilentRun_BecomesIncompleteAndRunsAgain) {
  Follower follower = followAll();
  source_.add({started(1)});
  EXPECT_THAT(poll(follower), ElementsAre("+p1"));
  source_.clock.advance(std::chrono::minutes(20));
  EXPECT_THAT(poll(follower), ElementsAre("-p1 incomplete"));
  EXPECT_THAT(poll(follower), IsEmpty());
  source_.add({stepEnded(1, 1)});
  EXPECT_THAT(poll(follower), testing::UnorderedElementsAre("~p1", "<s1"));
}

TEST_F(FollowerTest, Poll_AfterAFailureAnywhere_LosesAndRepeatsNothing) {
  for (std::size_t questions = 0; questions < 12; ++questions) {
    StoredSource fresh;
    fresh.add({started(1), stepStarted(1, 1)});
    Follower follower{Followed{true, true, "", "", 0}};
    ASSERT_TRUE(follower.begin(fresh).ok());
    fresh.clock.advance(std::chrono::seconds(1));
    fresh.add({stepEnded(1, 1), stepEnded(1, 2), started(2), stepStarted(2, 3), ended(2)});
    fresh.failAfter = questions;
    std::size_t told = 0;
    for (int polls = 0; polls < 4; ++polls) {
      const Result<std::vector<Change>> changes = follower.poll(fresh);
      if (changes.ok()) told += changes->size();
    }
    EXPECT_EQ(told, 5u) << "failed after " << questions << " questions";  // <s1 <s2 +p2 >s3 -p2
  }
}

TEST_F(FollowerTest, Poll_RunFilter_FollowsMatchingRunsAndTheirSteps) {
  Follower follower{Followed{true, true, "pipeline = p2 OR pipeline = p3", "", 2}};
  ASSERT_TRUE(follower.begin(source_).ok());
  source_.add({started(1), stepEnded(1, 1), started(2), stepEnded(2, 2)});
  EXPECT_THAT(poll(follower), ElementsAre("+p2", "<s2"));
}

TEST_F(FollowerTest, Poll_StepFilter_FollowsMatchingSteps) {
  Follower follower{Followed{false, true, "", "status = error", 1}};
  ASSERT_TRUE(follower.begin(source_).ok());
  source_.add({started(1), stepEnded(1, 1), stepEnded(1, 2, "2026-11-22T16:00:01Z", "error"), stepStarted(1, 3)});
  EXPECT_THAT(poll(follower), ElementsAre("<s2"));
  source_.add({stepEnded(1, 3, "2026-11-22T16:00:02Z", "error"), ended(1)});
  EXPECT_THAT(poll(follower), ElementsAre("<s3"));
}

TEST_F(FollowerTest, Poll_OnlyRuns_AsksForNoSteps) {
  Follower follower{Followed{true, false, "", "", 0}};
  ASSERT_TRUE(follower.begin(source_).ok());
  source_.add({started(1), stepEnded(1, 1)});
  EXPECT_THAT(poll(follower), ElementsAre("+p1"));
  for (const Question& question : source_.asked) EXPECT_EQ(question.path, "/v1/runs");
}

/// Whatever arrives in whatever order: every run and step is told, no step twice in one state.
TEST_F(FollowerTest, Poll_RandomDeliveries_TellEverythingOnce) {
  const auto seed = static_cast<std::uint32_t>(std::chrono::steady_clock::now().time_since_epoch().count());
  RecordProperty("seed", std::to_string(seed));
  SCOPED_TRACE(seed);
  std::mt19937 random(seed);
  std::vector<std::string> events;
  int step = 0;
  for (int run = 1; run <= 60; ++run) {
    events.push_back(started(run));
    for (int i = 0; i < 5; ++i) {
      ++step;
      if (random() % 2) events.push_back(stepStarted(run, step));
      events.push_back(stepEnded(run, step, "2026-11-22T16:00:" + std::to_string(10 + random() % 50) + "Z"));
    }
    events.push_back(ended(run));
  }
  std::ranges::shuffle(events, random);
  Follower follower = followAll();
  std::map<std::string, int> told;
  for (std::size_t i = 0; i < events.size();) {
    const std::size_t size = std::min<std::size_t>(1 + random() % 80, events.size() - i);
    source_.clock.advance(std::chrono::milliseconds(1));
    source_.add(
        {events.begin() + static_cast<std::ptrdiff_t>(i), events.begin() + static_cast<std::ptrdiff_t>(i + size)});
    i += size;
    if (random() % 3) continue;
    for (const std::string& word : poll(follower)) ++told[word];
  }
  for (const std::string& word : poll(follower)) ++told[word];
  for (int i = 1; i <= step; ++i) EXPECT_EQ(told["<s" + std::to_string(i)], 1) << i;
  for (const auto& [word, times] : told) {
    if (word[0] != '<' && word[0] != '>') continue;
    EXPECT_EQ(times, 1) << word;
  }
  for (int run = 1; run <= 60; ++run) EXPECT_EQ(told["-p" + std::to_string(run) + " completed"], 1) << run;
}

}  // namespace
}  // namespace xray::cli
