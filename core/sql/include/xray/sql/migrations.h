#pragma once
// Numbered, forward-only changes of a store's tables.

#include <functional>
#include <span>
#include <string_view>

#include "xray/status.h"

namespace xray::sql {

/// One step of the tables' history: `sql` brings version number - 1 to `number`. Numbers count from 1 without a gap.
struct Migration {
  int number;
  std::string_view name;
  std::string_view sql;
};

/// The database as the runner sees it. `begin` locks out other writers until `commit` or `rollback`.
class MigrationTarget {
 public:
  virtual ~MigrationTarget() = default;
  virtual Status begin() = 0;
  virtual Result<int> version() = 0;  // 0: empty
  virtual Status apply(const Migration& migration) = 0;
  virtual Status setVersion(int version) = 0;
  virtual Status commit() = 0;
  virtual void rollback() = 0;
};

/// Brings the database to the last migration, all of it in one transaction: it ends at that version or as it was. Safe
/// when two processes start at once: the second waits for the lock and finds nothing to do.
///   InvalidArgument  the database has a version above the last migration: a newer program made it
///   other            what the target said, with the migration's name
Status migrate(MigrationTarget& target, std::span<const Migration> migrations);

}  // namespace xray::sql
