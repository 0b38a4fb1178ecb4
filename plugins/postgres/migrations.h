#pragma once
// The history of the tables, from migrations/*.sql.

#include "xray/sql/migrations.h"

namespace xray::postgres {

std::span<const sql::Migration> migrations();

}  // namespace xray::postgres
