#include "settings.h"

#include <libpq-fe.h>

#include <algorithm>
#include <memory>
#include <string_view>

#include "xray/text.h"

namespace xray::postgres {
namespace {

constexpr std::size_t kMaxNameBytes = 63;  // PostgreSQL cuts longer names off

constexpr OptionSpec kOptions[] = {
    {"dsn", OptionType::Secret, nullptr,
     "Where the database is and who asks, as libpq takes it: \"host=db user=xray dbname=xray password=…\" or "
     "postgresql://xray:…@db/xray?sslmode=verify-full. What it leaves out comes from the PG… environment variables and "
     "~/.pgpass.",
     kStorePlugin},
    {"schema", OptionType::Text, "xray",
     "The database schema that holds the tables: a-z, 0-9 and _, beginning with a letter. Made where it does not "
     "exist; "
     "several X-Rays may share a database, each with a schema of its own.",
     kStorePlugin},
    {"writers", OptionType::Integer, "2",
     "How many appends are stored at the same time, each on a connection of its own. More than the database has cores "
     "for makes it slower.",
     kStorePlugin, 1, 32},
    {"read_connections", OptionType::Integer, "4",
     "How many queries are answered at the same time; more wait for their turn.", kStorePlugin, 1, 64},
    {"connect_timeout", OptionType::Duration, "5s",
     "How long one attempt to connect may take, for each host of the dsn; whole seconds, at least 2.", kStorePlugin,
     2'000'000, 60'000'000},
    {"append_timeout", OptionType::Duration, "30s",
     "How long one statement of an append may take, waits for locks included, before the append answers that the store "
     "is unavailable. Queries have the deadline that they come with.",
     kStorePlugin, 100'000, 600'000'000},
};

struct FreeOptions {
  void operator()(PQconninfoOption* options) const { PQconninfoFree(options); }
};

bool isSchemaName(const std::string& name) {
  const auto isLower = [](char c) { return c >= 'a' && c <= 'z'; };
  const auto isPlain = [&](char c) { return isLower(c) || (c >= '0' && c <= '9') || c == '_'; };
  return !name.empty() && name.size() <= kMaxNameBytes && isLower(name.front()) &&
         std::all_of(name.begin(), name.end(), isPlain) && !name.starts_with("pg_");
}

}  // namespace

std::span<const OptionSpec> optionTable() {
  return kOptions;
}

Result<Dsn> parseDsn(const std::string& text) {
  // libpq's message quotes what it stumbled over, which may be the password.
  char* message = nullptr;
  const std::unique_ptr<PQconninfoOption, FreeOptions> parsed(PQconninfoParse(text.c_str(), &message));
  PQfreemem(message);
  if (!parsed) {
    return Status(StatusCode::InvalidArgument,
                  "\"dsn\" is no connection string: it takes keywords (host=… dbname=… user=… password='…') or a URI "
                  "(postgresql://user:password@host/dbname) in which special characters are written as %XX");
  }
  Dsn dsn;
  for (const PQconninfoOption* option = parsed.get(); option->keyword; ++option) {
    if (option->val) dsn.emplace_back(option->keyword, option->val);
  }
  for (const auto& [keyword, value] : dsn) {
    // The rest of a password that was cut at its @; connecting would show it as the name of a host.
    if (keyword == "host" && value.find('@') != std::string::npos && !value.starts_with('@')) {
      return Status(StatusCode::InvalidArgument,
                    "\"dsn\": its host holds an @; in a password within a URI it is written as %40");
    }
  }
  return dsn;
}

Result<Settings> readSettings(const Options& options) {
  Settings settings;
  Result<Dsn> dsn = parseDsn(options.text("dsn"));
  if (!dsn) return dsn.status();
  settings.dsn = std::move(*dsn);
  settings.schema = options.text("schema");
  if (!isSchemaName(settings.schema)) {
    return Status(
        StatusCode::InvalidArgument,
        "\"schema\" " + quoted(settings.schema) +
            " is no plain name: a-z, 0-9 and _, beginning with a letter, not with pg_, at most 63 characters");
  }
  settings.writers = static_cast<std::size_t>(options.integer("writers"));
  settings.readConnections = static_cast<std::size_t>(options.integer("read_connections"));
  settings.connectTimeout = std::chrono::ceil<std::chrono::seconds>(options.duration("connect_timeout"));
  settings.appendTimeout = std::chrono::ceil<std::chrono::milliseconds>(options.duration("append_timeout"));
  return settings;
}

}  // namespace xray::postgres
