#pragma once
// A backend in memory behind the Sender contract: keeps the batches that it took and fails as told.

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "recorder.h"
#include "xray/event_decoder.h"
#include "xray/sdk.h"
#include "xray/transport.h"

namespace xray::sdk {

/// Thread-safe. Outlives the client.
class FakeBackend {
 public:
  /// The next send() calls answer these, in this order; what follows is delivered.
  void failNext(std::vector<Status> failures);
  /// All send() calls answer this until it is Ok.
  void failAlways(Status failure);
  /// Single batches larger than this are TooLarge.
  void limitBytes(std::size_t bytes);
  /// Refuses the events for which it says true.
  void rejectWhere(std::function<bool(const Event&)> refuse);
  /// send() waits until this is taken back, or its deadline, or cancel().
  void hold(bool held);

  std::unique_ptr<Sender> makeSender();

  /// Bodies delivered.
  std::vector<std::string> bodies() const;
  /// Calls of send(), failed ones included; waits for at least `calls`.
  int waitForCalls(int calls) const;
  /// Waits until at least so many events were delivered; false after half a minute.
  bool waitForEvents(std::size_t events) const;
  /// Everything delivered, in its order.
  std::vector<Event> events() const;

 private:
  friend class FakeSender;
  Result<Receipt> take(const Batch& batch, Deadline deadline, bool& cancelled);

  mutable std::mutex mu_;
  mutable std::condition_variable changed_;
  std::deque<Status> failures_;
  Status always_;
  std::size_t limit_ = SIZE_MAX;
  std::function<bool(const Event&)> refuse_;
  bool held_ = false;
  int calls_ = 0;
  std::vector<std::string> bodies_;
  std::deque<DecodedBatch> batches_;
  std::vector<Event> events_;
};

/// Settings with short waits, for tests.
Settings quickSettings();

/// A client that delivers to `backend`; its log lines go to `log` if given.
Client makeClient(FakeBackend& backend, Settings settings = quickSettings(), LogSink log = nullptr,
                  const Clock& clock = systemClock());

/// The events of one kind, in their order.
template <typename Fact>
std::vector<Fact> factsOf(const std::vector<Event>& events) {
  std::vector<Fact> facts;
  for (const Event& event : events) {
    if (const Fact* fact = std::get_if<Fact>(&event.fact)) facts.push_back(*fact);
  }
  return facts;
}

}  // namespace xray::sdk
