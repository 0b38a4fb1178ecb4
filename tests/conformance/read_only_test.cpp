// Stores that are opened for reading alone: beside the one that writes, and where nobody does.

#include "conformance/store_test.h"
#include "support/store_dump.h"

namespace xray::test {
namespace {

const char* const kStarted = R"({"event":"run.started","run_id":"R1","pipeline":"p","at":"T1"})";
const char* const kOtherStarted = R"({"event":"run.started","run_id":"R2","pipeline":"p","at":"T2"})";

class ReadOnlyTest : public StoreTest {
 protected:
  std::unique_ptr<Store> openForReading() {
    std::unique_ptr<Store> reader = makeStore(StoreAccess::ReadOnly);
    const Status status = reader->open();
    EXPECT_TRUE(status.ok()) << status.toString();
    return reader;
  }

  static std::size_t runsIn(Store& store) {
    const auto page = store.runs(pageOf(1000), readAt(at(200)));
    EXPECT_TRUE(page.ok()) << page.status().toString();
    return page.ok() ? page->rows.size() : 0;
  }
};

TEST_P(ReadOnlyTest, BesideTheOneThatWrites_SeesWhatIsStored) {
  XRAY_NEEDS_DURABLE_STORE();
  Store& store = newStore();
  append(store, {kStarted});
  const auto reader = openForReading();
  EXPECT_EQ(runsIn(*reader), 1u);
  append(store, {kOtherStarted});
  EXPECT_EQ(runsIn(*reader), 2u);
  EXPECT_TRUE(reader->health().ok());
  EXPECT_TRUE(reader->close().ok());
  EXPECT_EQ(runsIn(store), 2u);
}

TEST_P(ReadOnlyTest, WhereNobodyWrites_SeesWhatIsStoredAndKeepsNobodyOut) {
  XRAY_NEEDS_DURABLE_STORE();
  Store& store = newStore();
  append(store, {kStarted});
  ASSERT_TRUE(store.close().ok());
  const auto reader = openForReading();
  EXPECT_EQ(runsIn(*reader), 1u);
  append(openAgain(), {kOtherStarted});
  EXPECT_EQ(runsIn(*reader), 2u);
  EXPECT_TRUE(reader->close().ok());
}

TEST_P(ReadOnlyTest, Writing_IsNotSupported) {
  XRAY_NEEDS_DURABLE_STORE();
  Store& store = newStore();
  const auto reader = openForReading();
  const Rejection rejection{RejectCode::InvalidEvent, "d", "raw"};
  EXPECT_EQ(reader->append({{}, {&rejection, 1}, at(1)}).status().code(), StatusCode::NotSupported);
  EXPECT_EQ(reader->keepIndex({Field::Reasoning, "k"}).code(), StatusCode::NotSupported);
  EXPECT_TRUE(reader->close().ok());
  EXPECT_TRUE(store.rejections(10, std::nullopt, readAt(at(200)))->rows.empty());
}

TEST_P(ReadOnlyTest, PlaceWithoutAStore_IsRefusedAndStaysAsItIs) {
  XRAY_NEEDS_DURABLE_STORE();
  newPlace();
  for (int i = 0; i < 2; ++i) {
    const auto reader = makeStore(StoreAccess::ReadOnly);
    const Status status = reader->open();
    EXPECT_EQ(status.code(), StatusCode::InvalidArgument) << status.toString();
    EXPECT_FALSE(status.message().empty());
    (void)reader->close();
  }
}

XRAY_STORE_SUITE(ReadOnlyTest);

}  // namespace
}  // namespace xray::test
