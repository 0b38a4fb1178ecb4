#include "server/ingest/schema_catalog.h"

#include <spdlog/spdlog.h>

#include "xray/text.h"

namespace xray::server {
namespace {

/// A committer that waits longer for one row holds up every sender.
constexpr std::chrono::seconds kLookupTimeout{10};

}  // namespace

SchemaCatalog::SchemaCatalog(Store& store, const SchemaValidator& validator, const Clock& clock,
                             Microseconds incompleteAfter)
    : store_(store), validator_(validator), clock_(clock), incompleteAfter_(incompleteAfter) {}

Result<SchemaCatalog::Schema> SchemaCatalog::compile(JsonText definition) const {
  Result<std::unique_ptr<CompiledSchema>> compiled = validator_.compile(definition);
  if (!compiled.ok()) return compiled.status();
  return Schema(std::move(*compiled));
}

Result<std::unordered_map<Id, RunSchema>> SchemaCatalog::runSchemas(std::span<const Id> runIds) {
  std::unordered_map<Id, RunSchema> schemas;
  std::vector<Id> unknown;
  for (const Id& id : runIds) {
    if (const SchemaRef* ref = runs_.get(id)) {
      schemas.emplace(id, RunSchema{true, *ref});
    } else {
      unknown.push_back(id);
    }
  }
  if (unknown.empty()) return schemas;

  Result<std::vector<RunSchema>> stored = store_.runSchemas(unknown);
  if (!stored.ok()) return stored.status();
  for (std::size_t i = 0; i < unknown.size(); ++i) {
    RunSchema& known = (*stored)[i];
    if (!known.started) continue;
    if (known.schema) runs_.put(unknown[i], *known.schema);
    schemas.emplace(unknown[i], std::move(known));
  }
  return schemas;
}

ReadContext SchemaCatalog::readContext() const {
  return {clock_.now(), incompleteAfter_, std::chrono::steady_clock::now() + kLookupTimeout};
}

Result<bool> SchemaCatalog::stepStored(const StepEvent& step) const {
  const Result<std::optional<Step>> stored = store_.step(step.runId, step.stepId, readContext());
  if (!stored.ok()) return stored.status();
  return stored->has_value() && (!step.ended() || (*stored)->status != StepStatus::Running);
}

Result<SchemaCatalog::Found> SchemaCatalog::find(const SchemaRef& ref) {
  if (const Schema* schema = schemas_.get(ref)) return Found{true, *schema};

  Result<std::optional<SchemaInfo>> stored = store_.schema({ref.name, ref.version}, readContext());
  if (!stored.ok()) return stored.status();
  if (!*stored) return Found{};

  Result<Schema> compiled = compile((*stored)->definition);
  if (!compiled.ok()) {
    spdlog::warn("schema {} version {} cannot be checked, its steps are stored unchecked: {}", quoted(ref.name),
                 ref.version, compiled.status().message());
    compiled = Schema();
  }
  schemas_.put(ref, *compiled);
  return Found{true, std::move(*compiled)};
}

}  // namespace xray::server
