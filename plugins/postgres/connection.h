#pragma once
// One connection to the database.

#include <libpq-fe.h>

#include <chrono>
#include <functional>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "answer.h"
#include "parameters.h"
#include "settings.h"
#include "xray/sql/statement.h"
#include "xray/status.h"

namespace xray::postgres {

struct ConnectionOptions {
  Dsn dsn;
  std::string schema;
  std::chrono::seconds connectTimeout{5};
  /// Reader: questions alone, each planned for its values. Writer: by key alone, so plans are made once and never look
  /// at whole tables; commits are durable. Migrator: neither.
  enum class Use { Reader, Writer, Migrator } use = Use::Reader;
  /// How long the server works on one statement; 0: no limit. Readers: see query().
  std::chrono::milliseconds statementTimeout{0};
  std::chrono::milliseconds lockTimeout{0};
};

/// One of several statements that go to the server together. With a name it is planned once in the life of the
/// connection; the text belongs to the name.
struct Call {
  const char* name;  // "" for none
  std::string_view text;
  Parameters parameters{};
};
/// The call borrows the text.
Call callOf(const sql::Statement& statement);

/// Speaks libpq, in binary and without ever blocking for longer than a deadline. Poco::Data pools connections as
/// sessions of ours (postgres_session.h), not of its own for PostgreSQL: those lose some 14 KiB with each attempt to
/// connect that fails and each connection that is lost (SessionHandle frees only connections that are up), cut
/// connection strings at spaces and do not take URIs.
///
/// One thread at a time. After a failure lastState() is its SQLSTATE; when broken() the object is of no more use.
class Connection {
 public:
  /// Connects (see ConnectionOptions::connectTimeout) and sets the session up.
  ///   Unavailable      nobody answers, or the server refuses: the message is the server's
  ///   InvalidArgument  a server before version 13, a database that is not in UTF-8
  static Result<std::unique_ptr<Connection>> open(const ConnectionOptions& options);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Runs statements without values and results.
  Status execute(const std::string& text, Deadline deadline);

  /// One statement, which the server gives up at the deadline.
  ///   DeadlineExceeded  it was over
  Result<Answer> query(Call call, Deadline deadline);

  /// One statement whose rows are taken one after the other as they come, so that one is in memory at a time. Once
  /// `take` says that it has enough (false) only few more are waited for: the connection is given up then (broken()),
  /// by which the server stops.
  ///   DeadlineExceeded  it was over
  Status stream(Call call, Deadline deadline, const std::function<bool(const Answer& row)>& take);

  /// Sends all calls in one go; the answers, in their order. After the first that fails the others are not run. Outside
  /// of BEGIN and COMMIT they are one transaction.
  Result<std::vector<Answer>> run(std::vector<Call> calls, Deadline deadline);

  /// COPY … FROM STDIN. `fill` appends the next piece to an empty string and leaves it empty at the end.
  Status copy(const std::string& text, const std::function<void(std::string&)>& fill, Deadline deadline);

  /// False when the server has closed the connection while nobody looked. Does not ask it.
  bool stillThere();

  const std::string& lastState() const { return lastState_; }
  /// The server's sentence alone.
  const std::string& lastMessage() const { return lastMessage_; }
  bool broken() const { return broken_; }
  PGconn* handle() const { return handle_.get(); }

 private:
  struct Finish {
    void operator()(PGconn* handle) const { PQfinish(handle); }
  };
  explicit Connection(PGconn* handle) : handle_(handle) {}

  Status setUp(const ConnectionOptions& options);
  /// The call behind the setting that makes the server give it up at the deadline.
  ///   DeadlineExceeded  it is over
  static Result<std::vector<Call>> limited(Call call, std::string& setting, Deadline deadline);
  /// What a failure of such a call is.
  Status lateOr(const Status& failure, Deadline deadline) const;
  bool sendAll(std::vector<Call>& calls, std::vector<const char*>& kinds, Deadline deadline);
  bool send(Call& call, std::vector<const char*>& kinds);
  Status receiveRows(Deadline deadline, const std::function<bool(const Answer& row)>& take);
  Result<std::vector<Answer>> receive(std::span<const char* const> prepared, Deadline deadline);

  // Each is false when the connection is lost or the deadline over, which fails() tells apart.
  bool wait(short events, Deadline deadline);
  bool flush(Deadline deadline);
  bool next(Answer& answer, Deadline deadline);
  bool drain(Deadline deadline);

  Status lost(Deadline deadline);
  Status failed(const Answer& answer);

  std::unique_ptr<PGconn, Finish> handle_;
  std::set<std::string, std::less<>> prepared_;
  std::string lastState_;
  std::string lastMessage_;
  bool broken_ = false;
};

}  // namespace xray::postgres
