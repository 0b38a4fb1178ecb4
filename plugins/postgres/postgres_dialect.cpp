#include "postgres_dialect.h"

#include <Poco/String.h>

#include "xray/analysis.h"

namespace xray::postgres {
namespace {

// In characters. For a literal shorter than this, `left(text, 128) < literal` says the same as `text < literal`, and so
// does every other comparison: they differ within the literal's length, or one begins with the other.
constexpr std::size_t kIndexedCharacters = 128;

// Intervals are multiplied as doubles, which are exact up to this.
constexpr Microseconds kWidestBin{std::int64_t{1} << 53};

// Aggregates over the column belong to the query around all this: it is the only one that has the column. Doubles
// divide and subtract as in histogramBetween (xray/analysis.h), and nowhere beyond what a double can hold.
constexpr std::string_view kHistogram = R"sql((
  SELECT string_agg(COALESCE(counted.n, 0)::text, ' ' ORDER BY bin)
  FROM generate_series(0, 19) AS bin LEFT JOIN (
    SELECT width_bucket(number, edges) AS bin, COUNT(*) AS n
    FROM unnest(array_agg(COLUMN)) AS number, (
      SELECT array_agg((lo / scale + i * width) * scale ORDER BY i) AS edges
      FROM generate_series(1, 19) AS i, (
        SELECT lo, scale,
          CASE WHEN hi / scale - lo / scale > 1e-300 THEN (hi / scale - lo / scale) / 20 ELSE 0 END AS width
        FROM (
          SELECT MIN(COLUMN) AS lo, MAX(COLUMN) AS hi,
            CASE WHEN MIN(COLUMN) < -1e290 AND MAX(COLUMN) > 1e290 THEN 32::float8 ELSE 1 END AS scale
        ) AS ends
      ) AS bins
    ) AS edged
    WHERE number IS NOT NULL
    GROUP BY 1
  ) AS counted USING (bin)))sql";

/// "((s.reasoning -> $1) -> $2" and "$3". `->` with a text walks objects only.
JsonMember member(sql::StatementBuilder& statement, const std::string& column, std::span<const std::string> path) {
  JsonMember member{column, ""};
  for (std::size_t i = 0; i + 1 < path.size(); ++i) {
    member.object = "(" + member.object + " -> " + statement.bind(path[i]) + ")";
  }
  member.name = statement.bind(path.back());
  return member;
}

std::string value(const JsonMember& member) {
  return "(" + member.object + " -> " + member.name + ")";
}

std::string typeOf(const JsonMember& member) {
  return "jsonb_typeof(" + member.object + " -> " + member.name + ")";
}

}  // namespace

const PostgresDialect& dialect() {
  static const PostgresDialect instance;
  return instance;
}

std::string JsonMember::as(sql::JsonAs type) const {
  switch (type) {
    case sql::JsonAs::Number:
      return "(CASE WHEN " + typeOf(*this) + " = 'number' THEN " + value(*this) + "::float8 END)";
    case sql::JsonAs::Boolean:
      return "(CASE WHEN " + typeOf(*this) + " = 'boolean' THEN " + value(*this) + "::boolean END)";
    case sql::JsonAs::Text:
      break;
  }
  return "(CASE WHEN " + typeOf(*this) + " = 'string' THEN " + object + " ->> " + name + " END COLLATE \"C\")";
}

std::string JsonMember::beginning() const {
  return "left(" + as(sql::JsonAs::Text) + ", " + std::to_string(kIndexedCharacters) + ")";
}

std::string PostgresDialect::placeholder(std::size_t ordinal, const sql::Value& value) const {
  struct TypeName {
    const char* operator()(std::monostate) const { return "::text"; }
    const char* operator()(std::int64_t) const { return "::bigint"; }
    const char* operator()(double) const { return "::float8"; }
    const char* operator()(bool) const { return "::boolean"; }
    const char* operator()(const std::string&) const { return "::text"; }
    const char* operator()(const Id&) const { return "::uuid"; }
    const char* operator()(Timestamp) const { return "::timestamptz"; }
  };
  return "$" + std::to_string(ordinal) + std::visit(TypeName(), value);
}

std::string PostgresDialect::later(const std::string& time, const std::string& microseconds) const {
  // No two times here are 10,000 years apart, and what is added must stay within timestamptz. Interval times integer is
  // worked out in doubles: whole seconds and the rest are exact in them.
  const std::string bounded = "LEAST(" + microseconds + ", 315576000000000000)";
  return "(" + time + " + (interval '1 second' * (" + bounded + " / 1000000) + interval '1 microsecond' * (" + bounded +
         " % 1000000)))";
}

std::string PostgresDialect::microseconds(const std::string& time) const {
  // In two parts, for EXTRACT gave doubles before PostgreSQL 14.
  return "(EXTRACT(EPOCH FROM date_trunc('second', " + time + "))::bigint * 1000000 + EXTRACT(MICROSECONDS FROM " +
         time + ")::bigint % 1000000)";
}

sql::Dialect::Bucket PostgresDialect::bucket(sql::StatementBuilder& statement, const std::string& time,
                                             Microseconds interval) const {
  if (interval > kWidestBin) return Dialect::bucket(statement, time, interval);
  // date_bin takes 1/20 of the time of microseconds() and its arithmetic. Before PostgreSQL 14, a migration makes it.
  // Counted from a start that is before all times: date_bin was wrong about those before its origin until 15.6.
  const Timestamp epoch{};
  const Timestamp origin = epoch - (epoch - kFirstInstant + interval - Microseconds(1)) / interval * interval;
  const std::string width = statement.bind(std::int64_t{interval.count()});
  return {"date_bin(interval '1 microsecond' * " + width + ", " + time + ", " + statement.bind(origin) + ")", true};
}

std::string PostgresDialect::contains(const std::string& text, const std::string& needle) const {
  return "strpos(" + text + ", " + needle + ") > 0";
}

std::string PostgresDialect::json(sql::StatementBuilder& statement, const std::string& column,
                                  std::span<const std::string> path, sql::JsonAs as) const {
  return member(statement, column, path).as(as);
}

std::string PostgresDialect::jsonCompare(sql::StatementBuilder& statement, const std::string& column,
                                         std::span<const std::string> path, std::string_view operation,
                                         const sql::Value& literal) const {
  const auto* text = std::get_if<std::string>(&literal);
  if (!text || text->size() >= kIndexedCharacters) {
    return Dialect::jsonCompare(statement, column, path, operation, literal);
  }
  const std::string beginning = member(statement, column, path).beginning();
  return beginning + std::string(operation) + statement.bind(literal);
}

std::string PostgresDialect::jsonPresent(sql::StatementBuilder& statement, const std::string& column,
                                         std::span<const std::string> path) const {
  return typeOf(member(statement, column, path)) + " <> 'null'";
}

std::string PostgresDialect::jsonHas(sql::StatementBuilder& statement, const std::string& column,
                                     std::span<const std::string> path, const sql::Value& literal) const {
  const JsonMember at = member(statement, column, path);
  const std::string bound = statement.bind(literal);
  const std::string whenArray = "(CASE WHEN " + typeOf(at) + " = 'array' THEN ";
  if (std::holds_alternative<bool>(literal)) return whenArray + value(at) + " @> to_jsonb(" + bound + ") END)";
  if (std::holds_alternative<double>(literal)) {
    // Not @>, which compares exactly: numbers here are doubles.
    return "EXISTS (SELECT 1 FROM jsonb_array_elements" + whenArray + value(at) +
           " END) AS e (item) WHERE (CASE WHEN " +
           "jsonb_typeof(e.item) = 'number' THEN e.item::float8 END) = " + bound + ")";
  }
  // `?` finds texts among the elements of an array and names among the members of an object.
  return "(CASE " + typeOf(at) + " WHEN 'string' THEN strpos(" + at.object + " ->> " + at.name + ", " + bound +
         ") > 0 WHEN 'array' THEN " + value(at) + " ? " + bound + " WHEN 'object' THEN " + value(at) + " ? " + bound +
         " END)";
}

std::string PostgresDialect::percentile(const std::string& column, int percent) const {
  return "percentile_disc(0." + std::to_string(percent) + ") WITHIN GROUP (ORDER BY " + column + ")";
}

std::string PostgresDialect::histogram(const std::string& column) const {
  return Poco::replace(std::string(kHistogram), std::string("COLUMN"), column);
}

}  // namespace xray::postgres
