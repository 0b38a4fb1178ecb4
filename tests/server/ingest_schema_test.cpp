#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/test_backend.h"

namespace xray::server {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const std::string kDefinition =
    R"({"step_types":["llm"],"reasoning":["rule",{"key":"share","type":"number","index":true}]})";
const std::string kSchema = R"(,"schema":{"name":"s","version":1})";
const std::string kGood = R"(,"reasoning":{"rule":"x"})";
const std::string kBad = R"(,"reasoning":{"rule":"x","colour":"red"})";
const std::string kWarned = R"([{"pointer":"/reasoning/colour","kind":"unknown_key","action":"warned"}])";

std::string step(TestBackend& backend, const std::string& stepId, const std::string& member) {
  return backend.get("/v1/runs/" + kRun + "/steps/" + stepId).member(member);
}

TEST(IngestSchema, Warn_OneBatchWithEverything_StoresTheStepWithItsViolation) {
  TestBackend backend(ValidationMode::Warn);
  EXPECT_EQ(describe(backend.send(schemaRegistered("s", 1, kDefinition) + runStarted(kRun, kSchema) +
                                  stepEnded(kRun, kStep, kBad) + stepEnded(kRun, kOtherStep, kGood))),
            "4 accepted, 0 duplicates, rejected");
  EXPECT_EQ(step(backend, kStep, "violations"), kWarned);
  EXPECT_EQ(step(backend, kStep, "reasoning"), R"({"rule":"x","colour":"red"})");
  EXPECT_EQ(step(backend, kStep, "schema_checked"), "true");
  EXPECT_EQ(step(backend, kOtherStep, "violations"), "[]");
  EXPECT_EQ(step(backend, kOtherStep, "schema_checked"), "true");
}

TEST(IngestSchema, Sanitize_OffendingKeysAndTypes_AreRemoved) {
  TestBackend backend(ValidationMode::Sanitize);
  ASSERT_TRUE(backend.send(schemaRegistered("s", 1, kDefinition) + runStarted(kRun, kSchema)).ok());
  std::string other = stepEnded(kRun, kOtherStep);
  other.replace(other.find("llm"), 3, "api");
  EXPECT_EQ(describe(backend.send(stepEnded(kRun, kStep, kBad) + other)), "2 accepted, 0 duplicates, rejected");
  EXPECT_EQ(step(backend, kStep, "reasoning"), R"({"rule":"x"})");
  EXPECT_THAT(step(backend, kStep, "violations"), HasSubstr("sanitized"));
  EXPECT_EQ(step(backend, kOtherStep, "step_type"), "\"unclassified\"");
}

TEST(IngestSchema, Reject_BadStep_IsKeptAsRejectionAndNeighboursStored) {
  TestBackend backend(ValidationMode::Reject);
  ASSERT_TRUE(backend.send(schemaRegistered("s", 1, kDefinition) + runStarted(kRun, kSchema)).ok());
  const std::string bad = stepEnded(kRun, kStep, kBad);
  const Result<Receipt> receipt = backend.send("{}\n" + bad + stepEnded(kRun, kOtherStep, kGood));
  EXPECT_EQ(describe(receipt), "1 accepted, 0 duplicates, rejected 1:invalid_event 2:schema_violation");
  EXPECT_THAT(receipt->rejected[1].detail, HasSubstr("colour"));
  EXPECT_EQ(backend.get("/v1/runs/" + kRun + "/steps/" + kStep).status, 404);
  EXPECT_EQ(backend.get("/v1/runs/" + kRun + "/steps/" + kOtherStep).status, 200);
  const Result<RejectionPage> kept = backend.store().rejections(10, std::nullopt, {{}, {}, Deadline::max()});
  ASSERT_TRUE(kept.ok());
  std::vector<std::string> raws;
  for (const StoredRejection& row : kept->rows) raws.push_back(row.raw);
  EXPECT_THAT(raws, testing::Contains(bad.substr(0, bad.size() - 1)));
}

TEST(IngestSchema, Check_RunOrSchemaNotKnown_StoresUncheckedAndSaysSo) {
  TestBackend backend(ValidationMode::Reject);
  ASSERT_TRUE(backend.send(stepEnded(kRun, kStep, kBad)).ok());
  EXPECT_EQ(step(backend, kStep, "schema_checked"), "false");
  ASSERT_TRUE(backend.send(runStarted(kRun, kSchema)).ok());
  ASSERT_TRUE(backend.send(stepEnded(kRun, kOtherStep, kBad)).ok());  // the schema is still not there
  EXPECT_EQ(step(backend, kOtherStep, "schema_checked"), "false");
  ASSERT_TRUE(backend.send(schemaRegistered("s", 1, kDefinition)).ok());  // that it was missing has not been remembered
  EXPECT_EQ(describe(backend.send(stepEnded(kRun, "0190b2a4-7c11-7000-8000-000000000003", kBad))),
            "0 accepted, 0 duplicates, rejected 1:schema_violation");
}

TEST(IngestSchema, Check_StoredRun_IsAskedForOnceThenRemembered) {
  TestBackend backend;
  ASSERT_TRUE(backend.send(schemaRegistered("s", 1, kDefinition) + runStarted(kRun, kSchema)).ok());
  for (int i = 0; i < 5; ++i) {
    ASSERT_TRUE(backend.send(stepEnded(kRun, newId().toString(), kBad)).ok());
  }
  EXPECT_EQ(backend.store().runSchemasCalls(), 0);  // its run.started was stored by this very ingest
  EXPECT_THAT(backend.get("/v1/steps").column("steps", "violations"), testing::Each(kWarned));
}

TEST(IngestSchema, Check_StoreOpenedByAnotherIngest_FindsRunAndSchemaThere) {
  TestBackend backend(ValidationMode::Reject);
  ASSERT_TRUE(backend.send(schemaRegistered("s", 1, kDefinition) + runStarted(kRun, kSchema)).ok());
  const auto validator = makeKeyListValidator();
  Pipeline second(backend.store(), *validator, backend.clock(), {{}, ValidationMode::Reject, std::chrono::minutes(15)});
  for (int i = 0; i < 2; ++i) {
    std::promise<Result<Receipt>> promise;
    second.submit({stepEnded(kRun, kStep, kBad), BatchFormat::NdJson},
                  [&](Result<Receipt> receipt) { promise.set_value(std::move(receipt)); });
    EXPECT_EQ(describe(promise.get_future().get()), "0 accepted, 0 duplicates, rejected 1:schema_violation");
  }
  EXPECT_EQ(backend.store().runSchemasCalls(), 1);
}

TEST(IngestSchema, Check_RunStartedAgainWithAnotherSchema_FirstContentWins) {
  TestBackend backend(ValidationMode::Reject);
  ASSERT_TRUE(backend
                  .send(schemaRegistered("s", 1, kDefinition) +
                        schemaRegistered("s", 2, R"({"reasoning":["rule","colour"]})") + runStarted(kRun, kSchema))
                  .ok());
  const std::string again = runStarted(kRun, R"(,"schema":{"name":"s","version":2})");
  EXPECT_EQ(describe(backend.send(again + stepEnded(kRun, kStep, kBad))),
            "0 accepted, 1 duplicates, rejected 2:schema_violation");
}

TEST(IngestSchema, Check_RunStartedFirstWithoutSchema_ALaterOneDecidesNothing) {
  const std::string again = runStarted(kRun, kSchema);
  for (const bool oneGroup : {false, true}) {
    TestBackend backend(ValidationMode::Reject);
    ASSERT_TRUE(backend.send(schemaRegistered("s", 1, kDefinition)).ok());
    std::string batch = again + stepEnded(kRun, kStep, kBad);
    if (oneGroup) {
      batch = runStarted(kRun) + batch;
    } else {
      ASSERT_TRUE(backend.send(runStarted(kRun)).ok());
    }
    EXPECT_EQ(describe(backend.send(batch)),
              oneGroup ? "2 accepted, 1 duplicates, rejected" : "1 accepted, 1 duplicates, rejected");
    EXPECT_EQ(step(backend, kStep, "schema_checked"), "false");
    EXPECT_EQ(describe(backend.send(stepEnded(kRun, kOtherStep, kBad))), "1 accepted, 0 duplicates, rejected");
  }
}

TEST(IngestSchema, Reject_StepThatIsStoredAlready_IsADuplicate) {
  const std::string started = [] {
    std::string text = stepEnded(kRun, kStep, kBad);
    text.replace(text.find("step.ended"), 10, "step.started");
    const std::size_t from = text.find(R"(,"started_at")");
    const std::size_t to = text.find(R"(,"reasoning")");
    return text.replace(from, to - from, R"(,"at":"2026-11-22T16:00:01Z")");
  }();
  TestBackend backend(ValidationMode::Reject);
  // Stored while the schema was not known.
  ASSERT_EQ(describe(backend.send(started + stepEnded(kRun, kOtherStep, kBad))), "2 accepted, 0 duplicates, rejected");
  ASSERT_TRUE(backend.send(schemaRegistered("s", 1, kDefinition) + runStarted(kRun, kSchema)).ok());
  EXPECT_EQ(describe(backend.send(started + stepEnded(kRun, kOtherStep, kBad))), "0 accepted, 2 duplicates, rejected");
  // It is running in the store: its end is new.
  EXPECT_EQ(describe(backend.send(stepEnded(kRun, kStep, kBad))),
            "0 accepted, 0 duplicates, rejected 1:schema_violation");
  EXPECT_EQ(step(backend, kStep, "status"), "\"running\"");

  backend.store().failReads(Status(StatusCode::Unavailable, "away"));
  EXPECT_EQ(backend.send(stepEnded(kRun, kOtherStep, kBad)).status().code(), StatusCode::Unavailable);
}

TEST(IngestSchema, Register_DefinitionThatDoesNotCompile_IsInvalidEvent) {
  TestBackend backend;
  const Result<Receipt> receipt =
      backend.send(schemaRegistered("s", 1, R"({"reasoning":[{"type":"number"}]})") + runStarted(kRun, kSchema));
  EXPECT_EQ(describe(receipt), "1 accepted, 0 duplicates, rejected 1:invalid_event");
  EXPECT_THAT(receipt->rejected[0].detail, HasSubstr("schema.registered: definition: /reasoning/0"));
  EXPECT_EQ(backend.get("/v1/schemas/s").status, 404);
}

TEST(IngestSchema, Register_SameVersionWithAnotherDefinition_IsSchemaViolation) {
  TestBackend backend;
  const std::string other = R"({"reasoning":["other"]})";
  EXPECT_EQ(describe(backend.send(schemaRegistered("s", 1, kDefinition) + schemaRegistered("s", 1, other) +
                                  schemaRegistered("s", 2, other))),
            "2 accepted, 0 duplicates, rejected 2:schema_violation");
  EXPECT_EQ(describe(backend.send(schemaRegistered("s", 1, kDefinition))), "0 accepted, 1 duplicates, rejected");
  ASSERT_TRUE(backend.send(runStarted(kRun, kSchema) + stepEnded(kRun, kStep, kBad)).ok());
  EXPECT_EQ(step(backend, kStep, "violations"), kWarned);  // the first definition is the one that counts
}

TEST(IngestSchema, Register_KeysWithIndex_AreKeptOnceAndAgainAtTheNextStart) {
  TestBackend backend;
  ASSERT_TRUE(
      backend
          .send(schemaRegistered("s", 1, kDefinition) +
                schemaRegistered(
                    "s", 2, R"({"reasoning":[{"key":"share","index":true}],"input_data":[{"key":"n","index":true}]})"))
          .ok());
  const std::vector<IndexedKey> kept = backend.store().indexes(2);
  ASSERT_EQ(kept.size(), 2u);
  EXPECT_EQ(kept[0].key, "share");
  EXPECT_EQ(kept[0].field, Field::Reasoning);
  EXPECT_EQ(kept[1].key, "n");
  EXPECT_EQ(kept[1].field, Field::InputData);

  IndexKeeper next(backend.store(), backend.clock(), std::chrono::minutes(15));
  EXPECT_EQ(backend.store().indexes(4).size(), 4u);
}

}  // namespace
}  // namespace xray::server
