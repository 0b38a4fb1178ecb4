// The functions of the sqlite store for the program sqlite3 (.load), so that SQL by hand can use the store's indexes
// over keys of payloads, and has no slower JSON and percentiles than the product.

#include <sqlite3.h>

#include "plugins/sqlite/json_functions.h"
#include "plugins/sqlite/sample_functions.h"

// SQLite looks for this name.
extern "C" __attribute__((visibility("default"))) int sqlite3_extension_init(sqlite3* handle, char**, const void*) {
  const int code = xray::sqlite::registerJsonFunctions(handle);
  return code == SQLITE_OK ? xray::sqlite::registerSampleFunctions(handle) : code;
}
