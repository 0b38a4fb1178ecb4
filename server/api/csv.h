#pragma once
// JSON objects as rows of CSV (RFC 4180).

#include <string>
#include <string_view>

namespace xray::server {

/// Appends a text as one cell; the empty text is "".
void appendCsvCell(std::string& out, std::string_view text);

/// Appends the member names of an object as a header row.
void appendCsvHeader(std::string& out, std::string_view object);

/// Appends the values of an object's members, in their order, as a row: texts as they are, null as an empty cell (an
/// empty text is ""), numbers, booleans, objects and arrays as JSON. Nothing is changed or left out, so a text that
/// begins with
/// "=" still does: a spreadsheet must be told to take cells as text.
void appendCsvRow(std::string& out, std::string_view object);

}  // namespace xray::server
