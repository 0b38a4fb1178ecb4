// Every call of its objects throws. Option `factory`: what the factories do instead of returning one.
#include <stdexcept>

#include "xray/plugin.h"

using namespace xray;

namespace {

[[noreturn]] void breakDown(const char* call) {
  throw std::runtime_error(std::string(call) + " broke");
}

class BrokenStore : public Store {
 public:
  Status open() override { throw 42; }  // no std::exception at all
  Result<AppendOutcome> append(const AppendBatch&) override { breakDown("append"); }
  std::size_t appendConcurrency() const override { breakDown("appendConcurrency"); }
  Result<std::optional<Run>> run(const Id&, const ReadContext&) override { breakDown("run"); }
  Result<Page<Run>> runs(const PageQuery&, const ReadContext&) override { breakDown("runs"); }
  Result<std::vector<StepSkeleton>> runSteps(const Id&, const ReadContext&) override { breakDown("runSteps"); }
  Result<std::optional<Step>> step(const Id&, const Id&, const ReadContext&) override { breakDown("step"); }
  Result<Page<Step>> steps(const PageQuery&, bool, const ReadContext&) override { breakDown("steps"); }
  Result<Analysis<LatencyRow>> latency(const GroupQuery&, const ReadContext&) override { breakDown("latency"); }
  Result<Analysis<ValuesRow>> values(const ValuesQuery&, const ReadContext&) override { breakDown("values"); }
  Result<Analysis<FailureRow>> failures(const FailuresQuery&, const ReadContext&) override { breakDown("failures"); }
  Result<Analysis<CountRow>> counts(Entity, const GroupQuery&, const ReadContext&) override { breakDown("counts"); }
  Result<std::vector<SchemaInfo>> schemas(std::string_view, const ReadContext&) override { breakDown("schemas"); }
  Result<std::optional<SchemaInfo>> schema(const SchemaRefView&, const ReadContext&) override { breakDown("schema"); }
  Result<std::vector<RunSchema>> runSchemas(std::span<const Id>) override { breakDown("runSchemas"); }
  Result<RejectionPage> rejections(std::size_t, std::optional<std::int64_t>, const ReadContext&) override {
    breakDown("rejections");
  }
  Status keepIndex(const IndexedKey&) override { breakDown("keepIndex"); }
  Status health() override { breakDown("health"); }
  Status close() override { breakDown("close"); }
};

class BrokenSender : public Sender {
 public:
  Result<Receipt> send(const Batch&, Deadline) override { breakDown("send"); }
  Status flush(Deadline) override { breakDown("flush"); }
  void cancel() override { breakDown("cancel"); }
};

class BrokenReceiver : public Receiver {
 public:
  Status start(Sink&) override { breakDown("start"); }
  Status stop(Deadline) override { breakDown("stop"); }
  std::string endpoint() const override { breakDown("endpoint"); }
  Result<Backlog> backlog() const override { breakDown("backlog"); }
};

class BrokenSchema : public CompiledSchema {
 public:
  void check(const StepContent&, std::vector<Violation>& violations) const override {
    violations.push_back({"/half", ViolationKind::UnknownKey, "done"});
    breakDown("check");
  }
};

/// The definition says what to do: `"null"`, `"throw"`, or anything for a schema that breaks.
class BrokenValidator : public SchemaValidator {
 public:
  Result<std::unique_ptr<CompiledSchema>> compile(JsonText definition) const override {
    if (definition == "\"null\"") return std::unique_ptr<CompiledSchema>();
    if (definition == "\"throw\"") breakDown("compile");
    return std::unique_ptr<CompiledSchema>(std::make_unique<BrokenSchema>());
  }
};

template <typename Contract, typename Broken>
Result<std::unique_ptr<Contract>> make(const Options& options, const PluginContext&) {
  const std::string& wish = options.text("factory");
  if (wish == "null") return std::unique_ptr<Contract>();
  if (wish == "throw") breakDown("factory");
  if (wish == "refuse") return Status(StatusCode::InvalidArgument, "these options do not go together");
  return std::unique_ptr<Contract>(std::make_unique<Broken>());
}

constexpr OptionSpec kOptions[] = {
    {.name = "factory",
     .type = OptionType::Choice,
     .fallback = "object",
     .help = "What the factories do.",
     .allowed = "object|null|throw|refuse"},
};

}  // namespace

XRAY_PLUGIN_ENTRY {
  static const PluginDescriptor plugin = [] {
    PluginDescriptor made;
    made.name = "misbehaving";
    made.version = "1";
    made.summary = "For tests.";
    made.options = kOptions;
    made.optionCount = std::size(kOptions);
    made.makeStore = make<Store, BrokenStore>;
    made.makeSender = make<Sender, BrokenSender>;
    made.makeReceiver = make<Receiver, BrokenReceiver>;
    made.makeValidator = make<SchemaValidator, BrokenValidator>;
    return made;
  }();
  return &plugin;
}
