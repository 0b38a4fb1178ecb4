// SQL texts, and the values in them, without a server.

#include "postgres_dialect.h"

#include "answer.h"
#include "binary_buffer.h"
#include "failure.h"
#include "support/vocabulary.h"
#include "xray/filter.h"
#include "xray/sql/filter_sql.h"

namespace xray::postgres::test {
namespace {

using xray::test::kEpoch;

sql::Statement lower(Entity entity, const std::string& text) {
  const auto filter = parseFilter(text, entity, kEpoch);
  EXPECT_TRUE(filter.ok()) << filter.status().toString();
  sql::StatementBuilder builder(dialect());
  builder << sql::lowerFilter(*filter->root, ReadContext{kEpoch, std::chrono::minutes(15), {}}, builder);
  return builder.take();
}

TEST(PostgresDialect, JsonIsReadByItsOwnOperators_ByType) {
  EXPECT_EQ(lower(Entity::Step, "reasoning.score > 90").text,
            "(CASE WHEN jsonb_typeof(s.reasoning -> $1::text) = 'number' THEN (s.reasoning -> $1::text)::float8 END) > "
            "$2::float8");
  EXPECT_EQ(
      lower(Entity::Step, "reasoning.a.b = true").text,
      "(CASE WHEN jsonb_typeof((s.reasoning -> $1::text) -> $2::text) = 'boolean' THEN ((s.reasoning -> $1::text) "
      "-> $2::text)::boolean END) = $3::boolean");
  EXPECT_EQ(lower(Entity::Run, "metadata.m:*").text, "jsonb_typeof(r.metadata -> $1::text) <> 'null'");
}

TEST(PostgresDialect, ShortTexts_AreComparedWithWhatAnIndexHolds) {
  const std::string whole =
      "(CASE WHEN jsonb_typeof(s.reasoning -> $1::text) = 'string' THEN s.reasoning ->> $1::text END COLLATE \"C\")";
  EXPECT_EQ(lower(Entity::Step, "reasoning.x = high").text, "left(" + whole + ", 128) = $2::text");
  EXPECT_EQ(lower(Entity::Step, "reasoning.x = " + std::string(127, 'x')).text, "left(" + whole + ", 128) = $2::text");
  EXPECT_EQ(lower(Entity::Step, "reasoning.x = " + std::string(128, 'x')).text, whole + " = $2::text");
}

TEST(PostgresDialect, NoCharacterOfTheQuestion_ReachesTheText) {
  for (const char* filter :
       {"pipeline = zq7z", "pipeline:zq7z", "metadata.zq7z = zq7z", "metadata.zq7z:zq7z", "metadata.zq7z:*",
        "metadata.zq7z:5", "NOT metadata.a.zq7z.b > \"zq7z\"", "steps:(reasoning.zq7z = true OR name = zq7z)"}) {
    EXPECT_EQ(lower(Entity::Run, filter).text.find("zq7z"), std::string::npos) << filter;
  }
}

TEST(PostgresTimes, GoThereAndBack_AndStayInOrderBeyondTheirRange) {
  for (const char* text : {"0001-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "1999-12-31T23:59:59.999999Z",
                           "2026-11-22T16:00:00.123456Z", "9999-12-31T23:59:59.999999Z"}) {
    const Timestamp time = *parseTimestamp(text);
    EXPECT_EQ(fromPostgresTime(toPostgresTime(time)), time) << text;
  }
  EXPECT_EQ(toPostgresTime(*parseTimestamp("2000-01-01T00:00:00.000001Z")), 1);
  EXPECT_EQ(toPostgresTime(Timestamp::min()), INT64_MIN);
  EXPECT_LT(toPostgresTime(Timestamp::min()), toPostgresTime(*parseTimestamp("0001-01-01T00:00:00Z")));
  EXPECT_GT(toPostgresTime(Timestamp::max()), toPostgresTime(*parseTimestamp("9999-12-31T23:59:59Z")));
}

TEST(PostgresFailures, EachState_HasItsCode) {
  const std::pair<const char*, StatusCode> cases[] = {
      {"08006", StatusCode::Unavailable},       // the connection is lost
      {"57P01", StatusCode::Unavailable},       // pg_terminate_backend, shutdown
      {"53100", StatusCode::Unavailable},       // disk full
      {"53300", StatusCode::Unavailable},       // too many connections
      {"40P01", StatusCode::Unavailable},       // deadlock
      {"55P03", StatusCode::Unavailable},       // a lock that was not had in time
      {"25006", StatusCode::Unavailable},       // a standby
      {"57014", StatusCode::DeadlineExceeded},  // statement_timeout
      {"42501", StatusCode::InvalidArgument},   // no right
      {"3D000", StatusCode::InvalidArgument},   // no such database
      {"42601", StatusCode::Internal},          // a syntax error: our bug
      {"", StatusCode::Internal},
  };
  for (const auto& [state, code] : cases) EXPECT_EQ(codeOf(state), code) << state;
  EXPECT_TRUE(isRefusal("22P05") && isRefusal("23514") && isRefusal("54000"));
  EXPECT_FALSE(isRefusal("40001") || isRefusal("57014") || isRefusal("53100") || isRefusal(""));
}

}  // namespace
}  // namespace xray::postgres::test
