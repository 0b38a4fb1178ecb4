#include "server/ingest/group_schemas.h"

#include <optional>
#include <unordered_set>

namespace xray::server {

Status GroupSchemas::learn(std::span<const PendingBatch> batches) {
  for (const PendingBatch& batch : batches) {
    for (const Event& event : batch.decoded.events) {
      const auto* schema = std::get_if<SchemaRegistered>(&event.fact);
      if (!schema) continue;
      if (Status status = learnSchema(*schema); !status.ok()) return status;
    }
  }
  return learnRuns(batches);
}

Status GroupSchemas::learnSchema(const SchemaRegistered& schema) {
  Result<SchemaCatalog::Schema> compiled = catalog_.compile(schema.definition);
  if (!compiled.ok()) {
    refusals_.emplace(&schema, "schema.registered: definition: " + compiled.status().message());
    return {};
  }
  const SchemaRef ref{std::string(schema.name), schema.version};
  if (schemas_.contains(ref)) return {};
  Result<SchemaCatalog::Found> stored = catalog_.find(ref);
  if (!stored.ok()) return stored.status();
  schemas_.emplace(ref, std::move(stored->registered ? stored->schema : *compiled));
  return {};
}

Status GroupSchemas::learnRuns(std::span<const PendingBatch> batches) {
  std::unordered_set<Id> withSteps;
  std::unordered_map<Id, std::optional<SchemaRef>> started;  // what the first run.started of the group says
  for (const PendingBatch& batch : batches) {
    for (const Event& event : batch.decoded.events) {
      if (const auto* step = std::get_if<StepEvent>(&event.fact)) {
        withSteps.insert(step->runId);
      } else if (const auto* run = std::get_if<RunStarted>(&event.fact)) {
        const auto [mine, first] = started.try_emplace(run->runId);
        if (first && run->schema) mine->second = SchemaRef{std::string(run->schema->name), run->schema->version};
      }
    }
  }
  const std::vector<Id> ids(withSteps.begin(), withSteps.end());
  const Result<std::unordered_map<Id, RunSchema>> stored = catalog_.runSchemas(ids);
  if (!stored.ok()) return stored.status();
  for (const Id& id : ids) {
    std::optional<SchemaRef> ref;
    if (const auto found = stored->find(id); found != stored->end()) {
      ref = found->second.schema;  // also when it names none: then the group's is a duplicate
    } else if (const auto mine = started.find(id); mine != started.end()) {
      ref = mine->second;
    }
    if (!ref) continue;
    Result<SchemaCatalog::Schema> schema = find(*ref);
    if (!schema.ok()) return schema.status();
    if (*schema) runs_.emplace(id, std::move(*schema));
  }
  return {};
}

Result<SchemaCatalog::Schema> GroupSchemas::find(const SchemaRef& ref) {
  if (const auto known = schemas_.find(ref); known != schemas_.end()) return known->second;
  Result<SchemaCatalog::Found> stored = catalog_.find(ref);
  if (!stored.ok()) return stored.status();
  return schemas_.emplace(ref, std::move(stored->schema)).first->second;
}

const std::string* GroupSchemas::refusal(const SchemaRegistered& schema) const {
  const auto found = refusals_.find(&schema);
  return found == refusals_.end() ? nullptr : &found->second;
}

const CompiledSchema* GroupSchemas::schemaOf(const Id& runId) const {
  const auto found = runs_.find(runId);
  return found == runs_.end() ? nullptr : found->second.get();
}

void GroupSchemas::stored(const Event& event) {
  if (const auto* run = std::get_if<RunStarted>(&event.fact); run && run->schema) {
    catalog_.runStored(run->runId, {std::string(run->schema->name), run->schema->version});
  } else if (const auto* schema = std::get_if<SchemaRegistered>(&event.fact)) {
    const SchemaRef ref{std::string(schema->name), schema->version};
    if (const auto known = schemas_.find(ref); known != schemas_.end()) catalog_.schemaStored(ref, known->second);
  }
}

}  // namespace xray::server
