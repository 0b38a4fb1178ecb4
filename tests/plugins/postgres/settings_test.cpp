// Options that are wrong, and that no message gives the connection string away.

#include "settings.h"

#include <algorithm>

#include "xray/config.h"

namespace xray::postgres::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

/// The table's defaults with these.
Options optionsWith(const std::vector<std::pair<std::string, std::string>>& given) {
  Options options;
  for (const OptionSpec& spec : optionTable()) {
    std::string text = spec.fallback ? spec.fallback : "";
    for (const auto& [name, value] : given) {
      if (name == spec.name) text = value;
    }
    auto value = parseOption(spec, text);
    EXPECT_TRUE(value.ok()) << spec.name << ": " << value.status().toString();
    if (value) options.set(spec.name, std::move(*value));
  }
  return options;
}

std::string valueOf(const Dsn& dsn, std::string_view keyword) {
  const auto found = std::ranges::find(dsn, keyword, [](const auto& option) { return option.first; });
  return found == dsn.end() ? "none" : found->second;
}

TEST(Settings, Defaults_AreThoseOfTheTable) {
  const auto settings = readSettings(optionsWith({{"dsn", "host=db"}}));
  ASSERT_TRUE(settings.ok()) << settings.status().toString();
  EXPECT_EQ(settings->schema, "xray");
  EXPECT_EQ(settings->writers, 2u);
  EXPECT_EQ(settings->readConnections, 4u);
  EXPECT_EQ(settings->connectTimeout, std::chrono::seconds(5));
  EXPECT_EQ(settings->appendTimeout, std::chrono::seconds(30));
}

TEST(Settings, Dsn_IsTakenInBothFormsOfLibpq) {
  for (const char* text : {R"(host=db port=5433 user=me dbname=runs password='it\'s a "secret" = \\')",
                           "postgresql://me:it%27s%20a%20%22secret%22%20%3D%20%5C@db:5433/runs"}) {
    const auto dsn = parseDsn(text);
    ASSERT_TRUE(dsn.ok()) << text;
    EXPECT_EQ(valueOf(*dsn, "host"), "db");
    EXPECT_EQ(valueOf(*dsn, "port"), "5433");
    EXPECT_EQ(valueOf(*dsn, "user"), "me");
    EXPECT_EQ(valueOf(*dsn, "dbname"), "runs");
    EXPECT_EQ(valueOf(*dsn, "password"), R"(it's a "secret" = \)");
    EXPECT_EQ(valueOf(*dsn, "sslmode"), "none") << "what is left out is left to libpq";
  }
}

TEST(Settings, WrongDsn_IsRefusedWithoutShowingAnyOfIt) {
  for (const char* text :
       {"zq7secret", "host=db passwrd=zq7secret", "password='zq7secret", "postgresql://me:zq7secret@[db/x",
        "postgresql://db/x?passwort=zq7secret", "postgresql://me:p%zq7secret@db/x",
        "postgresql://me:half@zq7secret@db/x", "postgresql://me:a@b@zq7secret:1/x"}) {
    const auto settings = readSettings(optionsWith({{"dsn", text}}));
    ASSERT_FALSE(settings.ok()) << text;
    EXPECT_EQ(settings.status().code(), StatusCode::InvalidArgument);
    EXPECT_THAT(settings.status().message(), HasSubstr("\"dsn\""));
    EXPECT_THAT(settings.status().message(), Not(HasSubstr("zq7secret")));
  }
}

TEST(Settings, SchemaThatIsNoPlainName_IsRefused) {
  for (const char* name : {"", "X", "1x", "_x", "pg_x", "a-b", "a.b", "a\"b", "größe", "x;", " x",
                           "a123456789012345678901234567890123456789012345678901234567890123"}) {
    const auto settings = readSettings(optionsWith({{"dsn", "host=db"}, {"schema", name}}));
    ASSERT_FALSE(settings.ok()) << name;
    EXPECT_THAT(settings.status().message(), HasSubstr("is no plain name"));
  }
  for (const char* name : {"x", "xray_2", "public", "order"}) {
    EXPECT_TRUE(readSettings(optionsWith({{"dsn", "host=db"}, {"schema", name}})).ok()) << name;
  }
}

}  // namespace
}  // namespace xray::postgres::test
