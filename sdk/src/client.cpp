#include "xray/sdk/client.h"

#include "recorder.h"

namespace xray::sdk {
namespace {

// More than anybody waits, and far from the clock's end.
constexpr auto kLongest = std::chrono::hours(24 * 365);

Deadline after(std::chrono::milliseconds timeout) {
  return std::chrono::steady_clock::now() + std::min<std::chrono::milliseconds>(timeout, kLongest);
}

Client fromConfig(ConfigFile file, const std::filesystem::path& baseDir) {
  std::optional<SdkConfig> config = readSettings(file, baseDir);
  if (!config) throw ConfigError(file.status().message());
  RecorderParts parts;
  parts.settings = config->settings;
  if (config->settings.logWarnings) parts.log = standardErrorSink();
  parts.makeSender = [loader = config->loader, plugin = config->plugin, options = config->options] {
    return loader->makeSender(plugin, options, PluginContext{&systemClock()});
  };
  auto sender = parts.makeSender();
  if (!sender.ok()) {
    file.root().problemAt("transport", sender.status().message());
    throw ConfigError(file.status().message());
  }
  return Client(std::make_shared<Recorder>(std::move(parts), std::move(*sender)));
}

}  // namespace

Client Client::fromFile(const std::filesystem::path& path) {
  return fromConfig(ConfigFile::load(path), path.parent_path());
}

Client Client::fromText(const std::string& yaml, const std::string& name) {
  return fromConfig(ConfigFile::parse(yaml, name), std::filesystem::path());
}

Client& Client::operator=(Client&& other) noexcept {
  std::swap(recorder_, other.recorder_);
  return *this;
}

Client::~Client() {
  if (recorder_) recorder_->close(std::chrono::steady_clock::now() + recorder_->settings().closeTimeout);
}

Run Client::startRun(std::string_view pipeline, const Fields& metadata, const RunOptions& options) noexcept {
  RunState* run = recorder_ ? recorder_->startRun(pipeline, metadata, options) : nullptr;
  return run ? Run(run, run->id) : Run();
}

DeliveryReport Client::flush(Deadline deadline) noexcept {
  return recorder_ ? recorder_->flush(deadline) : DeliveryReport();
}

DeliveryReport Client::flush(std::chrono::milliseconds timeout) noexcept {
  return flush(after(timeout));
}

DeliveryReport Client::close(Deadline deadline) noexcept {
  return recorder_ ? recorder_->close(deadline) : DeliveryReport();
}

DeliveryReport Client::close(std::chrono::milliseconds timeout) noexcept {
  return close(after(timeout));
}

Counters Client::counters() const noexcept {
  return recorder_ ? recorder_->counters() : Counters();
}

}  // namespace xray::sdk
