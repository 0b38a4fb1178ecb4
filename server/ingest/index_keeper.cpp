#include "server/ingest/index_keeper.h"

#include <spdlog/spdlog.h>

#include "xray/schema_validator.h"
#include "xray/text.h"

namespace xray::server {
namespace {

constexpr std::chrono::seconds kSchemasTimeout{30};

Field fieldOf(const std::string& section) {
  if (section == "input_data") return Field::InputData;
  if (section == "output_data") return Field::OutputData;
  return Field::Reasoning;
}

}  // namespace

IndexKeeper::IndexKeeper(Store& store, const Clock& clock, Microseconds incompleteAfter)
    : store_(store), clock_(clock), incompleteAfter_(incompleteAfter), thread_([this] { work(); }) {}

IndexKeeper::~IndexKeeper() {
  stop();
}

void IndexKeeper::schemaStored(JsonText definition) {
  const std::lock_guard lock(mu_);
  for (IndexWish& wish : indexWishes(definition)) {
    const Field field = fieldOf(wish.section);
    if (wanted_.contains({field, wish.key})) continue;
    if (waiting_.size() >= kMaxWaiting) {
      spdlog::warn("index for {}.{} is put off to the next start: {} others wait", wish.section, quoted(wish.key),
                   waiting_.size());
      continue;
    }
    wanted_.emplace(field, wish.key);
    waiting_.push_back({field, std::move(wish.key)});
  }
  changed_.notify_all();
}

void IndexKeeper::stop() {
  {
    const std::lock_guard lock(mu_);
    stopping_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void IndexKeeper::work() {
  addStoredSchemas();
  std::unique_lock lock(mu_);
  while (true) {
    changed_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
    if (stopping_) return;
    const IndexedKey key = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    keep(key);
    lock.lock();
  }
}

void IndexKeeper::addStoredSchemas() {
  const ReadContext context{clock_.now(), incompleteAfter_, std::chrono::steady_clock::now() + kSchemasTimeout};
  const Result<std::vector<SchemaInfo>> schemas = store_.schemas("", context);
  if (!schemas.ok()) {
    spdlog::warn("indexes of stored schemas are not checked: {}", schemas.status().toString());
    return;
  }
  for (const SchemaInfo& schema : *schemas) schemaStored(schema.definition);
}

void IndexKeeper::keep(const IndexedKey& key) {
  const Status status = store_.keepIndex(key);
  if (status.ok()) {
    spdlog::debug("index for {}.{} is kept", nameOf(key.field), quoted(key.key));
  } else {
    spdlog::warn("no index for {}.{}: {}", nameOf(key.field), quoted(key.key), status.toString());
  }
}

}  // namespace xray::server
