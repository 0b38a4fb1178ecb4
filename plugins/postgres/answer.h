#pragma once
// What the server answered to one statement.

#include <libpq-fe.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "xray/sql/row.h"

namespace xray::postgres {

/// The rows of a statement, all in memory, in binary form. Immutable; one thread at a time.
class Answer {
 public:
  Answer() = default;
  explicit Answer(PGresult* result) : result_(result) {}

  int rows() const { return PQntuples(result_.get()); }
  ExecStatusType status() const { return PQresultStatus(result_.get()); }
  /// Five characters; empty unless it is a failure.
  std::string_view sqlState() const;
  /// The server's own sentence, without the values that it may show besides.
  std::string message() const;

  PGresult* handle() const { return result_.get(); }

 private:
  struct Clear {
    void operator()(PGresult* result) const { PQclear(result); }
  };
  std::unique_ptr<PGresult, Clear> result_;
};

/// One of its rows. The answer outlives it.
class AnswerRow final : public sql::Row {
 public:
  AnswerRow(const Answer& answer, int row) : result_(answer.handle()), row_(row) {}

  bool isNull(int column) const override { return PQgetisnull(result_, row_, column) != 0; }
  /// Also of booleans: 0 or 1.
  std::int64_t integer(int column) const override;
  double number(int column) const override;
  std::string text(int column) const override;
  Id id(int column) const override;
  Timestamp time(int column) const override;
  bool boolean(int column) const { return integer(column) != 0; }

 private:
  std::string_view bytes(int column) const;

  const PGresult* result_;
  int row_;
};

}  // namespace xray::postgres
