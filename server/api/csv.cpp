#include "server/api/csv.h"

#include "xray/json.h"

namespace xray::server {

void appendCsvCell(std::string& out, std::string_view text) {
  if (!text.empty() && text.find_first_of("\",\r\n") == std::string_view::npos) {
    out += text;
    return;
  }
  out += '"';
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  out += '"';
}

void appendCsvHeader(std::string& out, std::string_view object) {
  bool first = true;
  for (JsonCursor cursor(object); cursor.next(); first = false) {
    if (!first) out += ',';
    appendCsvCell(out, cursor.key());
  }
  out += "\r\n";
}

void appendCsvRow(std::string& out, std::string_view object) {
  bool first = true;
  for (JsonCursor cursor(object); cursor.next(); first = false) {
    if (!first) out += ',';
    const JsonValue& value = cursor.value();
    if (value.type == JsonType::Null) continue;
    if (value.type == JsonType::String) {
      appendCsvCell(out, value.string());
    } else {
      appendCsvCell(out, value.text);
    }
  }
  out += "\r\n";
}

}  // namespace xray::server
