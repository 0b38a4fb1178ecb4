#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include <sstream>

#include "core/plugin/test_plugins.h"
#include "xray/plugin_loader.h"

namespace xray {
namespace {

using test::PluginFolder;

/// Catches what is logged while it lives.
class LogCatcher {
 public:
  LogCatcher() : before_(spdlog::default_logger()) {
    auto sink = std::make_shared<spdlog::sinks::ostream_sink_mt>(text_);
    sink->set_pattern("%l %v");
    spdlog::set_default_logger(std::make_shared<spdlog::logger>("test", sink));
  }
  ~LogCatcher() { spdlog::set_default_logger(before_); }

  /// What came since the last call.
  std::string take() {
    spdlog::default_logger()->flush();
    std::string text = text_.str();
    text_.str("");
    return text;
  }

 private:
  std::ostringstream text_;
  std::shared_ptr<spdlog::logger> before_;
};

Options factoryOption(const std::string& wish) {
  Options options;
  options.set("factory", wish);
  return options;
}

class Guards : public testing::Test {
 protected:
  /// The failure is Internal with that text, and was logged once.
  void expectStopped(const Status& status, const std::string& text) {
    EXPECT_EQ(status.code(), StatusCode::Internal);
    EXPECT_EQ(status.message(), "plugin misbehaving: " + text);
    EXPECT_EQ(log_.take(), "error plugin misbehaving: " + text + "\n");
  }

  const Options good_ = factoryOption("object");
  const PluginContext context_{&systemClock()};
  PluginFolder folder_{{"misbehaving", "good-wire"}};
  PluginLoader loader_{{folder_.path()}};
  LogCatcher log_;
};

TEST_F(Guards, Store_EveryCallThatThrows_IsInternal) {
  const auto made = loader_.makeStore("misbehaving", good_, context_);
  ASSERT_TRUE(made.ok()) << made.status().toString();
  Store& store = **made;
  const Id id;
  const ReadContext read{};
  const PageQuery query;
  expectStopped(store.open(), "open: an exception of unknown type");
  expectStopped(store.append({}).status(), "append: append broke");
  EXPECT_EQ(store.appendConcurrency(), 1u);
  EXPECT_EQ(log_.take(), "error plugin misbehaving: appendConcurrency: appendConcurrency broke\n");
  expectStopped(store.run(id, read).status(), "run: run broke");
  expectStopped(store.runs(query, read).status(), "runs: runs broke");
  expectStopped(store.runSteps(id, read).status(), "runSteps: runSteps broke");
  expectStopped(store.step(id, id, read).status(), "step: step broke");
  expectStopped(store.steps(query, true, read).status(), "steps: steps broke");
  expectStopped(store.latency({}, read).status(), "latency: latency broke");
  expectStopped(store.values({}, read).status(), "values: values broke");
  expectStopped(store.failures({}, read).status(), "failures: failures broke");
  expectStopped(store.counts(Entity::Run, {}, read).status(), "counts: counts broke");
  expectStopped(store.schemas("", read).status(), "schemas: schemas broke");
  expectStopped(store.schema({}, read).status(), "schema: schema broke");
  expectStopped(store.runSchemas({}).status(), "runSchemas: runSchemas broke");
  expectStopped(store.rejections(1, std::nullopt, read).status(), "rejections: rejections broke");
  expectStopped(store.keepIndex({}), "keepIndex: keepIndex broke");
  expectStopped(store.health(), "health: health broke");
  expectStopped(store.close(), "close: close broke");
}

TEST_F(Guards, SenderAndReceiver_EveryCallThatThrows_IsInternal) {
  const auto sender = loader_.makeSender("misbehaving", good_, context_);
  ASSERT_TRUE(sender.ok());
  expectStopped((*sender)->send({}, {}).status(), "send: send broke");
  expectStopped((*sender)->flush({}), "flush: flush broke");
  (*sender)->cancel();
  EXPECT_EQ(log_.take(), "error plugin misbehaving: cancel: cancel broke\n");

  class NoSink : public Sink {
    void submit(Batch, Done) override {}
  } sink;
  const auto receiver = loader_.makeReceiver("misbehaving", good_, context_);
  ASSERT_TRUE(receiver.ok());
  expectStopped((*receiver)->start(sink), "start: start broke");
  expectStopped((*receiver)->stop({}), "stop: stop broke");
  EXPECT_EQ((*receiver)->endpoint(), "(plugin misbehaving: endpoint: endpoint broke)");
  EXPECT_EQ((*receiver)->backlog().status().message(), "plugin misbehaving: backlog: backlog broke");
}

TEST_F(Guards, Validator_CheckThatThrows_CountsAsOneViolation) {
  const auto validator = loader_.makeValidator("misbehaving", good_, context_);
  ASSERT_TRUE(validator.ok());
  expectStopped((*validator)->compile("\"throw\"").status(), "compile: compile broke");
  EXPECT_EQ((*validator)->compile("\"null\"").status().message(), "plugin misbehaving: compile: returned no object");

  const auto schema = (*validator)->compile("{}");
  ASSERT_TRUE(schema.ok());
  std::vector<Violation> violations{{"/before", ViolationKind::WrongType, ""}};
  (*schema)->check({}, violations);
  ASSERT_EQ(violations.size(), 2u);
  EXPECT_EQ(violations[0].pointer, "/before");
  EXPECT_EQ(violations[1].pointer, "");
  EXPECT_EQ(violations[1].reason, "not checked: plugin misbehaving: check: check broke");
}

TEST_F(Guards, Factory_ThrowingOrGivingNothing_IsInternal_ItsOwnStatusPasses) {
  const auto expectAll = [&](const std::string& wish, StatusCode code, const std::string& text) {
    const Options options = factoryOption(wish);
    const Status all[] = {loader_.makeStore("misbehaving", options, context_).status(),
                          loader_.makeSender("misbehaving", options, context_).status(),
                          loader_.makeReceiver("misbehaving", options, context_).status(),
                          loader_.makeValidator("misbehaving", options, context_).status()};
    for (const Status& status : all) {
      EXPECT_EQ(status.code(), code);
      EXPECT_THAT(status.message(), testing::HasSubstr(text));
    }
  };
  expectAll("throw", StatusCode::Internal, "factory broke");
  expectAll("null", StatusCode::Internal, "returned no object");
  expectAll("refuse", StatusCode::InvalidArgument, "these options do not go together");
  // Options of another table are the caller's bug, and no crash either.
  EXPECT_EQ(loader_.makeStore("misbehaving", Options(), context_).status().message(),
            "plugin misbehaving: makeStore: no option \"factory\" in the table");
}

TEST_F(Guards, Observer_IsToldOfEachCallAndOfChecksThatFail) {
  struct Calls : PluginCallObserver {
    void called(const std::string& plugin, const char* call, StatusCode outcome, std::chrono::nanoseconds) override {
      all.push_back(plugin + " " + call + " " + std::string(toString(outcome)));
    }
    std::vector<std::string> all;
  } calls;
  loader_.observeCalls(&calls);
  const auto store = loader_.makeStore("misbehaving", good_, context_);
  const auto sender = loader_.makeSender("good-wire", Options(), context_);
  const auto validator = loader_.makeValidator("misbehaving", good_, context_);
  ASSERT_TRUE(store.ok() && sender.ok() && validator.ok());
  EXPECT_FALSE((*store)->append({}).ok());
  EXPECT_TRUE((*sender)->send({}, {}).ok());
  const auto schema = (*validator)->compile("{}");
  ASSERT_TRUE(schema.ok());
  std::vector<Violation> violations;
  (*schema)->check({}, violations);
  EXPECT_THAT(calls.all,
              testing::ElementsAre("misbehaving makeStore Ok", "good-wire makeSender Ok",
                                   "misbehaving makeValidator Ok", "misbehaving append Internal", "good-wire send Ok",
                                   "misbehaving compile Ok", "misbehaving check Internal"));
}

TEST_F(Guards, GoodPlugin_ItsAnswersPassUnchanged) {
  const auto sender = loader_.makeSender("good-wire", Options(), context_);
  ASSERT_TRUE(sender.ok());
  Batch batch;
  batch.body = "12345";
  EXPECT_EQ((*sender)->send(batch, {})->accepted, 5u);
  (*sender)->cancel();
  EXPECT_EQ((*sender)->flush({}).message(), "flush of 1");
  EXPECT_EQ((*sender)->flush({}).code(), StatusCode::DeadlineExceeded);

  const auto receiver = loader_.makeReceiver("good-wire", Options(), context_);
  ASSERT_TRUE(receiver.ok());
  EXPECT_EQ((*receiver)->endpoint(), "nowhere:1");
  EXPECT_EQ((*receiver)->stop({}).message(), "one batch");
  EXPECT_EQ((*receiver)->backlog()->bytes, 7u);
  EXPECT_EQ(log_.take(), "");
}

}  // namespace
}  // namespace xray
