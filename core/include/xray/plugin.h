#pragma once
// What a plugin's shared library gives away: one entry, `xray_plugin`, that returns a descriptor. See docs/plugins.md.

#include <cstddef>
#include <cstdint>
#include <memory>

#include "xray/options.h"
#include "xray/schema_validator.h"
#include "xray/store.h"
#include "xray/transport.h"

namespace xray {

/// Counted up whenever a contract header changes its layout or meaning.
inline constexpr std::uint32_t kPluginAbi = 4;

#ifndef XRAY_SANITIZERS
#define XRAY_SANITIZERS "none"
#endif
/// Contracts are C++ classes, so both sides must be built alike: compiler, standard library ABI, sanitizers.
#define XRAY_STRINGIFY_(x) #x
#define XRAY_STRINGIFY(x) XRAY_STRINGIFY_(x)
#define XRAY_BUILD_TAG \
  "gcc" XRAY_STRINGIFY(__GNUC__) "-cxx11abi" XRAY_STRINGIFY(_GLIBCXX_USE_CXX11_ABI) "-san:" XRAY_SANITIZERS

/// What a store is made for. ReadOnly: for questions beside whoever writes; nothing of it is created, migrated, claimed
/// or otherwise changed, and what was written by then and later is seen.
enum class StoreAccess : std::uint8_t { ReadWrite, ReadOnly };

/// What a factory is given besides its options. The clock outlives the plugin's objects.
struct PluginContext {
  const Clock* clock = nullptr;
  StoreAccess access = StoreAccess::ReadWrite;  // stores alone
};

/// A factory checks its options together (each alone has been checked), connects to nothing yet, and returns its
/// object.
template <typename Contract>
using PluginFactory = Result<std::unique_ptr<Contract>> (*)(const Options& options, const PluginContext& context);

/// Static data of the plugin; null factories are kinds that it does not offer.
struct PluginDescriptor {
  std::uint32_t structSize = sizeof(PluginDescriptor);
  std::uint32_t abi = kPluginAbi;
  const char* buildTag = XRAY_BUILD_TAG;
  const char* name = nullptr;     // the bare name: "sqlite" for xray_sqlite.so
  const char* version = nullptr;  // of the plugin
  const char* summary = nullptr;  // one line
  const OptionSpec* options = nullptr;
  std::size_t optionCount = 0;
  PluginFactory<Store> makeStore = nullptr;
  PluginFactory<Sender> makeSender = nullptr;
  PluginFactory<Receiver> makeReceiver = nullptr;
  PluginFactory<SchemaValidator> makeValidator = nullptr;
};

}  // namespace xray

/// The entry; in each plugin: `extern "C" const xray::PluginDescriptor* xray_plugin() noexcept`, exported.
extern "C" {
using XrayPluginEntry = const xray::PluginDescriptor* (*)() noexcept;
}
#define XRAY_PLUGIN_ENTRY \
  extern "C" __attribute__((visibility("default"))) const xray::PluginDescriptor* xray_plugin() noexcept
