#include "settings.h"

#include <algorithm>
#include <fstream>
#include <sstream>
#include <system_error>

#include "xray/json.h"
#include "xray/text.h"

namespace xray::sdk {
namespace {

constexpr OptionSpec kRootOptions[] = {
    {"close_timeout", OptionType::Duration, "5s",
     "How long the end of the Client may take to deliver what is still queued.", 0, 0, 3'600'000'000},
    {"log", OptionType::Choice, "stderr",
     "Where problems are told (lost events, a backend that is away): each kind at most once a minute.", 0, 0, INT64_MAX,
     "stderr|none"},
};
constexpr OptionSpec kPluginsOptions[] = {
    {"dirs", OptionType::TextList, "", "Absolute directories that plugins are loaded from; none: the installed one."},
};
constexpr OptionSpec kSchemaOptions[] = {
    {"name", OptionType::Text, nullptr, "The schema's name, 1 to 200 bytes."},
    {"version", OptionType::Integer, nullptr, "Its version. A changed definition needs a new one.", 0, 1, 2147483647},
    {"file", OptionType::Text, "", "A JSON file with the definition; relative to this configuration file."},
    {"definition", OptionType::Text, "", "The definition itself, as a text of JSON; instead of file."},
};
constexpr OptionSpec kValidationOptions[] = {
    {"mode", OptionType::Choice, "warn",
     "What happens to a step that violates the schema: recorded with its violations, recorded without what offends, or "
     "not recorded (and counted).",
     0, 0, INT64_MAX, "warn|sanitize|reject"},
};
constexpr OptionSpec kQueueOptions[] = {
    {"max_bytes", OptionType::Bytes, "16MiB", "Bound of what waits to be delivered, over all threads.", 0, 64 << 10,
     std::int64_t{1} << 40},
    {"when_full", OptionType::Choice, "drop_newest",
     "Full queue: drop the new step and count it, or let the recording thread wait for room.", 0, 0, INT64_MAX,
     "drop_newest|block"},
    {"block_timeout", OptionType::Duration, "30s", "when_full block: how long at most, before the step is dropped.", 0,
     1000, 3'600'000'000},
    {"max_event_bytes", OptionType::Bytes, "8MiB",
     "A step with more than this is not delivered (and counted). Not more than the backend takes, nor than half of "
     "max_bytes.",
     0, 1 << 10, 64 << 20},
};
constexpr OptionSpec kBatchOptions[] = {
    {"max_bytes", OptionType::Bytes, "1MiB", "A batch leaves when it has this much.", 0, 1, 16 << 20},
    {"max_delay", OptionType::Duration, "200ms", "A batch leaves at the latest after this.", 0, 1000, 60'000'000},
};
constexpr OptionSpec kRetryOptions[] = {
    {"send_timeout", OptionType::Duration, "30s",
     "How long one delivery may take, the transport's own retries included.", 0, 1000, 3'600'000'000},
    {"first_delay", OptionType::Duration, "100ms",
     "Wait after a failed delivery; doubled with each further one. The wire's Retry-After goes first.", 0, 1000,
     3'600'000'000},
    {"max_delay", OptionType::Duration, "30s", "The longest such wait; also between tries with a key that is refused.",
     0, 1000, 3'600'000'000},
};
constexpr OptionSpec kFallbackOptions[] = {
    {"patience", OptionType::Duration, "1s",
     "How long the backend may be away, or refuse for overload, before a batch is spooled; also how long one waits for "
     "the rest of the spool before it is sent directly again.",
     0, 1000, 60'000'000},
};

const std::vector<std::string> kSections = {"plugins", "transport",  "fallback", "dead_letters", "schema",
                                            "queue",   "validation", "batch",    "retry"};
const std::vector<std::string> kPluginMembers = {"plugin", "options"};
constexpr std::uint8_t kBothEnds = kSenderPlugin | kReceiverPlugin;

ValidationMode modeFrom(const std::string& text) {
  if (text == toString(ValidationMode::Sanitize)) return ValidationMode::Sanitize;
  return text == toString(ValidationMode::Reject) ? ValidationMode::Reject : ValidationMode::Warn;
}

Result<std::string> readFile(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  if (!in || !(text << in.rdbuf())) return Status(StatusCode::NotFound, "cannot read " + path.string());
  return std::move(text).str();
}

// The definition's text, checked to be an object; nothing when a problem was recorded.
std::optional<std::string> readDefinition(ConfigSection& section, const Options& options,
                                          const std::filesystem::path& baseDir) {
  const std::string& file = options.text("file");
  const std::string& inlined = options.text("definition");
  if (file.empty() == inlined.empty()) {
    section.problem("needs one of file and definition");
    return std::nullopt;
  }
  const std::string member = file.empty() ? "definition" : "file";
  Result<std::string> text = file.empty() ? Result<std::string>(inlined) : readFile(baseDir / file);
  if (!text.ok()) {
    section.problemAt(member, text.status().message());
    return std::nullopt;
  }
  const auto facts = checkJson(*text, EventLimits().maxDepth - 1);
  if (!facts.ok()) {
    section.problemAt(member, "is not JSON: " + facts.status().message());
    return std::nullopt;
  }
  if (facts->type != JsonType::Object) {
    section.problemAt(member, "must be a JSON object, not a JSON " + std::string(toString(facts->type)));
    return std::nullopt;
  }
  return std::string(facts->text);
}

std::shared_ptr<const SchemaPolicy> readSchema(ConfigSection root, PluginLoader& loader,
                                               const std::filesystem::path& baseDir) {
  ConfigSection section = root.child("schema");
  ConfigSection validation = root.child("validation");
  const std::vector<std::string> also = {"mode"};
  const auto choice = validation.plugin(loader, kValidatorPlugin, "key-list", also);
  const ValidationMode mode = modeFrom(validation.options(kValidationOptions, kPluginMembers).text("mode"));
  if (!section.present()) return nullptr;
  const Options options = section.options(kSchemaOptions);
  const auto definition = readDefinition(section, options, baseDir);
  if (!definition || !choice) return nullptr;
  const std::string& name = options.text("name");
  if (name.empty() || name.size() > 200 || !isUtf8(name)) {
    section.problemAt("name", "must be 1 to 200 bytes of UTF-8");
    return nullptr;
  }
  auto validator = loader.makeValidator(choice->plugin, choice->options, PluginContext{&systemClock()});
  if (!validator.ok()) {
    validation.problem(validator.status().message());
    return nullptr;
  }
  auto policy = SchemaPolicy::make({name, options.integer("version")}, *definition, **validator, mode);
  if (policy.ok()) return *policy;
  section.problemAt(options.text("file").empty() ? "definition" : "file", policy.status().message());
  return nullptr;
}

void readLimits(ConfigSection root, Settings& settings) {
  const Options top = root.options(kRootOptions, kSections);
  settings.closeTimeout = top.duration("close_timeout");
  settings.logWarnings = top.text("log") == "stderr";

  ConfigSection queueSection = root.child("queue");
  const Options queue = queueSection.options(kQueueOptions);
  settings.queueBytes = static_cast<std::size_t>(queue.integer("max_bytes"));
  settings.blockWhenFull = queue.text("when_full") == "block";
  settings.blockTimeout = queue.duration("block_timeout");
  settings.maxEventBytes = static_cast<std::size_t>(queue.integer("max_event_bytes"));
  if (settings.maxEventBytes > settings.queueBytes / 2) {
    queueSection.problemAt("max_event_bytes",
                           "is more than half of max_bytes (" + std::to_string(settings.queueBytes) + " bytes)");
  }

  const Options batch = root.child("batch").options(kBatchOptions);
  settings.batchBytes = static_cast<std::size_t>(batch.integer("max_bytes"));
  settings.maxDelay = batch.duration("max_delay");

  ConfigSection retrySection = root.child("retry");
  const Options retry = retrySection.options(kRetryOptions);
  settings.sendTimeout = retry.duration("send_timeout");
  settings.retryFirst = retry.duration("first_delay");
  settings.retryMost = retry.duration("max_delay");
  if (settings.retryFirst > settings.retryMost) retrySection.problemAt("first_delay", "is more than max_delay");
}

// The directory that a choice names, as it can be compared; empty when its plugin has no such option.
std::filesystem::path dirOf(const PluginChoice& choice, PluginLoader& loader) {
  const auto plugin = loader.load(choice.plugin);
  if (!plugin.ok()) return {};
  const std::span<const OptionSpec> table((*plugin)->options, (*plugin)->optionCount);
  const bool hasDir = std::any_of(table.begin(), table.end(), [](const OptionSpec& spec) {
    return std::string_view(spec.name) == "dir" && spec.type == OptionType::Text;
  });
  if (!hasDir) return {};
  std::error_code unreadable;
  const std::filesystem::path dir = std::filesystem::absolute(choice.options.text("dir"), unreadable);
  const std::filesystem::path known = std::filesystem::weakly_canonical(dir, unreadable);
  return unreadable ? dir.lexically_normal() : known;
}

// Records a problem at `section` when both are the same directory of the same wire.
void refuseSameDir(ConfigSection section, const std::optional<PluginChoice>& choice,
                   const std::optional<PluginChoice>& other, PluginLoader& loader, const std::string& message) {
  if (!choice || !other || choice->plugin != other->plugin) return;
  const std::filesystem::path dir = dirOf(*choice, loader);
  if (!dir.empty() && dir == dirOf(*other, loader)) section.child("options").problemAt("dir", message);
}

// Of the transport, the fallback and the dead letters, each may lead to the next, so none may lead back.
void readWires(ConfigSection root, SdkConfig& config, std::optional<PluginChoice>& transport) {
  transport = root.child("transport").plugin(*config.loader, kSenderPlugin, "http-transport");
  ConfigSection fallback = root.child("fallback");
  const std::vector<std::string> also = {"patience"};
  if (fallback.present()) config.fallback = fallback.plugin(*config.loader, kBothEnds, "", also);
  config.settings.patience = fallback.options(kFallbackOptions, kPluginMembers).duration("patience");

  ConfigSection deadLetters = root.child("dead_letters");
  if (deadLetters.present()) config.deadLetters = deadLetters.plugin(*config.loader, kSenderPlugin);

  refuseSameDir(fallback, config.fallback, transport, *config.loader,
                "is the transport's too: what is drained would come back to it");
  refuseSameDir(deadLetters, config.deadLetters, transport, *config.loader,
                "is the transport's too: what the backend refused would be sent to it again");
  refuseSameDir(deadLetters, config.deadLetters, config.fallback, *config.loader,
                "is the fallback's too: what the backend refused would be sent to it again and again");
}

constexpr ConfigTable kTables[] = {
    {"", kRootOptions},         {"fallback", kFallbackOptions},
    {"schema", kSchemaOptions}, {"validation", kValidationOptions},
    {"queue", kQueueOptions},   {"batch", kBatchOptions},
    {"retry", kRetryOptions},   {"plugins", kPluginsOptions},
};

}  // namespace

std::span<const ConfigTable> sdkConfigTables() {
  return kTables;
}

std::optional<SdkConfig> readSettings(ConfigFile& file, const std::filesystem::path& baseDir) {
  ConfigSection root = file.root();
  SdkConfig config;
  readLimits(root, config.settings);

  const Options plugins = root.child("plugins").options(kPluginsOptions);
  std::vector<std::filesystem::path> dirs(plugins.list("dirs").begin(), plugins.list("dirs").end());
  config.loader = std::make_shared<PluginLoader>(std::move(dirs));
  std::optional<PluginChoice> transport;
  readWires(root, config, transport);
  config.settings.schema = readSchema(root, *config.loader, baseDir);
  if (!file.status().ok() || !transport) return std::nullopt;
  config.transport = std::move(*transport);
  return config;
}

}  // namespace xray::sdk
