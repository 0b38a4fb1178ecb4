#pragma once
// A session of Poco::Data on a connection of ours.

#include <Poco/Data/AbstractSessionImpl.h>
#include <Poco/Data/Session.h>

#include <memory>
#include <string>

#include "connection.h"

namespace xray::postgres {

/// What Poco::Data pools: a Connection behind Poco's interface. It begins without one, because a pool makes its
/// sessions under its lock, where nobody may wait for a network; whoever is given a session connects it.
///
/// Statements run on the connection, as those of sqlite on SQLite's handle (plugins/sqlite/connection.h), for the same
/// reasons, and because Poco's know no COPY, no pipelines and no deadlines.
///
/// One thread at a time.
class PostgresSession final : public Poco::Data::AbstractSessionImpl<PostgresSession> {
 public:
  /// The name of the connector that makes such sessions. The first call registers it with Poco; it stays, for plugins
  /// are never unloaded.
  static const std::string& connector();

  /// Ours inside of the one that a pool hands out. Borrowed: valid as long as `session`.
  static PostgresSession& of(const Poco::Data::Session& session);

  explicit PostgresSession(const std::string& connectionString);

  /// Where connect() goes; until then where libpq goes by itself. Not in Poco's connection string, which is shown.
  void configure(const ConnectionOptions& options);
  /// Connection::open, in place of a connection that there may be.
  Status connect();
  /// Only when connect() was Ok.
  Connection& connection() { return *connection_; }

  /// Up, and the server has not hung up since it was last used (Connection::stillThere).
  bool stillThere() const { return connection_ && connection_->stillThere(); }

  /// Up when it was last used.
  bool isConnected() const override;
  /// That, and between two transactions. Looks at our side alone: the pool asks each idle session of this for each
  /// lease.
  bool isGood() const override;
  /// connect(), or ConnectionFailedException.
  void open(const std::string& connectionString = "") override;
  void close() override { connection_.reset(); }
  /// Nothing to do: statements leave nothing behind in a session.
  void reset() override {}

  bool canTransact() const override { return true; }
  bool isTransaction() const override;
  void begin() override { command("BEGIN"); }
  void commit() override { command("COMMIT"); }
  void rollback() override { command("ROLLBACK"); }

  const std::string& connectorName() const override { return connector(); }

  // Not offered: Poco's statements (above), time-outs for all of them (each call has a deadline), isolation levels
  // (nothing here asks for one). Asking for these throws NotImplementedException or is answered by "none".
  Poco::SharedPtr<Poco::Data::StatementImpl> createStatementImpl() override;
  void setConnectionTimeout(std::size_t seconds) override;
  std::size_t getConnectionTimeout() const override { return CONNECTION_TIMEOUT_INFINITE; }
  void setTransactionIsolation(Poco::UInt32 level) override;
  Poco::UInt32 getTransactionIsolation() const override { return 0; }
  bool hasTransactionIsolation(Poco::UInt32) const override { return false; }
  bool isTransactionIsolation(Poco::UInt32) const override { return false; }

 private:
  void command(const char* text);

  ConnectionOptions options_;
  std::unique_ptr<Connection> connection_;  // none: not connected
};

}  // namespace xray::postgres
