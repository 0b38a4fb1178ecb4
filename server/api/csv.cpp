#include "server/api/csv.h"

#include "xray/json.h"

namespace xray::server {
namespace {

void appendCell(std::string& out, std::string_view text) {
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

}  // namespace

void appendCsvHeader(std::string& out, std::string_view object) {
  bool first = true;
  for (JsonCursor cursor(object); cursor.next(); first = false) {
    if (!first) out += ',';
    appendCell(out, cursor.key());
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
      appendCell(out, value.string());
    } else {
      appendCell(out, value.text);
    }
  }
  out += "\r\n";
}

}  // namespace xray::server
