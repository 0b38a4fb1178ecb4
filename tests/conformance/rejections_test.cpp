// What was refused is kept with its bytes, once, and can be paged.

#include "conformance/store_test.h"
#include "support/store_dump.h"

namespace xray::test {
namespace {

class RejectionsTest : public StoreTest {
 protected:
  static Status refuse(Store& store, const std::vector<Rejection>& rejections, Timestamp receivedAt) {
    return store.append({{}, rejections, receivedAt}).status();
  }

  static std::vector<StoredRejection> all(Store& store, std::size_t pageSize) {
    std::vector<StoredRejection> rows;
    std::optional<std::int64_t> before;
    do {
      const auto page = store.rejections(pageSize, before, readAt(at(300)));
      EXPECT_TRUE(page.ok()) << page.status().toString();
      if (!page) break;
      EXPECT_LE(page->rows.size(), pageSize);
      rows.insert(rows.end(), page->rows.begin(), page->rows.end());
      before = page->next;
    } while (before);
    return rows;
  }
};

TEST_P(RejectionsTest, SameBytesAndCode_AreKeptOnce) {
  Store& store = newStore();
  ASSERT_TRUE(
      refuse(store, {{RejectCode::InvalidEvent, "first", "x"}, {RejectCode::InvalidEvent, "again", "x"}}, at(100))
          .ok());
  ASSERT_TRUE(
      refuse(store, {{RejectCode::InvalidEvent, "later", "x"}, {RejectCode::TooLarge, "other code", "x"}}, at(200))
          .ok());
  const auto rows = all(store, 10);
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].detail, "other code");
  EXPECT_EQ(rows[0].code, RejectCode::TooLarge);
  EXPECT_EQ(rows[0].receivedAt, at(200));
  EXPECT_EQ(rows[1].detail, "first");
  EXPECT_EQ(rows[1].code, RejectCode::InvalidEvent);
  EXPECT_EQ(rows[1].receivedAt, at(100));
}

TEST_P(RejectionsTest, AnyBytes_ComeBackAsTheyWere) {
  Store& store = newStore();
  std::string everyByte;
  for (int byte = 0; byte < 256; ++byte) everyByte += static_cast<char>(byte);
  const std::vector<std::string> raws = {
      everyByte, "", std::string("a\0b", 3), std::string("a\0c", 3), "\xFF", std::string(100'000, 'x')};
  std::vector<Rejection> rejections;
  for (const std::string& raw : raws) rejections.push_back({RejectCode::InvalidJson, "it's \"odd\" %s é", raw});
  ASSERT_TRUE(refuse(store, rejections, at(100)).ok());
  const auto rows = all(store, 10);
  ASSERT_EQ(rows.size(), raws.size());
  for (std::size_t i = 0; i < raws.size(); ++i) {
    EXPECT_EQ(rows[raws.size() - 1 - i].raw, raws[i]) << i;
    EXPECT_EQ(rows[i].detail, "it's \"odd\" %s é");
  }
}

TEST_P(RejectionsTest, EveryCode_ComesBack) {
  Store& store = newStore();
  for (const RejectCode code : {RejectCode::InvalidJson, RejectCode::InvalidEvent, RejectCode::TooLarge,
                                RejectCode::TooDeep, RejectCode::SchemaViolation, RejectCode::StoreRefused}) {
    ASSERT_TRUE(refuse(store, {{code, "d", "raw"}}, at(100)).ok());
    EXPECT_EQ(all(store, 1).front().code, code);
  }
}

TEST_P(RejectionsTest, Pages_AreNewestFirst_AndStandStillWhileOthersCome) {
  Store& store = newStore();
  for (int i = 0; i < 11; ++i) {
    const std::string raw = std::to_string(i);
    ASSERT_TRUE(refuse(store, {{RejectCode::InvalidEvent, "d", raw}}, at(100 + i)).ok());
  }
  for (std::size_t size = 1; size <= 12; ++size) {
    const auto rows = all(store, size);
    ASSERT_EQ(rows.size(), 11u);
    for (std::size_t i = 0; i < rows.size(); ++i) EXPECT_EQ(rows[i].raw, std::to_string(10 - i));
    for (std::size_t i = 1; i < rows.size(); ++i) EXPECT_LT(rows[i].id, rows[i - 1].id);
  }
  const auto first = store.rejections(4, std::nullopt, readAt(at(300)));
  ASSERT_TRUE(refuse(store, {{RejectCode::InvalidEvent, "d", "new"}}, at(200)).ok());
  EXPECT_EQ(store.rejections(4, first->next, readAt(at(300)))->rows.front().raw, "6");
  EXPECT_FALSE(store.rejections(12, std::nullopt, readAt(at(300)))->next.has_value());
}

TEST_P(RejectionsTest, Rejections_DoNotTouchRunsOrDisturbEventsBesideThem) {
  Store& store = newStore();
  const std::vector<Rejection> rejections{{RejectCode::InvalidEvent, "d", "bad"}};
  Event event;
  RunStarted started;
  started.runId = runId(1);
  started.pipeline = "p";
  started.at = at(1);
  event.fact = started;
  const auto outcome = store.append({std::span(&event, 1), rejections, at(100)});
  ASSERT_TRUE(outcome.ok());
  EXPECT_EQ(outcome->results, std::vector{AppendResult::Accepted});
  EXPECT_TRUE(outcome->refused.empty());
  EXPECT_EQ(all(store, 5).size(), 1u);
  EXPECT_EQ(store.runs({}, readAt(at(200)))->rows.size(), 1u);
}

TEST_P(RejectionsTest, BytesOverTheBudget_EndAPageEarlyAndNothingIsSkipped) {
  Store& store = newStore();
  std::vector<std::string> raws;
  for (int i = 0; i < 5; ++i) raws.push_back(std::string(1000, static_cast<char>('a' + i)));
  std::vector<Rejection> rejections;
  for (const std::string& raw : raws) rejections.push_back({RejectCode::TooLarge, "", raw});
  ASSERT_TRUE(store.append({{}, rejections, at(1)}).ok());
  ReadContext context = readAt(at(200));
  context.pageBytes = 1500;
  std::string sizes;
  std::size_t total = 0;
  std::optional<std::int64_t> before;
  do {
    const auto page = store.rejections(1000, before, context);
    ASSERT_TRUE(page.ok()) << page.status().toString();
    sizes += std::to_string(page->rows.size()) + " ";
    total += page->rows.size();
    before = page->next;
  } while (before && total < 100);
  EXPECT_EQ(sizes, "2 2 1 ");
}

XRAY_STORE_SUITE(RejectionsTest);

}  // namespace
}  // namespace xray::test
