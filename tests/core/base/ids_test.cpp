#include "xray/ids.h"

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <set>
#include <thread>

#include <gtest/gtest.h>

namespace xray {
namespace {

Timestamp at(std::int64_t micros) {
  return Timestamp(Microseconds(micros));
}

TEST(Id, Parse_AnyCase_GivesLowerCaseText) {
  const auto id = Id::parse("0192F3A4-5B6C-7D8E-9FA0-B1C2D3E4F506");
  ASSERT_TRUE(id);
  EXPECT_EQ(id->toString(), "0192f3a4-5b6c-7d8e-9fa0-b1c2d3e4f506");
  EXPECT_EQ(id->bytes()[0], 0x01);
  EXPECT_EQ(id->bytes()[15], 0x06);
}

TEST(Id, Parse_OtherForms_AreRefused) {
  for (const char* text : {"", "0192f3a45b6c7d8e9fa0b1c2d3e4f506", "{0192f3a4-5b6c-7d8e-9fa0-b1c2d3e4f506}",
                           "0192f3a4-5b6c-7d8e-9fa0-b1c2d3e4f50", "0192f3a4-5b6c-7d8e-9fa0-b1c2d3e4f50g",
                           "0192f3a4-5b6c-7d8e-9fa00b1c2d3e4f506", " 192f3a4-5b6c-7d8e-9fa0-b1c2d3e4f506",
                           "0192f3a4-5b6c-7d8e-9fa0-b1c2d3e4f506 "}) {
    EXPECT_FALSE(Id::parse(text)) << text;
  }
}

TEST(NewId, HasVersionSevenVariantAndTheTimeOfDay) {
  const auto before = systemClock().now().time_since_epoch().count() / 1000;
  const Id id = newId();
  const auto after = systemClock().now().time_since_epoch().count() / 1000;
  EXPECT_EQ(id.bytes()[6] >> 4, 7);
  EXPECT_EQ(id.bytes()[8] >> 6, 2);
  std::int64_t millis = 0;
  for (int i = 0; i < 6; ++i) millis = millis << 8 | id.bytes()[i];
  EXPECT_GE(millis, before);
  EXPECT_LE(millis, after);
}

TEST(NewId, FromFourThreads_IsUniqueAndGrowsWithinEach) {
  constexpr int kPerThread = 20000;
  std::vector<std::vector<Id>> made(4);
  std::vector<std::thread> threads;
  for (auto& ids : made) {
    threads.emplace_back([&ids] {
      for (int i = 0; i < kPerThread; ++i) ids.push_back(newId());
    });
  }
  for (auto& thread : threads) thread.join();
  std::set<Id> all;
  for (const auto& ids : made) {
    EXPECT_TRUE(std::is_sorted(ids.begin(), ids.end()));
    all.insert(ids.begin(), ids.end());
  }
  EXPECT_EQ(all.size(), made.size() * kPerThread);
}

TEST(NewId, InAForkedChild_DrawsOtherRandomBits) {
  newId();
  int pipeEnds[2];
  ASSERT_EQ(pipe(pipeEnds), 0);
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    const Id id = newId();
    const auto written = write(pipeEnds[1], id.bytes().data(), 16);
    _exit(written == 16 ? 0 : 1);
  }
  const Id mine = newId();
  Id::Bytes theirs;
  ASSERT_EQ(read(pipeEnds[0], theirs.data(), 16), 16);
  int status = 0;
  waitpid(child, &status, 0);
  close(pipeEnds[0]);
  close(pipeEnds[1]);
  EXPECT_EQ(status, 0);
  EXPECT_FALSE(std::equal(mine.bytes().begin() + 8, mine.bytes().end(), theirs.begin() + 8));
}

TEST(IdSequence, ClockStandsStillOrStepsBack_IdsStillGrow) {
  IdSequence sequence;
  Id last = sequence.next(at(1'700'000'000'000'000));
  // More ids than one millisecond's fraction can number, then a step back by an hour, then a step ahead.
  for (int i = 0; i < 5000; ++i) {
    const Id next = sequence.next(at(1'700'000'000'000'000));
    EXPECT_LT(last, next);
    last = next;
  }
  for (int i = 0; i < 10; ++i) {
    const Id next = sequence.next(at(1'700'000'000'000'000 - 3'600'000'000));
    EXPECT_LT(last, next);
    last = next;
  }
  const Id ahead = sequence.next(at(1'700'000'100'000'000));
  EXPECT_LT(last, ahead);
  EXPECT_EQ(ahead.toString().substr(0, 13), "018bcfe6-eea0");  // 1,700,000,100,000 ms in hexadecimal
}

}  // namespace
}  // namespace xray
