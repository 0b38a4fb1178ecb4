#include "postgres_session.h"

#include <Poco/Data/Connector.h>
#include <Poco/Data/DataException.h>
#include <Poco/Data/SessionFactory.h>

namespace xray::postgres {
namespace {

// Not "postgresql": that is Poco's own.
const std::string kConnector = "xray-postgres";

// A transaction that is left open is undone on the way back to the pool; it is cheaper to lose the connection than to
// wait for longer.
constexpr std::chrono::seconds kCommandTime{2};

class Connector final : public Poco::Data::Connector {
 public:
  const std::string& name() const override { return kConnector; }
  Poco::AutoPtr<Poco::Data::SessionImpl> createSession(const std::string& connectionString, std::size_t) override {
    return new PostgresSession(connectionString);
  }
};

}  // namespace

const std::string& PostgresSession::connector() {
  static const bool registered = (Poco::Data::SessionFactory::instance().add(new Connector), true);
  (void)registered;
  return kConnector;
}

PostgresSession& PostgresSession::of(const Poco::Data::Session& session) {
  return *Poco::AnyCast<PostgresSession*>(session.getProperty("handle"));
}

PostgresSession::PostgresSession(const std::string& connectionString) : AbstractSessionImpl(connectionString) {
  // Pools wrap sessions; this property, which Poco has for the database's own handle, leads through.
  setProperty("handle", this);
}

void PostgresSession::configure(const ConnectionOptions& options) {
  options_ = options;
  setLoginTimeout(static_cast<std::size_t>(options.connectTimeout.count()));
}

Status PostgresSession::connect() {
  connection_.reset();
  Result<std::unique_ptr<Connection>> made = Connection::open(options_);
  if (made) connection_ = std::move(*made);
  return made.status();
}

bool PostgresSession::isConnected() const {
  return connection_ && !connection_->broken() && PQstatus(connection_->handle()) == CONNECTION_OK;
}

bool PostgresSession::isGood() const {
  return isConnected() && PQtransactionStatus(connection_->handle()) == PQTRANS_IDLE &&
         PQpipelineStatus(connection_->handle()) == PQ_PIPELINE_OFF;
}

bool PostgresSession::isTransaction() const {
  return isConnected() && PQtransactionStatus(connection_->handle()) != PQTRANS_IDLE;
}

void PostgresSession::open(const std::string&) {
  if (Status status = connect(); !status.ok()) throw Poco::Data::ConnectionFailedException(status.message());
}

void PostgresSession::command(const char* text) {
  if (!connection_) throw Poco::Data::NotConnectedException(kConnector);
  const Status status = connection_->execute(text, std::chrono::steady_clock::now() + kCommandTime);
  if (!status.ok()) throw Poco::Data::ExecutionException(status.message());
}

Poco::SharedPtr<Poco::Data::StatementImpl> PostgresSession::createStatementImpl() {
  throw Poco::NotImplementedException("statements run on the session's connection: PostgresSession::connection()");
}

void PostgresSession::setConnectionTimeout(std::size_t) {
  throw Poco::NotImplementedException("each call on the connection has a deadline of its own");
}

void PostgresSession::setTransactionIsolation(Poco::UInt32) {
  throw Poco::NotImplementedException("transactions have the isolation that the database gives them");
}

}  // namespace xray::postgres
