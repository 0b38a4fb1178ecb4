// What a clean step costs: nothing but small change from the heap, counted by the operator new of this program.

#include <atomic>
#include <cstdlib>
#include <new>

#include "compiled.h"

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

namespace xray::jsonschema {
namespace {

std::size_t allocationsOf(const CompiledSchema& schema, const StepContent& step) {
  std::vector<Violation> violations;
  const std::size_t before = allocations;
  schema.check(step, violations);
  const std::size_t after = allocations;
  EXPECT_TRUE(violations.empty());
  return after - before;
}

TEST(Allocation, CleanStepOfTypesRangesAndNames_TakesNothingFromTheHeap) {
  const auto schema = compiled(
      R"({"step_types":["filter"],"reasoning":{"required":["percentage_eliminated"],"additionalProperties":false,"properties":{
      "percentage_eliminated":{"type":"number","minimum":0,"maximum":100},"a name longer than small texts":{"type":"string","maxLength":50},
      "kept":{"type":"array","items":{"type":"object","properties":{"id":{"type":"integer"}}}}}},
      "steps":{"filter":{"output_data":{"anyOf":[{"required":["selected"]},{"required":["none"]}]}}}})");
  const StepContent step{
      "filter", "{}", R"({"selected":["x"]})",
      R"({"percentage_eliminated":94.2,"a name longer than small texts":"a text longer than small texts are",
                             "kept":[{"id":1},{"id":2}]})"};
  EXPECT_EQ(allocationsOf(*schema, step), 0u);
  // The counter counts: patterns are looked up by a text, names with escapes need one.
  const auto pattern =
      compiled(R"({"reasoning":{"properties":{"x":{"pattern":"^a pattern longer than small texts"}}}})");
  EXPECT_GT(allocationsOf(*pattern, {"t", "", "", R"({"x":"a pattern longer than small texts"})"}), 0u);
}

}  // namespace
}  // namespace xray::jsonschema
