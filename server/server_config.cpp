#include "server/server_config.h"

#include <array>
#include <utility>

namespace xray::server {
namespace {

constexpr std::int64_t kGiB = std::int64_t{1} << 30;

constexpr OptionSpec kPluginsTable[] = {
    {.name = "dirs",
     .type = OptionType::TextList,
     .fallback = "",
     .help = "Absolute directories that are searched for xray_NAME.so, in their order. Empty: where X-Ray's own "
             "plugins are."},
};

constexpr OptionSpec kApiTable[] = {
    {.name = "listen",
     .type = OptionType::Text,
     .fallback = "127.0.0.1:7007",
     .help = "Address and port of the read API; port 0 lets the kernel pick one. Has no access control: keep it on "
             "loopback."},
    {.name = "threads",
     .type = OptionType::Integer,
     .fallback = "2",
     .help = "Queries that run at the same time; others wait, and are refused with 503 when many do.",
     .minimum = 1,
     .maximum = 64},
    {.name = "query_timeout",
     .type = OptionType::Duration,
     .fallback = "30s",
     .help = "A query that takes longer, waiting included, is cancelled and answered with 504.",
     .minimum = 1'000,
     .maximum = 3'600'000'000},
};

constexpr OptionSpec kValidationTable[] = {
    {.name = "mode",
     .type = OptionType::Choice,
     .fallback = "warn",
     .help = "What becomes of a step that violates its schema: warn stores it with its violations, sanitize stores "
             "what is left without "
             "the offending keys, reject refuses it.",
     .allowed = "warn|sanitize|reject"},
};

constexpr OptionSpec kLifecycleTable[] = {
    {.name = "incomplete_after",
     .type = OptionType::Duration,
     .fallback = "15m",
     .help = "A run that has not ended counts as incomplete when nothing was heard of it for longer than this, unless "
             "it brought a "
             "timeout of its own.",
     .minimum = 1'000,
     .maximum = INT64_C(31'536'000'000'000)},
};

constexpr OptionSpec kIngestTable[] = {
    {.name = "queue_bytes",
     .type = OptionType::Bytes,
     .fallback = "64MiB",
     .help = "Bytes of batches that may wait for the store. More are refused with 503 until there is room; senders try "
             "again.",
     .minimum = 4096,
     .maximum = 64 * kGiB},
    {.name = "commit_events",
     .type = OptionType::Integer,
     .fallback = "10000",
     .help = "Batches that wait are committed together up to so many events: one disk flush for all of them.",
     .minimum = 1,
     .maximum = 1'000'000},
    {.name = "commit_bytes",
     .type = OptionType::Bytes,
     .fallback = "16MiB",
     .help = "The same limit in bytes.",
     .minimum = 4096,
     .maximum = kGiB},
    {.name = "max_event_bytes",
     .type = OptionType::Bytes,
     .fallback = "8MiB",
     .help = "A greater event is rejected as too_large; its neighbours are stored.",
     .minimum = 1024,
     .maximum = kGiB},
    {.name = "max_batch_bytes",
     .type = OptionType::Bytes,
     .fallback = "32MiB",
     .help = "A greater batch, after decompression, is refused whole. A receiver may have a lower limit of its own.",
     .minimum = 1024,
     .maximum = kGiB},
    {.name = "max_depth",
     .type = OptionType::Integer,
     .fallback = "128",
     .help = "Levels of JSON in an event, the event itself being the first. A deeper one is rejected as too_deep.",
     .minimum = 2,
     .maximum = 1000},
};

constexpr OptionSpec kLogTable[] = {
    {.name = "level",
     .type = OptionType::Choice,
     .fallback = "info",
     .help = "The least important lines that are written to standard error.",
     .allowed = "debug|info|warn|error"},
};

constexpr ConfigTable kTables[] = {
    {"api", kApiTable},       {"validation", kValidationTable}, {"lifecycle", kLifecycleTable},
    {"ingest", kIngestTable}, {"plugins", kPluginsTable},       {"log", kLogTable},
};

std::vector<std::filesystem::path> readPluginDirs(ConfigSection section) {
  std::vector<std::filesystem::path> dirs;
  const Options options = section.options(kPluginsTable);
  for (const std::string& dir : options.list("dirs")) {
    if (std::filesystem::path(dir).is_absolute()) {
      dirs.emplace_back(dir);
    } else {
      section.problemAt("dirs", "must be absolute paths, not \"" + dir + "\"");
    }
  }
  return dirs;
}

void readApi(ConfigSection section, ServerConfig& config) {
  const Options options = section.options(kApiTable);
  Result<http::ListenAddress> listen = http::ListenAddress::parse(options.text("listen"));
  if (listen.ok()) {
    config.apiListen = *listen;
  } else {
    section.problemAt("listen", listen.status().message());
  }
  config.apiThreads = static_cast<unsigned>(options.integer("threads"));
  config.queryTimeout = options.duration("query_timeout");
}

void readValidation(ConfigSection section, PluginLoader& plugins, ServerConfig& config) {
  const std::string pluginMembers[] = {"plugin", "options"};
  const std::string mode = section.options(kValidationTable, pluginMembers).text("mode");
  config.validationMode = mode == "reject"     ? ValidationMode::Reject
                          : mode == "sanitize" ? ValidationMode::Sanitize
                                               : ValidationMode::Warn;
  const std::string ownMembers[] = {"mode"};
  if (auto choice = section.plugin(plugins, kValidatorPlugin, "key-list", ownMembers))
    config.validator = std::move(*choice);
}

void readIngest(ConfigSection section, IngestOptions& ingest) {
  const Options options = section.options(kIngestTable);
  ingest.queueBytes = static_cast<std::size_t>(options.integer("queue_bytes"));
  ingest.commitEvents = static_cast<std::size_t>(options.integer("commit_events"));
  ingest.commitBytes = static_cast<std::size_t>(options.integer("commit_bytes"));
  ingest.limits.maxEventBytes = static_cast<std::size_t>(options.integer("max_event_bytes"));
  ingest.limits.maxBatchBytes = static_cast<std::size_t>(options.integer("max_batch_bytes"));
  ingest.limits.maxDepth = static_cast<unsigned>(options.integer("max_depth"));
  if (ingest.queueBytes < ingest.limits.maxBatchBytes) {
    section.problemAt("queue_bytes", "must be at least max_batch_bytes (" +
                                         std::to_string(ingest.limits.maxBatchBytes) +
                                         " bytes), or the greatest batch would never fit");
  }
}

}  // namespace

std::span<const ConfigTable> serverConfigTables() {
  return kTables;
}

Result<LoadedConfig> loadServerConfig(const std::filesystem::path& path) {
  return loadServerConfig(ConfigFile::load(path));
}

Result<LoadedConfig> loadServerConfig(ConfigFile file) {
  LoadedConfig loaded;
  ServerConfig& config = loaded.config;
  ConfigSection root = file.root();
  const std::string sections[] = {"store", "receivers", "api", "validation", "lifecycle", "ingest", "plugins", "log"};
  root.allowOnly(sections);

  loaded.plugins = std::make_unique<PluginLoader>(readPluginDirs(root.child("plugins")));
  if (auto choice = root.child("store").plugin(*loaded.plugins, kStorePlugin)) config.store = std::move(*choice);
  for (ConfigSection& receiver : root.list("receivers")) {
    if (auto choice = receiver.plugin(*loaded.plugins, kReceiverPlugin)) config.receivers.push_back(std::move(*choice));
  }
  readApi(root.child("api"), config);
  readValidation(root.child("validation"), *loaded.plugins, config);
  config.incompleteAfter = root.child("lifecycle").options(kLifecycleTable).duration("incomplete_after");
  readIngest(root.child("ingest"), config.ingest);
  config.logLevel = root.child("log").options(kLogTable).text("level");

  if (Status status = file.status(); !status.ok()) return status;
  return loaded;
}

}  // namespace xray::server
