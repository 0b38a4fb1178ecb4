// A clean step costs no allocation, a definition no more than its size: counted by the operator new of this program.

#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <new>

#include "xray/schema_validator.h"

namespace {
std::atomic<std::size_t> allocations = 0;
}

// Not inlined, so that the compiler does not compare free with a new that it knows.
[[gnu::noinline]] void* operator new(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept {
  std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}

namespace xray {
namespace {

TEST(EnforceSchema, ACleanStep_AllocatesNothing) {
  const auto schema = makeKeyListValidator()->compile(
      R"({"step_types":["a step type longer than small strings","llm"],"input_data":["a key that is longer than small strings"],
          "reasoning":["rule",{"key":"share","type":"number","required":true}],
          "steps":{"a step type longer than small strings":{"output_data":[{"key":"out","type":"array"}]}}})");
  ASSERT_TRUE(schema.ok());
  const StepContent step{"a step type longer than small strings",
                         R"({"a key that is longer than small strings":{"any":["thing"]}})", R"({"out":[1,2,3]})",
                         R"({"rule":"price \u003c= 50","sh\u0061re":94.2})"};
  std::vector<Violation> violations;
  const std::size_t before = allocations;
  (*schema)->check(step, violations);
  const Enforcement result = enforceSchema(**schema, ValidationMode::Sanitize, step, "[]");
  const std::size_t after = allocations;
  EXPECT_EQ(after, before);
  EXPECT_TRUE(violations.empty());
  EXPECT_FALSE(result.changed);
  // The counter counts.
  const StepContent bad{"llm", R"({"x":1})", "", ""};
  (*schema)->check(bad, violations);
  EXPECT_GT(allocations, after);
}

TEST(KeyListValidator, ARefinement_DoesNotCopyTheGeneralKeys) {
  std::string general;
  std::string steps;
  for (int i = 0; i < 1'000; ++i) {
    const std::string number = std::to_string(i);
    general += (i > 0 ? "," : "") + ("\"a key that is longer than small strings " + number + "\"");
    steps += (i > 0 ? "," : "") + ("\"t" + number + "\":{\"output_data\":[]}");
  }
  const std::string definition = "{\"input_data\":[" + general + "],\"steps\":{" + steps + "}}";
  const std::size_t before = allocations;
  const auto schema = makeKeyListValidator()->compile(definition);
  EXPECT_LT(allocations - before, 50'000U);  // 1,000 copies of 1,000 keys are a million
  ASSERT_TRUE(schema.ok());
}

}  // namespace
}  // namespace xray
