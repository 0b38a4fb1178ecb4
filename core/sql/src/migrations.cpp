#include "xray/sql/migrations.h"

#include <string>

namespace xray::sql {
namespace {

Status applyMissing(MigrationTarget& target, std::span<const Migration> migrations) {
  const Result<int> version = target.version();
  if (!version) return version.status();
  const int newest = static_cast<int>(migrations.size());
  if (*version > newest) {
    return {StatusCode::InvalidArgument, "its tables have version " + std::to_string(*version) +
                                             ", this program knows versions up to " + std::to_string(newest) +
                                             "; it was made by a newer X-Ray"};
  }
  if (*version == newest) return {};
  for (const Migration& migration : migrations.subspan(static_cast<std::size_t>(*version))) {
    if (Status status = target.apply(migration); !status.ok()) {
      return {status.code(), "migration " + std::string(migration.name) + ": " + status.message()};
    }
  }
  return target.setVersion(newest);
}

}  // namespace

Status migrate(MigrationTarget& target, std::span<const Migration> migrations) {
  if (Status status = target.begin(); !status.ok()) return status;
  Status status = applyMissing(target, migrations);
  if (status.ok()) status = target.commit();
  if (!status.ok()) target.rollback();
  return status;
}

}  // namespace xray::sql
