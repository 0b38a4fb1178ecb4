#pragma once
// SQL functions over JSON texts, with the rules of the filter language (query.md section 1). SQLite's own json_extract
// compares the characters of member names with escapes not undone, cannot address names that hold a quote, and keeps
// integers apart from doubles.
//
//   xray_number(json, pointer)             the value as REAL, or null when there is none or it is no number
//   xray_text, xray_boolean(json, pointer) the same for strings and truth values (1, 0)
//   xray_present(json, pointer)            1 when there is a value that is not null, else 0
//   xray_has_text, xray_has_number, xray_has_boolean(json, pointer, literal)
//                                          the language's `:`
//
// `json` is a text that checkJson passed, or null. Pointers are those of RFC 6901, but walk objects only. All are
// deterministic, so indexes may use them.

struct sqlite3;

namespace xray::sqlite {

/// Returns SQLite's result code.
int registerJsonFunctions(sqlite3* handle);

}  // namespace xray::sqlite
