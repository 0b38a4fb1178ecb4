#pragma once
// A database beside the store: asked by tests directly.

#include <libpq-fe.h>

#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "settings.h"

namespace xray::postgres::test {

inline constexpr const char* kNoServer =
    "XRAY_TEST_PG_DSN is not set: run this through scripts/with-postgres, which starts a server";

/// The server that tests share, as its superuser.
inline std::optional<Dsn> sharedServer() {
  const char* text = std::getenv("XRAY_TEST_PG_DSN");
  if (!text || !*text) return std::nullopt;
  Result<Dsn> dsn = parseDsn(text);
  return dsn ? std::optional(std::move(*dsn)) : std::nullopt;
}

/// The same place but for these.
inline Dsn with(Dsn dsn, const Dsn& changes) {
  for (const auto& change : changes) {
    std::erase_if(dsn, [&](const auto& option) { return option.first == change.first; });
    dsn.push_back(change);
  }
  return dsn;
}

/// A connection of the test's own. One thread at a time.
class Database {
 public:
  explicit Database(const Dsn& dsn) {
    std::vector<const char*> names;
    std::vector<const char*> values;
    for (const auto& [name, value] : dsn) {
      names.push_back(name.c_str());
      values.push_back(value.c_str());
    }
    names.push_back(nullptr);
    values.push_back(nullptr);
    handle_.reset(PQconnectdbParams(names.data(), values.data(), 0));
    PQsetNoticeProcessor(
        handle_.get(), [](void*, const char*) {}, nullptr);
  }

  /// The first column of every row of the last statement, a row a line; "none" without a row, else the failure.
  std::string ask(const std::string& text) {
    const std::unique_ptr<PGresult, decltype(&PQclear)> result(PQexec(handle_.get(), text.c_str()), &PQclear);
    const ExecStatusType status = PQresultStatus(result.get());
    if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) return PQerrorMessage(handle_.get());
    std::string answer;
    for (int row = 0; row < PQntuples(result.get()); ++row) {
      answer += (row == 0 ? "" : "\n") + std::string(PQgetvalue(result.get(), row, 0));
    }
    return PQntuples(result.get()) == 0 ? "none" : answer;
  }

 private:
  std::unique_ptr<PGconn, decltype(&PQfinish)> handle_{nullptr, &PQfinish};
};

}  // namespace xray::postgres::test
