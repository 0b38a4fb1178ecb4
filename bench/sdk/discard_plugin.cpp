// The `bench-discard` transport: a Sender that takes every batch at once, counts its events and forgets it. So the
// shipper does all of its work (draining, encoding, batching, settling), and nothing else competes for the machine.

#include <fstream>

#include "xray/plugin.h"

namespace xray::bench {
namespace {

constexpr OptionSpec kOptions[] = {
    {"file", OptionType::Text, "", "Where batches are appended to, for a look at their content. None: nowhere."},
};

class DiscardingSender : public Sender {
 public:
  explicit DiscardingSender(const std::string& file) {
    if (!file.empty()) out_.open(file, std::ios::binary | std::ios::app);
  }

  Result<Receipt> send(const Batch& batch, Deadline) override {
    Receipt receipt;
    for (std::size_t at = 0; (at = batch.body.find('\n', at)) != std::string::npos; ++at) ++receipt.accepted;
    if (out_.is_open()) out_.write(batch.body.data(), static_cast<std::streamsize>(batch.body.size()));
    return receipt;
  }
  Status flush(Deadline) override {
    if (out_.is_open()) out_.flush();
    return Status();
  }
  void cancel() override {}

 private:
  std::ofstream out_;
};

}  // namespace
}  // namespace xray::bench

XRAY_PLUGIN_ENTRY {
  static const xray::PluginDescriptor descriptor{
      .name = "bench-discard",
      .version = "0.1.0",
      .summary = "Takes batches and forgets them; for benchmarks of the SDK",
      .options = xray::bench::kOptions,
      .optionCount = std::size(xray::bench::kOptions),
      .makeSender = [](const xray::Options& options,
                       const xray::PluginContext&) -> xray::Result<std::unique_ptr<xray::Sender>> {
        return std::unique_ptr<xray::Sender>(std::make_unique<xray::bench::DiscardingSender>(options.text("file")));
      },
  };
  return &descriptor;
}
