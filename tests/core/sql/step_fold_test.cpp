#include "xray/sql/step_fold.h"

namespace xray::sql::test {
namespace {

StepEvent started() {
  StepEvent event;
  event.name = "rank";
  return event;
}

StepEvent ended(StepStatus status, std::uint32_t violations = 0) {
  StepEvent event = started();
  event.endedAt = Timestamp(Microseconds(5));
  event.status = status;
  event.violationCount = violations;
  return event;
}

TEST(StepFold, NewStep_CountsWhatItBrings) {
  StepFacts facts;
  StepChange change = foldNew(facts, ended(StepStatus::Error, 2));
  EXPECT_TRUE(change.added);
  EXPECT_EQ(change.errors, 1);
  EXPECT_EQ(change.violations, 2);
  EXPECT_TRUE(facts.ended && !facts.started);
  change = foldNew(facts, started());
  EXPECT_TRUE(facts.started && !facts.ended);
  EXPECT_EQ(change.errors, 0);
}

TEST(StepFold, Repetitions_AreNothing) {
  StepFacts facts;
  StepChange change;
  foldNew(facts, ended(StepStatus::Success));
  EXPECT_EQ(foldKnown(facts, ended(StepStatus::Error, 9), change), StepNews::Nothing) << "the first content wins";
  EXPECT_EQ(foldKnown(facts, started(), change), StepNews::LateStart);
  EXPECT_EQ(foldKnown(facts, started(), change), StepNews::Nothing);
  EXPECT_FALSE(facts.error);
}

TEST(StepFold, EndOfAnAnnouncedStep_CountsTheDifference) {
  StepFacts facts;
  StepChange change;
  StepEvent announced = started();
  announced.violationCount = 3;
  foldNew(facts, announced);
  EXPECT_EQ(foldKnown(facts, ended(StepStatus::Error, 1), change), StepNews::End);
  EXPECT_FALSE(change.added);
  EXPECT_EQ(change.errors, 1);
  EXPECT_EQ(change.violations, -2);
  EXPECT_TRUE(facts.started && facts.ended && facts.error);
}

TEST(StepFold, LateStart_ChangesNoCount) {
  StepFacts facts;
  StepChange change;
  foldNew(facts, ended(StepStatus::Error, 1));
  EXPECT_EQ(foldKnown(facts, started(), change), StepNews::LateStart);
  EXPECT_EQ(change.errors, 0);
  EXPECT_EQ(change.violations, 0);
  EXPECT_TRUE(facts.error) << "what the end said stays";
}

TEST(StepFold, SchemaConflict_NamesTheSchemaAndTheWayOut) {
  EXPECT_EQ(schemaConflict({"a\nb", 3, "{}"}),
            "schema \"a\\nb\" version 3 is registered with another definition; a changed schema needs a new version");
}

}  // namespace
}  // namespace xray::sql::test
