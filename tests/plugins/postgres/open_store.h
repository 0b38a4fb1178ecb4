#pragma once
// A store in a schema of its own on the server that tests share.

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "database.h"
#include "postgres_store.h"
#include "support/sample_events.h"
#include "support/store_dump.h"

namespace xray::postgres::test {

using xray::test::append;
using xray::test::kEpoch;
using xray::test::readAt;
using xray::test::runEnded;
using xray::test::runId;
using xray::test::runStarted;
using xray::test::stepEnded;
using xray::test::stepId;

/// A name for a schema, database or role that nobody else has.
inline std::string uniqueName() {
  std::string name = "test_" + newId().toString().substr(9);
  std::erase(name, '-');
  return name;
}

class OpenStore : public ::testing::Test {
 protected:
  void SetUp() override {
    const std::optional<Dsn> server = sharedServer();
    if (!server) GTEST_SKIP() << kNoServer;
    settings_.schema = uniqueName();
    // So that a test finds its own backends.
    settings_.dsn = with(*server, {{"application_name", settings_.schema}});
    database_ = std::make_unique<Database>(with(*server, {{"options", "-csearch_path=" + settings_.schema}}));
    reopen();
  }

  void TearDown() override {
    store_.reset();
    if (database_) ask("DROP SCHEMA IF EXISTS " + settings_.schema + " CASCADE");
  }

  void reopen() {
    store_.reset();
    store_ = std::make_unique<PostgresStore>(settings_);
    const Status status = store_->open();
    ASSERT_TRUE(status.ok()) << status.toString();
  }

  ConnectionOptions connectionOptions(ConnectionOptions::Use use = ConnectionOptions::Use::Reader) const {
    ConnectionOptions options;
    options.dsn = settings_.dsn;
    options.schema = settings_.schema;
    options.use = use;
    return options;
  }

  std::string ask(const std::string& text) { return database_->ask(text); }

  /// " FROM …": the connections of this test's stores, as the server sees them.
  std::string backends() const { return " FROM pg_stat_activity WHERE application_name = '" + settings_.schema + "'"; }

  Settings settings_;
  std::unique_ptr<Database> database_;
  std::unique_ptr<PostgresStore> store_;
};

}  // namespace xray::postgres::test
