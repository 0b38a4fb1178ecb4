// In steady state recording does not allocate: this program counts every operator new of the recording thread.
#include <cstdlib>
#include <new>

#include "fake_backend.h"

namespace {

constinit thread_local bool counting = false;
constinit thread_local std::size_t allocations = 0;

void* allocate(std::size_t bytes) {
  if (counting) ++allocations;
  if (void* memory = std::malloc(bytes ? bytes : 1)) return memory;
  throw std::bad_alloc();
}

}  // namespace

void* operator new(std::size_t bytes) {
  return allocate(bytes);
}
void* operator new[](std::size_t bytes) {
  return allocate(bytes);
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete[](void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}
void operator delete[](void* memory, std::size_t) noexcept {
  std::free(memory);
}

namespace xray::sdk {
namespace {

void recordSteps(sdk::Run& run, int steps) {
  for (int i = 0; i < steps; ++i) {
    auto step = run.step("price-filter", "filter");
    step.input({{"candidates", 120}, {"max_price", 50}, {"names", array({"a", "b"})}});
    auto inner = step.step("lookup-of-something-longer-than-a-small-string", "api");
    inner.output({{"ok", true}, {"ready", json(R"({"a": [1, 2]})")}});
    inner.end();
    step.output({{"kept", 7}, {"nested", {{"x", 1.5}}}});
    step.reasoning({{"percentage_eliminated", 94.2}, {"rule", "price <= 50"}});
  }
}

TEST(Allocation, RecordingInSteadyState_AllocatesNothing) {
  FakeBackend backend;
  Settings settings = quickSettings();
  settings.maxDelay = std::chrono::hours(1);
  const auto validator = makeKeyListValidator();
  settings.schema =
      *SchemaPolicy::make({"s", 1}, R"({"step_types":["filter","api"],"reasoning":["rule","percentage_eliminated"]})",
                          *validator, ValidationMode::Warn);
  Client client = makeClient(backend, settings);
  auto run = client.startRun("p");
  for (int warm = 0; warm < 3; ++warm) {
    recordSteps(run, 1000);
    ASSERT_TRUE(client.flush(std::chrono::seconds(20)).status.ok());
  }
  counting = true;
  recordSteps(run, 500);
  counting = false;
  EXPECT_EQ(allocations, 0u);
  run.end();
  ASSERT_TRUE(client.close(std::chrono::seconds(20)).status.ok());
  EXPECT_EQ(client.counters().accepted, 1u + 2u + 2u * 3500u);
}

}  // namespace
}  // namespace xray::sdk
