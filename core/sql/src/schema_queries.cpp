#include "xray/sql/schema_queries.h"

#include "xray/json.h"
#include "xray/sql/dialect.h"

namespace xray::sql {
namespace {

// readSchema knows this order. A row without definition only keeps the place of a version that runs refer to.
constexpr std::string_view kSelectSchemas =
    "SELECT d.name, d.version, d.definition, d.registered_at,"
    " (SELECT COUNT(*) FROM runs r WHERE r.schema_name = d.name AND r.schema_version = d.version)"
    " FROM schemas d WHERE d.definition IS NOT NULL";

RejectCode rejectCodeOf(std::string_view text) {
  for (const RejectCode code : {RejectCode::InvalidJson, RejectCode::InvalidEvent, RejectCode::TooLarge,
                                RejectCode::TooDeep, RejectCode::SchemaViolation}) {
    if (text == toString(code)) return code;
  }
  return RejectCode::StoreRefused;
}

}  // namespace

Statement selectSchemas(const Dialect& dialect, std::string_view name) {
  StatementBuilder statement(dialect);
  statement << kSelectSchemas;
  if (!name.empty()) statement << " AND d.name = " << statement.bind(std::string(name));
  statement << " ORDER BY d.name, d.version";
  return statement.take();
}

Statement selectSchema(const Dialect& dialect, const SchemaRefView& ref) {
  StatementBuilder statement(dialect);
  const std::string name = statement.bind(std::string(ref.name));
  const std::string version = statement.bind(ref.version);
  statement << kSelectSchemas << " AND d.name = " << name << " AND d.version = " << version;
  return statement.take();
}

SchemaInfo readSchema(const Row& row) {
  // As it was registered: jsonb has an order of its own.
  return {{row.text(0), row.integer(1)}, canonicalJson(row.text(2)), row.time(3), row.integer(4)};
}

Statement selectRunSchema(const Dialect& dialect, const Id& runId) {
  StatementBuilder statement(dialect);
  const std::string run = statement.bind(runId);
  statement << "SELECT r.has_started, r.schema_name, r.schema_version FROM runs r WHERE r.run_id = " << run;
  return statement.take();
}

RunSchema readRunSchema(const Row& row) {
  RunSchema known{row.integer(0) != 0, std::nullopt};
  if (!row.isNull(1)) known.schema = SchemaRef{row.text(1), row.integer(2)};
  return known;
}

Statement selectRejections(const Dialect& dialect, std::size_t pageSize, std::optional<std::int64_t> before) {
  StatementBuilder statement(dialect);
  statement << "SELECT id, received_at, code, detail, raw FROM rejections";
  if (before) statement << " WHERE id < " << statement.bind(*before);
  statement << " ORDER BY id DESC LIMIT " << statement.bind(static_cast<std::int64_t>(pageSize) + 1);
  return statement.take();
}

StoredRejection readRejection(const Row& row) {
  return {row.integer(0), row.time(1), rejectCodeOf(row.text(2)), row.text(3), row.text(4)};
}

}  // namespace xray::sql
