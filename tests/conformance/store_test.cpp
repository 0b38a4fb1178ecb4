#include "conformance/store_test.h"

#include <cctype>
#include <stdexcept>

#include "support/history.h"
#include "support/vocabulary.h"
#include "xray/plugin_loader.h"

namespace xray::test {
namespace {

std::string replacement(char kind, std::uint32_t n, std::uint32_t base) {
  if (kind == 'R') return runId(base + n).toString();
  if (kind == 'S') return stepId(base + n).toString();
  return formatTimestamp(at(n));
}

}  // namespace

Timestamp at(std::int64_t seconds) {
  return kEpoch + std::chrono::seconds(seconds);
}
Id runId(std::uint32_t n) {
  return makeId(kRunKind, n);
}
Id stepId(std::uint32_t n) {
  return makeId(kStepKind, n);
}

std::string expand(const std::string& text, std::uint32_t base) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    out += text[i];
    const bool marked =
        text[i] == '"' && i + 2 < text.size() && std::string_view("RST").find(text[i + 1]) != std::string_view::npos;
    if (!marked) continue;
    std::size_t end = i + 2;
    while (end < text.size() && std::isdigit(static_cast<unsigned char>(text[end]))) ++end;
    if (end == i + 2 || end == text.size() || text[end] != '"') continue;
    out += replacement(text[i + 1], static_cast<std::uint32_t>(std::stoul(text.substr(i + 2, end - i - 2))), base);
    i = end - 1;
  }
  return out;
}

void StoreTest::SetUp() {
  if (!GetParam().skip.empty()) GTEST_SKIP() << GetParam().skip;
}

StoreTest::~StoreTest() {
  for (const auto& store : stores_) EXPECT_TRUE(store->close().ok());
}

void StoreTest::newPlace() {
  const std::filesystem::path dir = root_.path() / std::to_string(places_++);
  std::filesystem::create_directory(dir);
  place_ = Placeholders::in(dir);
}

Store& StoreTest::newStore() {
  newPlace();
  return openAgain();
}

Store& StoreTest::reopened() {
  EXPECT_TRUE(stores_.back()->close().ok());
  return openAgain();
}

std::unique_ptr<Store> StoreTest::makeStore(StoreAccess access) const {
  const auto options = readOptions(GetParam(), kStorePlugin, place_);
  if (!options) throw std::runtime_error(options.status().message());
  auto store = loader().makeStore(GetParam().plugin, *options, {&systemClock(), access});
  if (!store) throw std::runtime_error(store.status().toString());
  return std::move(*store);
}

Store& StoreTest::openAgain() {
  std::unique_ptr<Store> store = makeStore();
  if (const Status opened = store->open(); !opened.ok()) throw std::runtime_error(opened.toString());
  stores_.push_back(std::move(store));
  return *stores_.back();
}

AppendOutcome StoreTest::append(Store& store, const std::vector<std::string>& lines, Timestamp receivedAt) {
  std::vector<std::string> expanded;
  for (const std::string& line : lines) expanded.push_back(expand(line));
  auto outcome = appendLines(store, expanded, receivedAt);
  if (!outcome) throw std::runtime_error(outcome.status().toString());
  EXPECT_EQ(outcome->results.size(), lines.size());
  EXPECT_EQ(count(*outcome, AppendResult::Rejected), 0u);
  return std::move(*outcome);
}

xray::Run StoreTest::mustRun(Store& store, const Id& id, const ReadContext& context) {
  auto run = store.run(id, context);
  if (!run) throw std::runtime_error(run.status().toString());
  if (!*run) throw std::runtime_error("no run " + id.toString());
  return std::move(**run);
}

Step StoreTest::mustStep(Store& store, const Id& run, const Id& step, const ReadContext& context) {
  auto found = store.step(run, step, context);
  if (!found) throw std::runtime_error(found.status().toString());
  if (!*found) throw std::runtime_error("no step " + step.toString());
  return std::move(**found);
}

PageQuery pageOf(std::size_t pageSize) {
  PageQuery query;
  query.pageSize = pageSize;
  return query;
}

std::size_t count(const AppendOutcome& outcome, AppendResult wanted) {
  return static_cast<std::size_t>(std::count(outcome.results.begin(), outcome.results.end(), wanted));
}

Filter mustParse(const std::string& text, Entity entity) {
  auto filter = parseFilter(text, entity, at(100));
  if (!filter) throw std::runtime_error(text + ": " + filter.status().message());
  return std::move(*filter);
}

}  // namespace xray::test
