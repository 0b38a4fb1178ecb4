#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "conformance/subject.h"
#include "support/temp_folder.h"
#include "xray/filter.h"
#include "xray/store.h"

namespace xray::test {

/// kEpoch and some seconds, as "T5" stands for in lines.
Timestamp at(std::int64_t seconds);
Id runId(std::uint32_t n);
Id stepId(std::uint32_t n);

/// A line of NDJSON with "R1", "S2" and "T3" (in quotes) replaced by run ids, step ids and times. Ids count from
/// `base`, so that one store can hold the same example many times.
std::string expand(const std::string& text, std::uint32_t base = 0);

/// Makes stores of one plugin, each in its own place, through the plugin loader as the backend does. They go with the
/// test.
class StoreTest : public ::testing::TestWithParam<Subject> {
 protected:
  ~StoreTest() override;

  /// Skips what cannot be tested here; overriding ones call it first and return when IsSkipped().
  void SetUp() override;

  /// A new place, with nothing in it.
  void newPlace();
  /// A new, open, empty store in a new place.
  Store& newStore();
  /// Closes the store that newStore gave last and opens another on what it left.
  Store& reopened();

  /// The place of the store that newStore gave last, or newPlace.
  const Placeholders& place() const { return place_; }
  /// Another object for that place, not open. Its user closes it.
  std::unique_ptr<Store> makeStore(StoreAccess access = StoreAccess::ReadWrite) const;
  /// Opens one more store on that place; the one before must be closed, or gone with its process.
  Store& openAgain();

  /// What a store took is there after close and open; only the built-in memory store forgets.
  bool durable() const { return GetParam().plugin != "memory"; }

  /// Appends expanded lines in one batch; fails the test unless all were taken.
  AppendOutcome append(Store& store, const std::vector<std::string>& lines, Timestamp receivedAt = at(100));

  xray::Run mustRun(Store& store, const Id& id, const ReadContext& context);
  Step mustStep(Store& store, const Id& run, const Id& step, const ReadContext& context);

 private:
  TempFolder root_;
  Placeholders place_;
  int places_ = 0;
  std::vector<std::unique_ptr<Store>> stores_;
};

/// Skips the rest of a case that needs a store which keeps what it took.
#define XRAY_NEEDS_DURABLE_STORE() \
  if (!durable()) GTEST_SKIP() << "the memory store forgets what it took when it is closed"

/// A query for the first rows of everything.
PageQuery pageOf(std::size_t pageSize);

/// How many results are `wanted`.
std::size_t count(const AppendOutcome& outcome, AppendResult wanted);

/// The filter, which must parse; `now` for ago(…) is at(100).
Filter mustParse(const std::string& text, Entity entity);

/// Instantiates the suite for every store.
#define XRAY_STORE_SUITE(suite)                                                                \
  GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(suite);                                        \
  INSTANTIATE_TEST_SUITE_P(Store, suite, ::testing::ValuesIn(::xray::test::subjects().stores), \
                           [](const auto& info) { return ::xray::test::caseName(info.param); })

}  // namespace xray::test
