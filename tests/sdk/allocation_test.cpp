// In steady state recording does not allocate: this program counts every operator new of the recording thread. And a
// background thread that gets no memory goes on when it does: here a thread can be refused it.
#include <cstdlib>
#include <new>
#include <utility>

#include "fake_backend.h"

namespace {

constinit thread_local bool counting = false;
constinit thread_local std::size_t allocations = 0;
constinit thread_local std::size_t refused = 0;  // so many of the next ones

void* allocate(std::size_t bytes) {
  if (counting) ++allocations;
  if (refused > 0) {
    --refused;
    throw std::bad_alloc();
  }
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

// Runs out of memory in the background thread, which gets none for its next allocations either.
class ExhaustingSender : public Sender {
 public:
  ExhaustingSender(FakeBackend& backend, std::size_t allocations)
      : inner_(backend.makeSender()), allocations_(allocations) {}

  Result<Receipt> send(const Batch& batch, Deadline deadline) override {
    if (std::exchange(first_, false)) {
      refused = allocations_;
      throw std::bad_alloc();
    }
    return inner_->send(batch, deadline);
  }
  Status flush(Deadline deadline) override { return inner_->flush(deadline); }
  void cancel() override { inner_->cancel(); }

 private:
  const std::unique_ptr<Sender> inner_;
  const std::size_t allocations_;
  bool first_ = true;
};

TEST(Allocation, ABackgroundThreadWithoutMemory_CountsWhatItLoses_AndGoesOn) {
  for (const std::size_t allocations : {0, 1, 2, 3, 5, 8, 50}) {
    SCOPED_TRACE(allocations);
    FakeBackend backend;
    RecorderParts parts;
    parts.settings = quickSettings();
    parts.settings.maxDelay = std::chrono::hours(1);
    parts.wires.backend = [&]() -> Result<std::unique_ptr<Sender>> { return backend.makeSender(); };
    parts.log = [](std::string_view) {};
    auto sender = std::make_unique<ExhaustingSender>(backend, allocations);
    Client client(std::make_shared<Recorder>(std::move(parts), std::move(sender)));
    auto run = client.startRun("p");
    recordSteps(run, 10);
    const DeliveryReport lost = client.flush(std::chrono::seconds(20));
    EXPECT_EQ(lost.counters.givenUp, 21u);
    EXPECT_EQ(lost.undeliveredEvents, 0u);
    // Its memory is back some time.
    for (int i = 0; i < 100 && client.counters().accepted == 0; ++i) {
      run.step("later", "t").end();
      static_cast<void>(client.flush(std::chrono::seconds(20)));
    }
    EXPECT_GT(client.counters().accepted, 0u);
    run.end();
    EXPECT_TRUE(client.close(std::chrono::seconds(20)).status.ok());
  }
}

}  // namespace
}  // namespace xray::sdk
