#include "schema_statements.h"

#include <set>
#include <utility>

#include "xray/text.h"

namespace xray::postgres {
namespace {

using Out = BinaryBuffer&;

Call withRefs(const char* name, std::string_view text, const std::vector<SchemaRef>& refs) {
  Call call{name, text};
  call.parameters.addArray(Type::Text, refs, [](BinaryBuffer& out, const SchemaRef& ref) { out.field(ref.name); });
  call.parameters.addArray(Type::Integer, refs, [](BinaryBuffer& out, const SchemaRef& ref) {
    out.field(static_cast<std::int32_t>(ref.version));
  });
  return call;
}

/// A text that a column takes whatever it is made of.
std::string storable(const std::string& text) {
  const bool plain = text.find('\0') == std::string::npos && isUtf8(text);
  return plain ? text : quoted(text, text.size());
}

}  // namespace

Call reserveSchemas(const std::vector<SchemaRef>& refs) {
  return withRefs("reserve_schemas", R"sql(
    INSERT INTO schemas (name, version) SELECT n.name, n.version FROM unnest($1, $2) AS n (name, version)
    WHERE NOT EXISTS (SELECT FROM schemas d WHERE d.name = n.name AND d.version = n.version)
    ORDER BY n.name COLLATE "C", n.version
    ON CONFLICT (name, version) DO NOTHING)sql",
                  refs);
}

Call lockDefinitions(const std::vector<SchemaRef>& refs) {
  return withRefs("lock_definitions", R"sql(
    SELECT d.name, d.version, d.definition_digest
    FROM unnest($1, $2) AS n (name, version) JOIN schemas d ON d.name = n.name AND d.version = n.version
    ORDER BY d.name, d.version FOR NO KEY UPDATE OF d)sql",
                  refs);
}

Call writeDefinitions(const std::vector<NewDefinition>& definitions, Timestamp receivedAt) {
  Call call{"write_definitions", R"sql(
    UPDATE schemas AS t SET definition = n.definition, definition_digest = n.digest, registered_at = $5
    FROM unnest($1, $2, $3, $4) AS n (name, version, definition, digest)
    WHERE t.name = n.name AND t.version = n.version)sql"};
  using New = const NewDefinition&;
  call.parameters.addArray(Type::Text, definitions, [](Out out, New item) { out.field(item.schema->name); });
  call.parameters.addArray(Type::Integer, definitions,
                           [](Out out, New item) { out.field(static_cast<std::int32_t>(item.schema->version)); });
  call.parameters.addArray(Type::Jsonb, definitions,
                           [](Out out, New item) { out.field(Json{item.schema->definition}); });
  call.parameters.addArray(Type::Bytea, definitions, [](Out out, New item) { out.field(Bytes{item.digest}); });
  call.parameters.add(receivedAt);
  return call;
}

Call insertRejections(const std::vector<Rejection>& rejections, Timestamp receivedAt) {
  struct Kept {
    const Rejection* rejection;
    std::string digest;
  };
  std::vector<Kept> kept;
  std::set<std::pair<RejectCode, std::string>> seen;
  for (const Rejection& rejection : rejections) {
    std::string digest = digestOf(rejection.raw);
    if (seen.emplace(rejection.code, digest).second) kept.push_back({&rejection, std::move(digest)});
  }
  // Ids grow in the order of the batch; rows are inserted in the order of the key that another backend may wait for.
  Call call{"insert_rejections", R"sql(
    INSERT INTO rejections (id, received_at, code, digest, detail, raw)
    SELECT n.id, $5, n.code, n.digest, n.detail, n.raw
    FROM (SELECT nextval(pg_get_serial_sequence('rejections', 'id')) AS id, code, digest, detail, raw
          FROM unnest($1, $2, $3, $4) WITH ORDINALITY AS i (code, digest, detail, raw, place) ORDER BY place) AS n
    ORDER BY n.digest, n.code COLLATE "C"
    ON CONFLICT (digest, code) DO NOTHING)sql"};
  using Item = const Kept&;
  call.parameters.addArray(Type::Text, kept, [](Out out, Item item) { out.field(toString(item.rejection->code)); });
  call.parameters.addArray(Type::Bytea, kept, [](Out out, Item item) { out.field(Bytes{item.digest}); });
  call.parameters.addArray(Type::Text, kept, [](Out out, Item item) { out.field(storable(item.rejection->detail)); });
  call.parameters.addArray(Type::Bytea, kept, [](Out out, Item item) { out.field(Bytes{item.rejection->raw}); });
  call.parameters.add(receivedAt);
  return call;
}

}  // namespace xray::postgres
