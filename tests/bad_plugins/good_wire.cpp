// Both ends of a wire that leads nowhere, with options for one end, the other, and both.
#include "xray/plugin.h"

using namespace xray;

namespace {

class NowhereSender : public Sender {
 public:
  Result<Receipt> send(const Batch& batch, Deadline) override {
    Receipt receipt;
    receipt.accepted = batch.body.size();
    return receipt;
  }
  Status flush(Deadline) override { return {StatusCode::DeadlineExceeded, "flush of " + std::to_string(cancels_)}; }
  void cancel() override { ++cancels_; }

 private:
  int cancels_ = 0;
};

class NowhereReceiver : public Receiver {
 public:
  Status start(Sink&) override { return {}; }
  Status stop(Deadline) override { return {StatusCode::DeadlineExceeded, "one batch"}; }
  std::string endpoint() const override { return "nowhere:1"; }
  Result<Backlog> backlog() const override { return Backlog{.bytes = 7, .openBytes = 0, .setAside = 0}; }
};

constexpr OptionSpec kOptions[] = {
    {.name = "url", .type = OptionType::Text, .fallback = nullptr, .help = "Where to.", .kinds = kSenderPlugin},
    {.name = "listen", .type = OptionType::Text, .fallback = nullptr, .help = "Where.", .kinds = kReceiverPlugin},
    {.name = "limit",
     .type = OptionType::Bytes,
     .fallback = "1MiB",
     .help = "How much.",
     .kinds = kSenderPlugin | kReceiverPlugin},
};

}  // namespace

XRAY_PLUGIN_ENTRY {
  static const PluginDescriptor plugin = [] {
    PluginDescriptor made;
    made.name = "good-wire";
    made.version = "1";
    made.summary = "For tests.";
    made.options = kOptions;
    made.optionCount = std::size(kOptions);
    made.makeSender = [](const Options&, const PluginContext&) -> Result<std::unique_ptr<Sender>> {
      return std::unique_ptr<Sender>(std::make_unique<NowhereSender>());
    };
    made.makeReceiver = [](const Options&, const PluginContext&) -> Result<std::unique_ptr<Receiver>> {
      return std::unique_ptr<Receiver>(std::make_unique<NowhereReceiver>());
    };
    return made;
  }();
  return &plugin;
}
