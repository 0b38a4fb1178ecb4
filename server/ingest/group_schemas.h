#pragma once

#include <span>
#include <string>
#include <unordered_map>

#include "server/ingest/pending_batch.h"
#include "server/ingest/schema_catalog.h"

namespace xray::server {

/// The schemas that the steps of one group of batches are checked against: those of the store, and those that the group
/// itself brings. A group is stored in one append, so its runs and schemas count as known for all of its steps,
/// wherever in it they stand. What is stored goes before what the group says: the first content wins.
///
/// One thread at a time; borrows the catalog, and the batches given to learn().
class GroupSchemas {
 public:
  explicit GroupSchemas(SchemaCatalog& catalog) : catalog_(catalog) {}

  /// Once, before the questions below. Fails as the store's reads do.
  Status learn(std::span<const PendingBatch> batches);

  /// Why a schema.registered of the group is refused; null: it is not.
  const std::string* refusal(const SchemaRegistered& schema) const;

  /// Null: the run or its schema is not known.
  const CompiledSchema* schemaOf(const Id& runId) const;

  /// The store has accepted this event of the group.
  void stored(const Event& event);

 private:
  Status learnSchema(const SchemaRegistered& schema);
  Status learnRuns(std::span<const PendingBatch> batches);
  Result<SchemaCatalog::Schema> find(const SchemaRef& ref);

  SchemaCatalog& catalog_;
  std::unordered_map<SchemaRef, SchemaCatalog::Schema, SchemaRefHash>
      schemas_;  // asked for or registered; null: not known
  std::unordered_map<const SchemaRegistered*, std::string> refusals_;
  std::unordered_map<Id, SchemaCatalog::Schema> runs_;
};

}  // namespace xray::server
