// The aggregates over samples, asked directly.

#include "open_store.h"

namespace xray::sqlite::test {
namespace {

class SampleFunctions : public OpenStore {
 protected:
  void SetUp() override {
    OpenStore::SetUp();
    connection_ = std::move(*Connection::open({.path = path(), .readOnly = true, .cacheBytes = 1 << 20}));
  }

  /// The rows of a question, columns parted by blanks; "null" where there is none.
  std::string ask(const std::string& text) {
    auto statement = connection_->prepare({text, {}});
    if (!statement.ok()) return statement.status().toString();
    std::string rows;
    int code = SQLITE_ROW;
    while ((code = statement->step()) == SQLITE_ROW) {
      for (int column = 0; column < 3; ++column) {
        rows += (column == 0 ? "" : " ") + (statement->isNull(column) ? "null" : statement->text(column));
      }
      rows += "\n";
    }
    return code == SQLITE_DONE ? rows : sqlite3_errmsg(connection_->handle());
  }

  std::unique_ptr<Connection> connection_;
};

constexpr const char* kPercentiles =
    "SELECT xray_sample_percentile(xray_sample(v), 50), xray_sample_percentile(xray_sample(v), 95),"
    " xray_sample_percentile(xray_sample(v), 99) FROM ";

TEST_F(SampleFunctions, Percentiles_OfIntegersAndDoubles_NullsLeftOut) {
  const std::string text = kPercentiles;
  EXPECT_EQ(ask(text + "(SELECT 5 AS v)"), "5 5 5\n");
  EXPECT_EQ(ask(text + "(SELECT 5 AS v UNION ALL SELECT NULL)"), "5 5 5\n");
  EXPECT_EQ(ask(text + "(SELECT 9223372036854775807 AS v UNION ALL SELECT 9223372036854775806)"),
            "9223372036854775806 9223372036854775807 9223372036854775807\n");
  EXPECT_EQ(ask(text + "(SELECT 0.5 AS v UNION ALL SELECT -1.5 UNION ALL SELECT 2.5)"), "0.5 2.5 2.5\n");
  EXPECT_EQ(ask(text + "(SELECT NULL AS v)"), "null null null\n");
  EXPECT_EQ(ask(text + "(SELECT 1 AS v) WHERE v > 1"), "null null null\n");
  EXPECT_EQ(ask(text + "(SELECT 'text' AS v)"), "null null null\n");
}

TEST_F(SampleFunctions, EachGroup_HasItsOwnSample) {
  EXPECT_EQ(ask("WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200)"
                " SELECT i % 2, xray_sample_percentile(xray_sample(i), 95), COUNT(*) FROM n GROUP BY 1"),
            "0 190 100\n1 189 100\n");
}

TEST_F(SampleFunctions, Histogram_HasTwentyCounts_OfDoublesOnly) {
  EXPECT_EQ(ask("WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 100)"
                " SELECT xray_sample_histogram(xray_sample(CAST(i AS REAL))), xray_sample_histogram(xray_sample(i)),"
                " xray_sample_histogram(xray_sample(NULL)) FROM n"),
            "5 5 5 5 5 5 5 5 5 5 5 5 5 5 5 5 5 5 5 6 null null\n");
}

TEST_F(SampleFunctions, WhatIsNoSample_GivesNull) {
  EXPECT_EQ(
      ask("SELECT xray_sample_percentile(x'00', 50), xray_sample_percentile(NULL, 50), xray_sample_histogram('x')"),
      "null null null\n");
  EXPECT_EQ(ask("SELECT xray_sample_percentile(xray_sample(1), 42), 1, 1"), "null 1 1\n");
}

}  // namespace
}  // namespace xray::sqlite::test
