#include "cli/csv.h"

#include "server/api/csv.h"
#include "xray/json.h"

namespace xray::cli {
std::string Csv::head() const {
  return lineOf(columns_);
}

std::string Csv::line(std::string_view row) const {
  std::string out;
  for (const std::string& column : columns_) {
    if (&column != &columns_.front()) out += ',';
    const std::optional<JsonValue> value = findJsonMember(row, column);
    if (!value || value->type == JsonType::Null) continue;
    if (value->type == JsonType::String) {
      server::appendCsvCell(out, value->string());
    } else {
      server::appendCsvCell(out, value->text);
    }
  }
  return out += "\r\n";
}

std::string Csv::lineOf(const std::vector<std::string>& values) {
  std::string out;
  for (const std::string& value : values) {
    if (&value != &values.front()) out += ',';
    server::appendCsvCell(out, value);
  }
  return out += "\r\n";
}

Csv runsCsv() {
  return Csv({"run_id", "parent_run_id", "pipeline", "status", "started_at", "ended_at", "last_activity_at",
              "duration_ms", "schema", "error", "metadata", "step_count", "error_count", "missing_steps",
              "violation_count", "lost"});
}

Csv stepsCsv() {
  return Csv({"step_id", "run_id", "parent_step_id", "seq", "name", "step_type", "status", "started_at", "ended_at",
              "duration_ms", "error", "schema_checked", "violations", "input_data", "output_data", "reasoning"});
}

void writeCsv(std::ostream& out, const Terminal& terminal, std::string_view line) {
  if (!terminal.interactive) {
    out << line;
    return;
  }
  out << harmless(line.substr(0, line.rfind("\r\n"))) << '\n';
}

void writeCsv(std::ostream& out, const Terminal& terminal, const Listing& listing, const Csv& csv) {
  writeCsv(out, terminal, csv.head());
  for (const std::string& row : listing.rows) writeCsv(out, terminal, csv.line(row));
}

}  // namespace xray::cli
