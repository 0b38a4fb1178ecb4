#include "recorder.h"

#include <new>

#include "process_generation.h"

namespace xray::sdk {

Engine::Engine(const RecorderParts& parts, std::unique_ptr<Sender> sender)
    : generation(processGeneration()),
      queue(parts.settings, counters, *parts.clock, [this] { shipper.wake(); }),
      shipper(parts.settings, queue, parts.wires, std::move(sender), parts.log) {}

Recorder::Recorder(RecorderParts parts, std::unique_ptr<Sender> sender)
    : parts_(std::move(parts)), engine_(new Engine(parts_, std::move(sender))) {
  // What an earlier process left is drained even if this one records nothing.
  if (parts_.wires.spool) current()->shipper.ensureStarted();
}

Recorder::~Recorder() {
  delete current();
}

Engine* Recorder::current() const noexcept {
  Engine* engine = engine_.load(std::memory_order_acquire);
  return engine->generation == processGeneration() ? engine : nullptr;
}

Engine& Recorder::engine() {
  if (Engine* engine = current()) return *engine;
  Engine* parents = engine_.load(std::memory_order_acquire);
  auto made = std::make_unique<Engine>(parts_, nullptr);
  if (closed_) made->queue.stop();
  // Of several threads of the child one wins. Only its engine has been used, so the others' can go.
  if (engine_.compare_exchange_strong(parents, made.get(), std::memory_order_acq_rel)) return *made.release();
  return *parents;
}

RunState* Recorder::startRun(std::string_view pipeline, const Fields& metadata, const RunOptions& options) noexcept
    try {
  Engine& used = engine();
  used.shipper.ensureStarted();
  return used.queue.startRun(shared_from_this(), pipeline, metadata, options);
} catch (...) {
  // No memory for an engine in a forked child.
  return nullptr;
}

DeliveryReport Recorder::flush(Deadline deadline) noexcept {
  return call(&Shipper::flush, deadline);
}

DeliveryReport Recorder::close(Deadline deadline) noexcept {
  closed_ = true;
  return call(&Shipper::close, deadline);
}

DeliveryReport Recorder::call(DeliveryReport (Shipper::*method)(Deadline), Deadline deadline) noexcept {
  Engine* used = current();
  if (!used) return {};
  try {
    return (used->shipper.*method)(deadline);
  } catch (const std::bad_alloc&) {
    // It is done; there is no memory for the words.
    DeliveryReport report;
    report.status = Status(StatusCode::Unavailable, "");
    report.counters = used->counters.read();
    return report;
  }
}

Counters Recorder::counters() const noexcept {
  const Engine* used = current();
  return used ? used->counters.read() : Counters();
}

}  // namespace xray::sdk
