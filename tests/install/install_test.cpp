// A user's project, built against an installed tree, records into a real receiver.
#include <array>
#include <cstdio>
#include <mutex>

#include "support/temp_folder.h"
#include "xray/config.h"
#include "xray/event_decoder.h"
#include "xray/plugin_loader.h"
#include "xray/sdk.h"

namespace xray {
namespace {

// Decodes what the receiver takes and says that it is stored.
class CountingSink : public Sink {
 public:
  void submit(Batch batch, Done done) override {
    auto decoded = decodeBatch(std::move(batch), EventLimits());
    if (!decoded.ok()) return done(decoded.status());
    Receipt receipt;
    receipt.accepted = decoded->events.size();
    receipt.rejected = decoded->rejected;
    {
      std::lock_guard lock(mu_);
      batches_.push_back(std::move(*decoded));
    }
    done(std::move(receipt));
  }

  std::vector<Event> events() {
    std::lock_guard lock(mu_);
    std::vector<Event> all;
    for (const DecodedBatch& batch : batches_) all.insert(all.end(), batch.events.begin(), batch.events.end());
    return all;
  }

 private:
  std::mutex mu_;
  std::vector<DecodedBatch> batches_;  // guarded by mu_
};

struct Outcome {
  int code = -1;
  std::string output;
};

// Runs a program by the shell, with the environment of nobody: nothing but the installed tree may be needed.
Outcome execute(const std::string& command) {
  Outcome outcome;
  FILE* pipe = ::popen(("env -i PATH=\"$PATH\" HOME=/nonexistent " + command + " 2>&1").c_str(), "r");
  if (!pipe) return outcome;
  std::array<char, 4096> part;
  while (std::size_t bytes = std::fread(part.data(), 1, part.size(), pipe)) outcome.output.append(part.data(), bytes);
  const int status = ::pclose(pipe);
  outcome.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return outcome;
}

std::string quote(const std::string& text) {
  return "'" + text + "'";
}

// Listens on a port that the kernel picks.
class Receiving {
 public:
  Receiving() {
    ConfigFile file = ConfigFile::parse("plugin: http-transport\noptions: {listen: '127.0.0.1:0'}\n", "receiver");
    const auto choice = file.root().plugin(loader_, kReceiverPlugin);
    if (!choice) throw std::runtime_error(file.status().message());
    auto made = loader_.makeReceiver(choice->plugin, choice->options, PluginContext{&systemClock()});
    if (!made.ok()) throw std::runtime_error(made.status().toString());
    receiver_ = std::move(*made);
    if (const Status started = receiver_->start(sink); !started.ok()) throw std::runtime_error(started.toString());
  }
  ~Receiving() { (void)receiver_->stop(std::chrono::steady_clock::now() + std::chrono::seconds(10)); }

  std::string endpoint() const { return receiver_->endpoint(); }

  CountingSink sink;

 private:
  PluginLoader loader_{{XRAY_PLUGIN_DIR}};
  std::unique_ptr<Receiver> receiver_;
};

TEST(Install, AUsersProject_BuildsAgainstTheInstalledTreeAndRecords) {
  const test::TempFolder folder;
  const std::string prefix = (folder.path() / "prefix").string(), build = (folder.path() / "build").string();
  const std::string cmake = quote(XRAY_CMAKE);

  const Outcome installed = execute(cmake + " --install " + quote(XRAY_BINARY_DIR) + " --prefix " + quote(prefix));
  ASSERT_EQ(installed.code, 0) << installed.output;
  const Outcome configured =
      execute(cmake + " -S " + quote(XRAY_PROJECT_DIR) + " -B " + quote(build) +
              " -DCMAKE_PREFIX_PATH=" + quote(prefix) + " -DCMAKE_CXX_COMPILER=" + quote(XRAY_CXX));
  ASSERT_EQ(configured.code, 0) << configured.output;
  const Outcome built = execute(cmake + " --build " + quote(build));
  ASSERT_EQ(built.code, 0) << built.output;

  Receiving receiving;
  const auto config = folder.write(
      "sdk.yaml", "transport: {plugin: http-transport, options: {url: \"" + receiving.endpoint() + "\"}}\n");
  const Outcome ran = execute(quote(build + "/picker") + " " + quote(config.string()));
  EXPECT_EQ(ran.code, 0) << ran.output;
  EXPECT_EQ(ran.output, "Ok, 3 events\n");

  const std::vector<Event> events = receiving.sink.events();
  ASSERT_EQ(events.size(), 3u);
  const auto* step = std::get_if<StepEvent>(&events[1].fact);
  ASSERT_TRUE(step);
  EXPECT_EQ(step->name, "price-filter");
  EXPECT_EQ(step->outputData, R"({"kept":7,"first":{"sku": "A-1"}})");

  const auto wrong = folder.write("wrong.yaml", "transport: {plugin: http-transport, options: {ulr: x}}\n");
  const Outcome refused = execute(quote(build + "/picker") + " " + quote(wrong.string()));
  EXPECT_EQ(refused.code, 2);
  EXPECT_THAT(refused.output, ::testing::HasSubstr("unknown option \"ulr\"; did you mean \"url\"?"));
  EXPECT_TRUE(std::filesystem::exists(prefix + "/" + XRAY_PACKAGE_DIR + "/xrayConfig.cmake"));
}

TEST(Install, ThePluginTemplate_BuildsAgainstTheInstalledTree_PassesTheSuite_AndIsFound) {
  const test::TempFolder folder;
  const std::string prefix = (folder.path() / "prefix").string(), build = (folder.path() / "build").string();
  const std::string cmake = quote(XRAY_CMAKE);
  const std::string source = XRAY_SOURCE_DIR "/examples/plugin_template";
  const std::string xray = quote(prefix + "/bin/xray");

  const Outcome installed = execute(cmake + " --install " + quote(XRAY_BINARY_DIR) + " --prefix " + quote(prefix));
  ASSERT_EQ(installed.code, 0) << installed.output;
  const Outcome configured =
      execute(cmake + " -S " + quote(source) + " -B " + quote(build) + " -DCMAKE_PREFIX_PATH=" + quote(prefix) +
              " -DCMAKE_CXX_FLAGS=-Werror -DCMAKE_CXX_COMPILER=" + quote(XRAY_CXX));
  ASSERT_EQ(configured.code, 0) << configured.output;
  const Outcome built = execute(cmake + " --build " + quote(build));
  ASSERT_EQ(built.code, 0) << built.output;

  const Outcome passed = execute(xray + " conformance --plugin journal --options " +
                                 quote(source + "/conformance.yaml") + " --dirs " + quote(build) + " --gtest_brief=1");
  EXPECT_EQ(passed.code, 0) << passed.output;
  EXPECT_THAT(passed.output,
              ::testing::ContainsRegex("Store journal: [0-9]+ cases, [0-9]+ passed, 0 failed, 0 skipped"));

  // Beside X-Ray's own, it is found without a word.
  const Outcome added = execute(cmake + " --install " + quote(build));
  ASSERT_EQ(added.code, 0) << added.output;
  const Outcome shown = execute(xray + " plugins show journal");
  EXPECT_EQ(shown.code, 0) << shown.output;
  EXPECT_THAT(shown.output, ::testing::HasSubstr("Keeps runs and steps in memory and in a journal"));
}

}  // namespace
}  // namespace xray
