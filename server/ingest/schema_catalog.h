#pragma once

#include <memory>
#include <span>
#include <unordered_map>
#include <vector>

#include "server/ingest/lru_cache.h"
#include "xray/ids.h"
#include "xray/schema_validator.h"
#include "xray/store.h"

namespace xray::server {

struct SchemaRefHash {
  std::size_t operator()(const SchemaRef& ref) const noexcept {
    return std::hash<std::string>()(ref.name) ^ static_cast<std::size_t>(ref.version) * 0x9E3779B97F4A7C15u;
  }
};

/// What the store knows of schemas and of the runs that refer to them, with bounded caches in front. Only what is in
/// the store for good is cached; that something is not there is asked again each time.
///
/// Thread-safety: one thread at a time (the committer). Lifetime: borrows the store, validator and clock.
class SchemaCatalog {
 public:
  using Schema = std::shared_ptr<const CompiledSchema>;  // shared: a group may use one that the cache has pushed out

  SchemaCatalog(Store& store, const SchemaValidator& validator, const Clock& clock, Microseconds incompleteAfter);

  /// The validator's compile(), for definitions that are not stored yet.
  Result<Schema> compile(JsonText definition) const;

  /// What the store knows of the runs among `runIds` that it has the run.started of; others are left out. One call to
  /// the store at most.
  Result<std::unordered_map<Id, RunSchema>> runSchemas(std::span<const Id> runIds);

  /// Whether the store has this event of a step already (then it is a duplicate, whatever its content): for a
  /// step.ended the step with an end, for a step.started the step.
  Result<bool> stepStored(const StepEvent& step) const;

  struct Found {
    bool registered = false;
    Schema schema;  // null also for a stored definition that this validator does not compile: its steps stay unchecked
  };
  Result<Found> find(const SchemaRef& ref);

  /// Told once the store has committed them.
  void runStored(const Id& runId, SchemaRef ref) { runs_.put(runId, std::move(ref)); }
  void schemaStored(const SchemaRef& ref, Schema schema) { schemas_.put(ref, std::move(schema)); }

 private:
  ReadContext readContext() const;

  static constexpr std::size_t kRuns = 65'536;
  static constexpr std::size_t kSchemas = 1'024;

  Store& store_;
  const SchemaValidator& validator_;
  const Clock& clock_;
  const Microseconds incompleteAfter_;
  LruCache<Id, SchemaRef> runs_{kRuns};
  LruCache<SchemaRef, Schema, SchemaRefHash> schemas_{kSchemas};
};

}  // namespace xray::server
