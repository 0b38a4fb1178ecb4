#include "run_state.h"

#include "event_queue.h"
#include "process_generation.h"
#include "xray/json.h"

namespace xray::sdk {

void LostEvents::clear() {
  queueFull = schemaRejected = tooLarge = rejected = givenUp = spoolFull = 0;
}

void LostEvents::appendTo(std::string& out) const {
  const std::pair<std::string_view, std::uint32_t> counts[] = {
      {"queue_full", queueFull}, {"schema_rejected", schemaRejected},
      {"too_large", tooLarge},   {"rejected", rejected},
      {"given_up", givenUp},     {"spool_full", spoolFull}};
  char before = '{';
  for (const auto& [name, count] : counts) {
    if (count == 0) continue;
    out += before;
    appendJsonString(out, name);
    out += ':';
    appendJsonNumber(out, std::uint64_t{count});
    before = ',';
  }
  if (before == ',') out += '}';
}

bool RunState::usable() const noexcept {
  return generation == processGeneration();
}

void RunState::release() noexcept {
  if (references.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
  const std::shared_ptr<Recorder> last = std::move(recorder);
  queue->recycle(this);
}

}  // namespace xray::sdk
