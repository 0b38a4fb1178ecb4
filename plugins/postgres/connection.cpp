#include "connection.h"

#include <poll.h>

#include <algorithm>
#include <cerrno>

#include "failure.h"

namespace xray::postgres {
namespace {

constexpr int kOldestServer = 130'000;
constexpr std::chrono::seconds kSetUpTime{10};
// How much longer than the server we wait for its word that it gave a statement up.
constexpr std::chrono::seconds kGrace{2};

// A page's statement answers one row more than the page. When there are more than these, a new connection is cheaper.
constexpr int kUnwantedRows = 4;

using Clock = std::chrono::steady_clock;

/// What the dsn may set itself. Together they find out within half a minute that a host is gone without a word.
constexpr std::pair<const char*, const char*> kDefaults[] = {{"keepalives_idle", "10"},
                                                             {"keepalives_interval", "5"},
                                                             {"keepalives_count", "3"},
                                                             {"tcp_user_timeout", "30000"},
                                                             {"application_name", "xray"}};

PGconn* connect(const ConnectionOptions& options) {
  Dsn all = options.dsn;
  const auto has = [&](std::string_view name) {
    return std::any_of(all.begin(), all.end(), [&](const auto& option) { return option.first == name; });
  };
  for (const auto& [name, value] : kDefaults) {
    if (!has(name)) all.emplace_back(name, value);
  }
  if (!has("connect_timeout")) all.emplace_back("connect_timeout", std::to_string(options.connectTimeout.count()));
  all.emplace_back("client_encoding", "UTF8");
  std::vector<const char*> names;
  std::vector<const char*> values;
  for (const auto& [name, value] : all) {
    names.push_back(name.c_str());
    values.push_back(value.c_str());
  }
  names.push_back(nullptr);
  values.push_back(nullptr);
  return PQconnectdbParams(names.data(), values.data(), 0);
}

std::string sessionSettings(const ConnectionOptions& options) {
  const auto milliseconds = [](std::chrono::milliseconds time) { return std::to_string(time.count()); };
  // The schema's name is a plain one (settings.cpp).
  std::string text = "SET search_path TO \"" + options.schema + "\"; SET TimeZone TO 'UTC'; SET jit TO off";
  text += "; SET standard_conforming_strings TO on";
  text += "; SET statement_timeout TO " + milliseconds(options.statementTimeout);
  text += "; SET lock_timeout TO " + milliseconds(options.lockTimeout);
  switch (options.use) {
    case ConnectionOptions::Use::Reader:
      return text + "; SET default_transaction_read_only TO on; SET plan_cache_mode TO force_custom_plan";
    case ConnectionOptions::Use::Writer:
      // A backend of ours that vanishes in the middle of an append must not keep its locks.
      text += "; SET idle_in_transaction_session_timeout TO " + milliseconds(options.statementTimeout);
      text += "; SET plan_cache_mode TO force_generic_plan; SET enable_seqscan TO off; SET enable_hashjoin TO off";
      text += "; SET enable_mergejoin TO off";
      return text +
             "; SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = "
             "'off'";
    case ConnectionOptions::Use::Migrator:
      break;
  }
  return text;
}

}  // namespace

Call callOf(const sql::Statement& statement) {
  Call call{"", statement.text};
  for (const sql::Value& value : statement.values) call.parameters.add(value);
  return call;
}

Result<std::unique_ptr<Connection>> Connection::open(const ConnectionOptions& options) {
  std::unique_ptr<Connection> connection(new Connection(connect(options)));
  if (PQstatus(connection->handle()) != CONNECTION_OK) {
    const char* why = connection->handle() ? PQerrorMessage(connection->handle()) : "out of memory";
    return Status(StatusCode::Unavailable, "postgres: " + oneLine(why));
  }
  if (Status status = connection->setUp(options); !status.ok()) return status;
  return connection;
}

Status Connection::setUp(const ConnectionOptions& options) {
  PQsetNoticeProcessor(
      handle(), [](void*, const char*) {}, nullptr);
  if (PQserverVersion(handle()) < kOldestServer) {
    return {StatusCode::InvalidArgument, "postgres: the server has version " +
                                             std::to_string(PQserverVersion(handle()) / 10'000) +
                                             "; X-Ray needs 13 or later"};
  }
  const char* encoding = PQparameterStatus(handle(), "server_encoding");
  if (!encoding || std::string_view(encoding) != "UTF8") {
    return {StatusCode::InvalidArgument, std::string("postgres: the database is in the encoding ") +
                                             (encoding ? encoding : "of an unknown name") +
                                             "; X-Ray needs one in UTF8 (CREATE DATABASE … ENCODING 'UTF8')"};
  }
  PQsetnonblocking(handle(), 1);
  return execute(sessionSettings(options), Clock::now() + kSetUpTime);
}

Status Connection::execute(const std::string& text, Deadline deadline) {
  if (!PQsendQuery(handle(), text.c_str()) || !flush(deadline)) return lost(deadline);
  Status status;
  while (true) {
    Answer answer;
    if (!next(answer, deadline)) return lost(deadline);
    if (!answer.handle()) return status;
    if (status.ok() && !answer.sqlState().empty()) status = failed(answer);
  }
}

Result<std::vector<Call>> Connection::limited(Call call, std::string& setting, Deadline deadline) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
  if (left.count() <= 0) return Status(StatusCode::DeadlineExceeded, "the query's deadline is over");
  setting = "SET statement_timeout TO " + std::to_string(std::min<std::int64_t>(left.count(), INT32_MAX));
  std::vector<Call> calls;
  calls.push_back({"", setting});
  calls.push_back(std::move(call));
  return calls;
}

Status Connection::lateOr(const Status& failure, Deadline deadline) const {
  if (failure.code() == StatusCode::DeadlineExceeded || (broken_ && Clock::now() >= deadline)) {
    return {StatusCode::DeadlineExceeded, "the query was cancelled at its deadline"};
  }
  return failure;
}

Result<Answer> Connection::query(Call call, Deadline deadline) {
  std::string setting;
  Result<std::vector<Call>> calls = limited(std::move(call), setting, deadline);
  if (!calls) return calls.status();
  Result<std::vector<Answer>> answers = run(std::move(*calls), deadline + kGrace);
  if (answers) return std::move(answers->back());
  return lateOr(answers.status(), deadline);
}

Status Connection::stream(Call call, Deadline deadline, const std::function<bool(const Answer& row)>& take) {
  std::string setting;
  Result<std::vector<Call>> calls = limited(std::move(call), setting, deadline);
  if (!calls) return calls.status();
  std::vector<const char*> kinds;
  if (!sendAll(*calls, kinds, deadline + kGrace)) return lateOr(lost(deadline + kGrace), deadline);
  const Status status = receiveRows(deadline + kGrace, take);
  return status.ok() ? status : lateOr(status, deadline);
}

Status Connection::receiveRows(Deadline deadline, const std::function<bool(const Answer& row)>& take) {
  Answer set;
  Answer end;
  if (!next(set, deadline) || !set.handle() || !next(end, deadline)) return lost(deadline);
  Status status = set.status() == PGRES_COMMAND_OK ? Status() : failed(set);
  // To be said between the answer before and the rows.
  if (status.ok() && !PQsetSingleRowMode(handle())) return lost(deadline);
  bool wanted = true;
  int unwanted = 0;
  while (true) {
    Answer answer;
    if (!next(answer, deadline)) return lost(deadline);
    if (!answer.handle()) break;
    if (answer.status() == PGRES_SINGLE_TUPLE) {
      wanted = wanted && take(answer);
      if (wanted || ++unwanted <= kUnwantedRows) continue;
      broken_ = true;
      return {};
    }
    if (answer.status() != PGRES_TUPLES_OK && status.ok()) status = failed(answer);
  }
  Answer sync;
  if (!next(sync, deadline) || sync.status() != PGRES_PIPELINE_SYNC || !PQexitPipelineMode(handle())) {
    return status.ok() ? lost(deadline) : status;
  }
  return status;
}

bool Connection::send(Call& call, std::vector<const char*>& kinds) {
  if (*call.name && !prepared_.contains(call.name)) {
    if (!PQsendPrepare(handle(), call.name, std::string(call.text).c_str(), call.parameters.count(),
                       call.parameters.types())) {
      return false;
    }
    kinds.push_back(call.name);
  }
  kinds.push_back(nullptr);
  call.parameters.view();
  const Parameters& parameters = call.parameters;
  if (*call.name) {
    return PQsendQueryPrepared(handle(), call.name, parameters.count(), parameters.values(), parameters.lengths(),
                               parameters.formats(), 1);
  }
  return PQsendQueryParams(handle(), std::string(call.text).c_str(), parameters.count(), parameters.types(),
                           parameters.values(), parameters.lengths(), parameters.formats(), 1);
}

Result<std::vector<Answer>> Connection::run(std::vector<Call> calls, Deadline deadline) {
  std::vector<const char*> kinds;  // of the results to come: the name that was prepared, or null for a call
  if (!sendAll(calls, kinds, deadline)) return lost(deadline);
  return receive(kinds, deadline);
}

bool Connection::sendAll(std::vector<Call>& calls, std::vector<const char*>& kinds, Deadline deadline) {
  if (!PQenterPipelineMode(handle())) return false;
  for (Call& call : calls) {
    if (!send(call, kinds)) return false;
  }
  return PQpipelineSync(handle()) && flush(deadline);
}

Result<std::vector<Answer>> Connection::receive(std::span<const char* const> kinds, Deadline deadline) {
  std::vector<Answer> answers;
  Status status;
  for (const char* prepared : kinds) {
    Answer answer;
    Answer end;
    if (!next(answer, deadline) || !answer.handle()) return lost(deadline);
    if (!next(end, deadline)) return lost(deadline);
    const ExecStatusType kind = answer.status();
    const bool done = kind == PGRES_COMMAND_OK || kind == PGRES_TUPLES_OK;
    if (done && prepared) prepared_.insert(prepared);
    if (!done && status.ok()) status = failed(answer);
    if (!prepared) answers.push_back(std::move(answer));
  }
  Answer sync;
  if (!next(sync, deadline) || sync.status() != PGRES_PIPELINE_SYNC || !PQexitPipelineMode(handle())) {
    return status.ok() ? lost(deadline) : status;
  }
  if (!status.ok()) return status;
  return answers;
}

Status Connection::copy(const std::string& text, const std::function<void(std::string&)>& fill, Deadline deadline) {
  if (!PQsendQuery(handle(), text.c_str()) || !flush(deadline)) return lost(deadline);
  Answer begun;
  if (!next(begun, deadline) || !begun.handle()) return lost(deadline);
  if (begun.status() != PGRES_COPY_IN) {
    Status status = failed(begun);
    return drain(deadline) ? status : lost(deadline);
  }
  std::string piece;
  for (fill(piece); !piece.empty(); piece.clear(), fill(piece)) {
    if (PQputCopyData(handle(), piece.data(), static_cast<int>(piece.size())) != 1 || !flush(deadline)) {
      return lost(deadline);
    }
  }
  if (PQputCopyEnd(handle(), nullptr) != 1 || !flush(deadline)) return lost(deadline);
  Answer done;
  if (!next(done, deadline) || !done.handle()) return lost(deadline);
  Status status = done.status() == PGRES_COMMAND_OK ? Status() : failed(done);
  return drain(deadline) ? status : lost(deadline);
}

bool Connection::stillThere() {
  if (broken_ || PQstatus(handle()) != CONNECTION_OK) return false;
  pollfd socket{PQsocket(handle()), POLLIN, 0};
  // What comes unasked is a notice, or the reason why the server hangs up and then its end.
  while (::poll(&socket, 1, 0) > 0) {
    if (!PQconsumeInput(handle()) || PQstatus(handle()) != CONNECTION_OK) return false;
  }
  return true;
}

bool Connection::wait(short events, Deadline deadline) {
  while (true) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
    if (left.count() <= 0) return false;
    pollfd socket{PQsocket(handle()), events, 0};
    const int ready = ::poll(&socket, 1, static_cast<int>(std::min<std::int64_t>(left.count(), INT32_MAX)));
    if (ready > 0) return true;
    if (ready < 0 && errno != EINTR) return false;
  }
}

bool Connection::flush(Deadline deadline) {
  while (true) {
    const int left = PQflush(handle());
    if (left <= 0) return left == 0;
    // The server may be unable to read on before we have read what it says.
    if (!wait(POLLIN | POLLOUT, deadline) || !PQconsumeInput(handle())) return false;
  }
}

bool Connection::next(Answer& answer, Deadline deadline) {
  while (PQisBusy(handle())) {
    if (!wait(POLLIN, deadline)) return false;
    // At the end of the connection there may be a last message to be read, so that is no reason to stop yet.
    if (!PQconsumeInput(handle()) && PQisBusy(handle())) return false;
  }
  answer = Answer(PQgetResult(handle()));
  return true;
}

bool Connection::drain(Deadline deadline) {
  for (Answer rest;;) {
    if (!next(rest, deadline)) return false;
    if (!rest.handle()) return true;
  }
}

Status Connection::lost(Deadline deadline) {
  broken_ = true;
  const bool up = PQstatus(handle()) == CONNECTION_OK;
  const std::string why = oneLine(PQerrorMessage(handle()));
  lastState_ = kConnectionLost;
  if (up && Clock::now() >= deadline) {
    return {StatusCode::Unavailable, "postgres: the database did not answer in time"};
  }
  return {StatusCode::Unavailable, "postgres: the connection is lost" + (why.empty() ? "" : ": " + why)};
}

Status Connection::failed(const Answer& answer) {
  lastState_ = answer.sqlState();
  if (lastState_.empty() && PQstatus(handle()) != CONNECTION_OK) lastState_ = kConnectionLost;
  if (isLost(lastState_)) broken_ = true;
  lastMessage_ = answer.message();
  std::string message = "postgres: " + lastMessage_;
  if (lastState_.starts_with("53100")) message += " (the disk of the database is full)";
  return {codeOf(lastState_), std::move(message)};
}

}  // namespace xray::postgres
