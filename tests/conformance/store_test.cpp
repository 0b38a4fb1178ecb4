#include "conformance/store_test.h"

#include <cctype>
#include <stdexcept>

#include "support/history.h"
#include "support/vocabulary.h"
#include "xray/config.h"
#include "xray/plugin_loader.h"

namespace xray::test {
namespace {

PluginLoader& loader() {
  static PluginLoader loader({XRAY_PLUGIN_DIR});
  return loader;
}

/// The case's options and the defaults of the others, read as from a configuration file.
Options optionsFor(const StoreCase& store, const PluginDescriptor& plugin, const std::filesystem::path& dir) {
  Options options;
  for (std::size_t i = 0; i < plugin.optionCount; ++i) {
    const OptionSpec& spec = plugin.options[i];
    std::string text = spec.fallback ? spec.fallback : "";
    for (const auto& [name, value] : store.options) {
      if (name == spec.name) text = value;
    }
    if (const std::size_t place = text.find("{dir}"); place != std::string::npos) text.replace(place, 5, dir.string());
    auto value = parseOption(spec, text);
    if (!value) throw std::runtime_error(value.status().toString());
    options.set(spec.name, std::move(*value));
  }
  return options;
}

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

StoreTest::~StoreTest() {
  for (const auto& store : stores_) EXPECT_TRUE(store->close().ok());
}

Store& StoreTest::newStore() {
  const std::filesystem::path dir = root_.path() / std::to_string(stores_.size());
  std::filesystem::create_directory(dir);
  addStore(dir);
  return *stores_.back();
}

Store& StoreTest::reopened() {
  EXPECT_TRUE(stores_.back()->close().ok());
  addStore(root_.path() / std::to_string(stores_.size() - 1));
  return *stores_.back();
}

void StoreTest::addStore(const std::filesystem::path& dir) {
  auto plugin = loader().load(GetParam().plugin);
  if (!plugin) throw std::runtime_error(plugin.status().toString());
  auto store = loader().makeStore(GetParam().plugin, optionsFor(GetParam(), **plugin, dir), {&systemClock()});
  if (!store) throw std::runtime_error(store.status().toString());
  if (const Status opened = (*store)->open(); !opened.ok()) throw std::runtime_error(opened.toString());
  stores_.push_back(std::move(*store));
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
