// Schemas: registered once, counted by run, never changed (wire.md section 4).

#include "conformance/store_test.h"
#include "support/history.h"
#include "support/store_dump.h"

namespace xray::test {
namespace {

using SchemasTest = StoreTest;

std::string schemaLine(const std::string& name, int version, const std::string& definition) {
  return R"({"event":"schema.registered","name":")" + name + R"(","version":)" + std::to_string(version) +
         R"(,"definition":)" + definition + "}";
}

std::string runLine(const std::string& run, const std::string& name, int version) {
  return R"({"event":"run.started","run_id":")" + run + R"(","pipeline":"p","at":"T1","schema":{"name":")" + name +
         R"(","version":)" + std::to_string(version) + "}}";
}

std::string listed(Store& store, std::string_view name) {
  std::string out;
  const auto rows = store.schemas(name, readAt(at(200)));
  if (!rows) return rows.status().toString();
  for (const SchemaInfo& info : *rows) {
    out += info.ref.name + " " + std::to_string(info.ref.version) + " " + info.definition + " " +
           std::to_string(info.runCount) + "\n";
  }
  return out;
}

TEST_P(SchemasTest, Schemas_StandByNameThenVersion_WithTheirRuns) {
  Store& store = newStore();
  // Runs may come before their schema, and name one that never comes.
  append(store, {runLine("R1", "b", 2), runLine("R2", "b", 2), runLine("R3", "b", 1), runLine("R4", "z", 1)});
  append(store, {schemaLine("b", 10, R"({"reasoning":["x"]})"), schemaLine("b", 2, "{}"), schemaLine("a", 1, "{}"),
                 schemaLine("b", 1, "{}"), schemaLine("B", 1, "{}")});
  EXPECT_EQ(listed(store, ""), "B 1 {} 0\na 1 {} 0\nb 1 {} 1\nb 2 {} 2\nb 10 {\"reasoning\":[\"x\"]} 0\n");
  EXPECT_EQ(listed(store, "b"), "b 1 {} 1\nb 2 {} 2\nb 10 {\"reasoning\":[\"x\"]} 0\n");
  EXPECT_EQ(listed(store, "c"), "");
  const auto one = store.schema({"b", 2}, readAt(at(200)));
  ASSERT_TRUE(one.ok() && one->has_value());
  EXPECT_EQ((*one)->runCount, 2);
  EXPECT_EQ((*one)->registeredAt, at(100));
  EXPECT_FALSE(store.schema({"b", 3}, readAt(at(200)))->has_value());
  EXPECT_FALSE(store.schema({"c", 1}, readAt(at(200)))->has_value());
}

TEST_P(SchemasTest, SameDefinition_InAnyForm_IsADuplicate) {
  Store& store = newStore();
  append(store, {schemaLine("s", 1, R"({"reasoning":["a"],"input_data":["b"]})")}, at(100));
  const AppendOutcome outcome =
      append(store, {schemaLine("s", 1, R"({ "input_data": ["b"], "reasoning": [ "\u0061" ] })")}, at(150));
  EXPECT_EQ(outcome.results, std::vector{AppendResult::Duplicate});
  EXPECT_EQ((*store.schema({"s", 1}, readAt(at(200))))->registeredAt, at(100));
}

TEST_P(SchemasTest, OtherDefinition_OfTheSameVersion_IsRefusedAndKept_WithoutDisturbingNeighbours) {
  Store& store = newStore();
  append(store, {schemaLine("s", 1, R"({"reasoning":["a"]})")});
  const std::string conflict = schemaLine("s", 1, R"({"reasoning":["b"]})");
  for (int round = 0; round < 2; ++round) {
    const auto outcome =
        appendLines(store, {expand(runLine("R1", "s", 1)), conflict, schemaLine("s", 2, "{}")}, at(110));
    ASSERT_TRUE(outcome.ok());
    const AppendResult neighbour = round == 0 ? AppendResult::Accepted : AppendResult::Duplicate;
    EXPECT_EQ(outcome->results, (std::vector{neighbour, AppendResult::Rejected, neighbour}));
    ASSERT_EQ(outcome->refused.size(), 1u);
    EXPECT_EQ(outcome->refused[0].index, 1u);
    EXPECT_EQ(outcome->refused[0].code, RejectCode::SchemaViolation);
    EXPECT_NE(outcome->refused[0].detail.find("another definition"), std::string::npos) << outcome->refused[0].detail;
  }
  EXPECT_EQ(listed(store, ""), "s 1 {\"reasoning\":[\"a\"]} 1\ns 2 {} 0\n");
  const auto kept = store.rejections(10, std::nullopt, readAt(at(200)));
  ASSERT_EQ(kept->rows.size(), 1u);
  EXPECT_EQ(kept->rows[0].raw, conflict);
  EXPECT_EQ(kept->rows[0].code, RejectCode::SchemaViolation);
}

TEST_P(SchemasTest, RunSchemas_SayWhatRunStartedSaid) {
  Store& store = newStore();
  append(store, {runLine("R1", "s", 3), R"({"event":"run.started","run_id":"R2","pipeline":"p","at":"T1"})",
                 R"({"event":"run.ended","run_id":"R3","at":"T1"})"});
  const std::vector<Id> ids{runId(3), runId(1), runId(9), runId(2), runId(1)};
  const auto refs = store.runSchemas(ids);
  ASSERT_TRUE(refs.ok());
  const RunSchema unknown;
  const RunSchema none{true, std::nullopt};
  const RunSchema known{true, SchemaRef{"s", 3}};
  EXPECT_EQ(*refs, (std::vector{unknown, known, unknown, none, known}));
  EXPECT_TRUE(store.runSchemas({})->empty());
}

TEST_P(SchemasTest, OddNames_ComeBackAsTheyWere) {
  Store& store = newStore();
  const std::string name = R"(it's "größe" %_\ 😀)";
  append(
      store,
      {R"({"event":"schema.registered","name":"it's \"größe\" %_\\ 😀","version":2147483647,"definition":{"größe":"it's"}})"});
  EXPECT_EQ(listed(store, name), name + " 2147483647 {\"größe\":\"it's\"} 0\n");
}

XRAY_STORE_SUITE(SchemasTest);

}  // namespace
}  // namespace xray::test
