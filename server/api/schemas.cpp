// GET /v1/schemas, /v1/schemas/{name} and /v1/schemas/{name}/{version}.

#include <charconv>

#include "server/api/query_parameters.h"
#include "server/api/responses.h"
#include "server/api/schema_diff.h"
#include "xray/json.h"
#include "xray/text.h"

namespace xray::server {
namespace {

constexpr std::string_view kParameters[] = {"diff_to"};
constexpr std::int64_t kMaxVersion = INT32_MAX;

void writeMembers(JsonWriter& json, const SchemaInfo& schema) {
  json.key("name").string(schema.ref.name);
  json.key("version").integer(schema.ref.version);
  json.key("registered_at").string(formatTimestamp(schema.registeredAt));
  json.key("run_count").integer(schema.runCount);
  json.key("definition").raw(schema.definition);
}

void writeList(JsonWriter& json, std::string_view name, const std::vector<std::string>& pointers) {
  json.key(name).beginArray();
  for (const std::string& pointer : pointers) json.string(pointer);
  json.endArray();
}

void writeDiff(JsonWriter& json, std::int64_t to, const SchemaDiff& diff) {
  json.key("diff").beginObject().key("to").integer(to);
  writeList(json, "added", diff.added);
  writeList(json, "removed", diff.removed);
  writeList(json, "changed", diff.changed);
  json.endObject();
}

http::Response schemasNamed(const ApiCall& call, const std::string& name) {
  if (const Status status = noParameters(call); !status.ok()) return problemOf(status);
  const Result<std::vector<SchemaInfo>> schemas = call.store().schemas(name, call.read);
  if (!schemas.ok()) return storeProblem(schemas.status());
  if (!name.empty() && schemas->empty()) {
    return problemOf(Status(StatusCode::NotFound, "there is no schema " + quoted(name)));
  }
  std::string body;
  JsonWriter json(body);
  json.beginObject().key("schemas").beginArray();
  for (const SchemaInfo& schema : *schemas) {
    json.beginObject();
    writeMembers(json, schema);
    json.endObject();
  }
  json.endArray().endObject();
  return jsonResponse(std::move(body));
}

Result<SchemaInfo> find(const ApiCall& call, std::int64_t version) {
  const std::string& name = call.path("name");
  Result<std::optional<SchemaInfo>> schema = call.store().schema({name, version}, call.read);
  if (!schema.ok()) return forClients(schema.status());
  if (!*schema)
    return Status(StatusCode::NotFound, "there is no schema " + quoted(name) + " version " + std::to_string(version));
  return std::move(**schema);
}

Result<std::int64_t> versionOf(const ApiCall& call) {
  const std::string& text = call.path("version");
  std::int64_t version = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, version);
  if (error == std::errc() && rest == end && version >= 1 && version <= kMaxVersion) return version;
  return Status(StatusCode::InvalidArgument,
                "version: must be a whole number from 1 to " + std::to_string(kMaxVersion) + ", not " + quoted(text));
}

}  // namespace

http::Response listSchemas(const ApiCall& call) {
  return schemasNamed(call, "");
}

http::Response listSchemaVersions(const ApiCall& call) {
  return schemasNamed(call, call.path("name"));
}

http::Response getSchema(const ApiCall& call) {
  const Result<QueryParameters> parameters = QueryParameters::read(call.request, kParameters);
  if (!parameters.ok()) return problemOf(parameters.status());
  const Result<std::int64_t> version = versionOf(call);
  if (!version.ok()) return problemOf(version.status());
  const Result<std::int64_t> diffTo = parameters->integer("diff_to", 0, 1, kMaxVersion);
  if (!diffTo.ok()) return problemOf(diffTo.status());
  const Result<SchemaInfo> schema = find(call, *version);
  if (!schema.ok()) return problemOf(schema.status());

  std::string body;
  JsonWriter json(body);
  json.beginObject();
  writeMembers(json, *schema);
  if (*diffTo != 0) {
    const Result<SchemaInfo> other = find(call, *diffTo);
    if (!other.ok()) return problemOf(other.status());
    writeDiff(json, *diffTo, diffSchemas(schema->definition, other->definition));
  }
  json.endObject();
  return jsonResponse(std::move(body));
}

}  // namespace xray::server
