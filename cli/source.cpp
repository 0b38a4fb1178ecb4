#include "cli/source.h"

#include "server/api/api.h"
#include "server/server_config.h"

namespace xray::cli {
namespace {

class StoreSource : public Source {
 public:
  StoreSource(server::LoadedConfig loaded, std::unique_ptr<Store> store)
      : loaded_(std::move(loaded)),
        store_(std::move(store)),
        api_({store_.get(), loaded_.plugins.get(), &systemClock(), loaded_.config.incompleteAfter,
              loaded_.config.queryTimeout, [this] { return store_->health(); }}) {}
  ~StoreSource() override { (void)store_->close(); }

  Result<Answer> ask(const Question& question) override {
    http::Request request;
    request.method = "GET";
    request.target = question.path;
    request.path = question.path;
    request.query = question.parameters;
    http::Response response = api_.handle(std::move(request));
    return Answer{response.status, std::move(response.body)};
  }

 private:
  server::LoadedConfig loaded_;
  std::unique_ptr<Store> store_;
  server::Api api_;
};

}  // namespace

Result<std::unique_ptr<Source>> makeStoreSource(const std::filesystem::path& config) {
  Result<server::LoadedConfig> loaded = server::loadServerConfig(config);
  if (!loaded.ok()) return loaded.status();
  const PluginChoice& choice = loaded->config.store;
  Result<std::unique_ptr<Store>> store =
      loaded->plugins->makeStore(choice.plugin, choice.options, {&systemClock(), StoreAccess::ReadOnly});
  Status status = store.ok() ? (*store)->open() : store.status();
  // A store that cannot be opened is a failure, not a mistake in the file.
  if (!status.ok()) return Status(StatusCode::Unavailable, "store " + choice.plugin + ": " + status.message());
  return std::unique_ptr<Source>(std::make_unique<StoreSource>(std::move(*loaded), std::move(*store)));
}

std::string percentEncode(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                       c == '.' || c == '_' || c == '~';
    if (plain) {
      out += c;
    } else {
      out += '%';
      out += "0123456789ABCDEF"[byte >> 4];
      out += "0123456789ABCDEF"[byte & 15];
    }
  }
  return out;
}

}  // namespace xray::cli
