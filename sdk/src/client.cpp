#include "xray/sdk/client.h"

#include "recorder.h"

namespace xray::sdk {
namespace {

// More than anybody waits, and far from the clock's end.
constexpr auto kLongest = std::chrono::hours(24 * 365);

Deadline after(std::chrono::milliseconds timeout) {
  return std::chrono::steady_clock::now() + std::min<std::chrono::milliseconds>(timeout, kLongest);
}

SenderFactory senderFactory(std::shared_ptr<PluginLoader> loader, const PluginChoice& choice) {
  return [loader = std::move(loader), choice] {
    return loader->makeSender(choice.plugin, choice.options, PluginContext{&systemClock()});
  };
}

Wires wiresOf(const SdkConfig& config) {
  Wires wires;
  wires.backend = senderFactory(config.loader, config.transport);
  if (config.fallback) {
    wires.spool = senderFactory(config.loader, *config.fallback);
    wires.drain = [loader = config.loader, choice = *config.fallback] {
      return loader->makeReceiver(choice.plugin, choice.options, PluginContext{&systemClock()});
    };
  }
  if (config.deadLetters) wires.deadLetters = senderFactory(config.loader, *config.deadLetters);
  return wires;
}

// Records what is wrong with the wires: only a factory checks its options together.
void checkWires(const Wires& wires, ConfigFile& file) {
  ConfigSection root = file.root();
  for (const auto& [factory, section] :
       {std::pair(&wires.backend, "transport"), {&wires.spool, "fallback"}, {&wires.deadLetters, "dead_letters"}}) {
    if (!*factory) continue;
    const auto made = (*factory)();
    if (!made.ok()) root.problemAt(section, made.status().message());
  }
  if (!wires.drain) return;
  const auto made = wires.drain();
  const Status status = made.ok() ? (*made)->backlog().status() : made.status();
  if (!made.ok() || status.code() == StatusCode::NotSupported) root.problemAt("fallback", status.message());
}

/// What a file that is right in everything leads to; else its problems are recorded in it.
std::optional<RecorderParts> readParts(ConfigFile& file, const std::filesystem::path& baseDir) {
  std::optional<SdkConfig> config = readSettings(file, baseDir);
  if (!config) return std::nullopt;
  RecorderParts parts;
  parts.settings = config->settings;
  if (config->settings.logWarnings) parts.log = standardErrorSink();
  parts.wires = wiresOf(*config);
  checkWires(parts.wires, file);
  if (!file.status().ok()) return std::nullopt;
  return parts;
}

Client fromConfig(ConfigFile file, const std::filesystem::path& baseDir) {
  std::optional<RecorderParts> parts = readParts(file, baseDir);
  if (!parts) throw ConfigError(file.status().message());
  return Client(std::make_shared<Recorder>(std::move(*parts), nullptr));
}

}  // namespace

Status checkConfig(const std::filesystem::path& path) {
  ConfigFile file = ConfigFile::load(path);
  (void)readParts(file, path.parent_path());
  return file.status();
}

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
