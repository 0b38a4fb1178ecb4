#pragma once
// The plugin's options and what they mean.

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "xray/options.h"
#include "xray/plugin.h"
#include "xray/status.h"

namespace xray::postgres {

/// What a connection string says, as libpq's keywords and values. Holds the password: never printed.
using Dsn = std::vector<std::pair<std::string, std::string>>;

struct Settings {
  Dsn dsn;
  std::string schema = "xray";
  std::size_t writers = 2;
  std::size_t readConnections = 4;
  std::chrono::seconds connectTimeout{5};
  StoreAccess access = StoreAccess::ReadWrite;      // not an option: what the store is made for
  std::chrono::milliseconds appendTimeout{30'000};  // of each statement of an append, waits for locks included
};

/// The option table.
std::span<const OptionSpec> optionTable();

/// The options, checked together.
///   InvalidArgument  the dsn is no connection string, the schema no plain name; no part of the dsn is shown
Result<Settings> readSettings(const Options& options);

/// Keywords (`host=… dbname=…`) or a `postgresql://` URI.
Result<Dsn> parseDsn(const std::string& text);

}  // namespace xray::postgres
