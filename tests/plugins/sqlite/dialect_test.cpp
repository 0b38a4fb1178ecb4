// The SQL functions over JSON, asked directly.

#include "open_store.h"
#include "sqlite_dialect.h"

namespace xray::sqlite::test {
namespace {

class JsonFunctions : public OpenStore {
 protected:
  void SetUp() override {
    OpenStore::SetUp();
    connection_ = std::move(*Connection::open({.path = path(), .readOnly = true, .cacheBytes = 1 << 20}));
  }

  /// "null", or the value as SQLite writes it.
  std::string call(const std::string& expression, const std::string& json) {
    auto statement = connection_->prepare({"SELECT " + expression, {json}});
    if (!statement.ok()) return statement.status().toString();
    if (statement->step() != SQLITE_ROW) return sqlite3_errmsg(connection_->handle());
    return statement->isNull(0) ? "null" : statement->text(0);
  }

  std::unique_ptr<Connection> connection_;
};

TEST_F(JsonFunctions, KeepTypesApartAndWalkObjectsOnly) {
  const std::string json =
      R"({"n":94.2,"i":9007199254740993,"s":"say \"x\" é","t":true,"z":null,"a":["x",1,true,"q\"q"],"o":{"in":{"n":5},"q\"q":1},"":{"":3}})";
  const std::pair<const char*, const char*> cases[] = {
      {"xray_number(?1, '/n')", "94.2"},
      {"xray_number(?1, '/i') = 9007199254740992.0", "1"},  // as doubles
      {"typeof(xray_number(?1, '/i'))", "real"},
      {"xray_number(?1, '/o/in/n')", "5.0"},
      {"xray_number(?1, '//')", "3.0"},
      {"xray_number(?1, '/s')", "null"},
      {"xray_number(?1, '/a/1')", "null"},
      {"xray_number(?1, '/missing/n')", "null"},
      {"xray_number(NULL, '/n')", "null"},
      {"xray_text(?1, '/s')", "say \"x\" é"},
      {"xray_text(?1, '/n')", "null"},
      {"xray_boolean(?1, '/t')", "1"},
      {"xray_boolean(?1, '/s')", "null"},
      {"xray_present(?1, '/z')", "0"},
      {"xray_present(?1, '/o')", "1"},
      {"xray_present(?1, '/missing')", "0"},
      {"xray_has_text(?1, '/s', 'y \"x\" ')", "1"},
      {"xray_has_text(?1, '/s', '')", "1"},
      {"xray_has_text(?1, '/s', 'X')", "0"},
      {"xray_has_text(?1, '/a', 'x')", "1"},
      {"xray_has_text(?1, '/a', 'q\"q')", "1"},
      {"xray_has_text(?1, '/a', '1')", "0"},
      {"xray_has_text(?1, '/o', 'q\"q')", "1"},
      {"xray_has_text(?1, '/o', 'n')", "0"},
      {"xray_has_text(?1, '/n', '9')", "0"},
      {"xray_has_number(?1, '/a', 1.0)", "1"},
      {"xray_has_number(?1, '/n', 94.2)", "0"},
      {"xray_has_boolean(?1, '/a', 1)", "1"},
      {"xray_has_boolean(?1, '/a', 0)", "0"},
  };
  for (const auto& [expression, expected] : cases) EXPECT_EQ(call(expression, json), expected) << expression;
}

TEST(SqliteDialect, Paths_AreHexadecimalDigitsOfTheirPointer) {
  const std::vector<std::string> path = {"a'b", "c/d"};
  EXPECT_EQ(jsonExpression("s.reasoning", path, sql::JsonAs::Number),
            "xray_number(s.reasoning, CAST(x'2F6127622F637E3164' AS TEXT))");
}

}  // namespace
}  // namespace xray::sqlite::test
