// The fallback between the real transports: an HTTP backend that answers as it is told, and the real spool.
#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServer.h>
#include <Poco/Net/HTTPServerParams.h>
#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/StreamCopier.h>

#include <algorithm>
#include <memory>
#include <mutex>

#include "e2e/child_process.h"
#include "support/temp_folder.h"
#include "xray/event_decoder.h"
#include "xray/sdk.h"

namespace e2e {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
namespace fs = std::filesystem;

// Accepts batches and keeps their bytes, or answers a status with Retry-After.
class MoodyServer {
 public:
  MoodyServer() {
    const Poco::Net::ServerSocket socket(Poco::Net::SocketAddress("127.0.0.1", 0));
    server_ = std::make_unique<Poco::Net::HTTPServer>(new Factory(*this), socket, new Poco::Net::HTTPServerParams);
    server_->start();
  }
  ~MoodyServer() { server_->stopAll(true); }

  std::string url() const { return "http://127.0.0.1:" + std::to_string(server_->port()); }
  void answer(int status) {
    std::lock_guard lock(mu_);
    status_ = status;
  }
  /// The numbers of the steps that ended, in the order in which they came.
  std::vector<std::int64_t> steps() const {
    std::lock_guard lock(mu_);
    std::vector<std::int64_t> numbers;
    for (const std::string& batch : batches_) {
      const auto decoded = xray::decodeBatch({batch}, xray::EventLimits());
      EXPECT_TRUE(decoded.ok());
      for (const xray::Event& event : decoded->events) {
        const auto* step = std::get_if<xray::StepEvent>(&event.fact);
        if (step && step->ended()) numbers.push_back(*step->seq);
      }
    }
    return numbers;
  }

 private:
  class Handler : public Poco::Net::HTTPRequestHandler {
   public:
    explicit Handler(MoodyServer& server) : server_(server) {}
    void handleRequest(Poco::Net::HTTPServerRequest& request, Poco::Net::HTTPServerResponse& response) override {
      std::string batch;
      Poco::StreamCopier::copyToString(request.stream(), batch);
      std::lock_guard lock(server_.mu_);
      response.setStatus(static_cast<Poco::Net::HTTPResponse::HTTPStatus>(server_.status_));
      if (server_.status_ != 200) {
        response.set("Retry-After", "1");
        response.setContentLength(0);
        response.send();
        return;
      }
      const auto events = std::count(batch.begin(), batch.end(), '\n');
      server_.batches_.push_back(std::move(batch));
      const std::string receipt =
          R"({"accepted": )" + std::to_string(events) + R"(, "duplicates": 0, "rejected": [], "warnings": []})";
      response.setContentType("application/json");
      response.sendBuffer(receipt.data(), receipt.size());
    }

   private:
    MoodyServer& server_;
  };
  class Factory : public Poco::Net::HTTPRequestHandlerFactory {
   public:
    explicit Factory(MoodyServer& server) : server_(server) {}
    Poco::Net::HTTPRequestHandler* createRequestHandler(const Poco::Net::HTTPServerRequest&) override {
      return new Handler(server_);
    }

   private:
    MoodyServer& server_;
  };

  mutable std::mutex mu_;
  int status_ = 200;                  // guarded by mu_
  std::vector<std::string> batches_;  // guarded by mu_
  std::unique_ptr<Poco::Net::HTTPServer> server_;
};

class FallbackWires : public ::testing::Test {
 protected:
  xray::Client makeClient(const std::string& spoolOptions = "", const std::string& more = "") {
    return xray::Client::fromText("plugins: {dirs: [\"" XRAY_PLUGIN_DIR
                                  "\"]}\n"
                                  "transport: {plugin: http-transport, options: {url: \"" +
                                  server_.url() +
                                  "\", compression: none, retry_min: 5ms, retry_max: 20ms}}\n"
                                  "fallback: {plugin: file-transport, patience: 20ms, options: {dir: \"" +
                                  spool().string() + "\"" + spoolOptions + "}}\n" +
                                  "dead_letters: {plugin: file-transport, options: {dir: \"" +
                                  (folder_.path() / "dead").string() + "\"}}\n" +
                                  "retry: {first_delay: 5ms, max_delay: 100ms}\n"
                                  "batch: {max_delay: 60s}\nlog: none\n" +
                                  more);
  }
  fs::path spool() const { return folder_.path() / "spool"; }

  // One batch.
  static xray::sdk::DeliveryReport recordStep(xray::Client& client, xray::sdk::Run& run) {
    run.step("step", "t").input({{"text", std::string(1000, 'x')}});
    return client.flush(20s);
  }
  bool waitForSteps(std::size_t count) {
    return eventually([&] { return server_.steps().size() >= count; });
  }
  static std::vector<std::int64_t> upTo(std::int64_t end) {
    std::vector<std::int64_t> numbers;
    for (std::int64_t i = 0; i < end; ++i) numbers.push_back(i);
    return numbers;
  }

  const xray::test::TempFolder folder_;
  MoodyServer server_;
};

TEST_F(FallbackWires, AnOverloadedBackend_GetsEverythingInOrderOnce_WhenItTakesItAgain) {
  auto client = makeClient();
  auto run = client.startRun("p");
  std::int64_t recorded = 0;
  for (const int status : {429, 503, 502}) {
    SCOPED_TRACE(status);
    server_.answer(status);
    for (int i = 0; i < 10; ++i, ++recorded) EXPECT_TRUE(recordStep(client, run).status.ok());
    EXPECT_GE(client.counters().spooled, static_cast<std::uint64_t>(10 * (recorded / 15 + 1)));
    server_.answer(200);
    ASSERT_TRUE(waitForSteps(static_cast<std::size_t>(recorded)));
    for (int i = 0; i < 5; ++i, ++recorded) EXPECT_TRUE(recordStep(client, run).status.ok());
  }
  run.end();
  EXPECT_TRUE(client.close(20s).status.ok());
  EXPECT_EQ(server_.steps(), upTo(recorded));
  EXPECT_EQ(client.counters().queueFull + client.counters().abandoned + client.counters().spoolDropped, 0u);
}

TEST_F(FallbackWires, ARefusedKey_IsSpooledFor) {
  server_.answer(401);
  auto client = makeClient();
  auto run = client.startRun("p");
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(recordStep(client, run).status.ok());
  EXPECT_GE(client.counters().spooled, 5u);
  server_.answer(200);
  ASSERT_TRUE(waitForSteps(5));
  EXPECT_EQ(server_.steps(), upTo(5));
}

TEST_F(FallbackWires, AFullSpool_ThatBlocks_LosesNothing) {
  server_.answer(503);
  auto client = makeClient(", max_bytes: 16KiB, when_full: block");
  auto run = client.startRun("p");
  xray::sdk::DeliveryReport report;
  std::int64_t recorded = 0;
  do {
    run.step("step", "t").input({{"text", std::string(1000, 'x')}});
    report = client.flush(200ms);
    ++recorded;
  } while (report.status.ok() && recorded < 100);
  EXPECT_THAT(report.status.message(), HasSubstr("the spool is full"));
  server_.answer(200);
  EXPECT_TRUE(client.flush(20s).status.ok());
  EXPECT_TRUE(client.close(20s).status.ok());
  ASSERT_TRUE(waitForSteps(static_cast<std::size_t>(recorded)));
  EXPECT_EQ(client.counters().spoolDropped, 0u);
}

TEST_F(FallbackWires, AFullSpool_ThatDrops_CountsWhatItDropped) {
  for (const std::string mode : {"drop_newest", "drop_oldest"}) {
    SCOPED_TRACE(mode);
    fs::remove_all(spool());
    server_.answer(503);
    const std::size_t before = server_.steps().size();
    auto client = makeClient(", max_bytes: 16KiB, when_full: " + mode);
    auto run = client.startRun("p");
    for (int i = 0; i < 60; ++i) EXPECT_TRUE(recordStep(client, run).status.ok());
    const std::uint64_t dropped = client.counters().spoolDropped;
    EXPECT_GT(dropped, 20u);
    server_.answer(200);
    // The beginning of the run may be among what was dropped.
    EXPECT_TRUE(eventually([&] { return server_.steps().size() - before + dropped >= 60; }))
        << server_.steps().size() - before << " came, " << dropped << " were dropped";
    run.end();
    EXPECT_TRUE(client.close(20s).status.ok());
  }
}

TEST_F(FallbackWires, CloseWithTheBackendAway_SpoolsAndTheNextClientDelivers) {
  server_.answer(503);
  {
    auto client = makeClient();
    auto run = client.startRun("p");
    for (int i = 0; i < 30; ++i) run.step("step", "t").end();
    run.end();
    const auto report = client.close(2s);
    EXPECT_TRUE(report.status.ok()) << report.status.toString();
    EXPECT_EQ(report.undeliveredEvents, 0u);
    EXPECT_GE(report.counters.spooled, 32u);
    EXPECT_GT(report.spooledBytes, 0u);
  }
  server_.answer(200);
  auto next = makeClient();
  ASSERT_TRUE(waitForSteps(30));
  EXPECT_EQ(server_.steps(), upTo(30));
  EXPECT_TRUE(next.close(20s).status.ok());
}

TEST_F(FallbackWires, DeadLetters_LieInASpoolOfTheirOwn) {
  server_.answer(400);
  auto client = makeClient();
  auto run = client.startRun("p");
  EXPECT_TRUE(recordStep(client, run).status.ok());
  EXPECT_EQ(client.counters().deadLettered, 2u);
  EXPECT_EQ(client.counters().givenUp, 2u);
  EXPECT_TRUE(client.close(20s).status.ok());
  // Another client's fallback reads them, as `xray ingest` does.
  server_.answer(200);
  auto reader = xray::Client::fromText("plugins: {dirs: [\"" XRAY_PLUGIN_DIR
                                       "\"]}\n"
                                       "transport: {plugin: http-transport, options: {url: \"" +
                                       server_.url() +
                                       "\", compression: none}}\n"
                                       "fallback: {plugin: file-transport, options: {dir: \"" +
                                       (folder_.path() / "dead").string() + "\"}}\n");
  EXPECT_TRUE(waitForSteps(1));
}

TEST_F(FallbackWires, OfflineAlone_WritesASpoolThatABackendTakes) {
  {
    auto client = xray::Client::fromText("plugins: {dirs: [\"" XRAY_PLUGIN_DIR
                                         "\"]}\n"
                                         "transport: {plugin: file-transport, options: {dir: \"" +
                                         spool().string() + "\"}}\n");
    auto run = client.startRun("p");
    for (int i = 0; i < 100; ++i) run.step("step", "t").input({{"i", i}});
    run.end();
    const auto report = client.close(20s);
    EXPECT_TRUE(report.status.ok()) << report.status.toString();
    EXPECT_GE(report.counters.accepted, 102u);
    EXPECT_EQ(report.counters.spooled, 0u) << "it is the transport, not the fallback";
  }
  auto reader = makeClient();
  ASSERT_TRUE(waitForSteps(100));
  EXPECT_EQ(server_.steps(), upTo(100));
}

}  // namespace
}  // namespace e2e
