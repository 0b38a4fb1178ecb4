#pragma once
// What the tests of the fallback share: its settings, a batch a step, and the order in which steps came.

#include <chrono>
#include <vector>

#include "fake_backend.h"
#include "fake_spool.h"

namespace xray::sdk {

inline const Status kAway(StatusCode::Unavailable, "connection refused");

inline Settings fallbackSettings() {
  Settings settings = quickSettings();
  settings.maxDelay = std::chrono::hours(1);  // flush() says when
  settings.patience = std::chrono::milliseconds(5);
  settings.retryMost = std::chrono::seconds(1);
  return settings;
}

/// One batch.
inline DeliveryReport recordStep(Client& client, Run& run, int number) {
  run.step("step", "t").input({{"i", number}});
  return client.flush(std::chrono::seconds(20));
}

/// The seq of the steps that came, in their order.
inline std::vector<std::int64_t> orderOf(const FakeBackend& backend) {
  std::vector<std::int64_t> order;
  for (const StepEvent& step : factsOf<StepEvent>(backend.events())) order.push_back(*step.seq);
  return order;
}

inline std::vector<std::int64_t> upTo(std::int64_t end) {
  std::vector<std::int64_t> numbers;
  for (std::int64_t i = 0; i < end; ++i) numbers.push_back(i);
  return numbers;
}

}  // namespace xray::sdk
