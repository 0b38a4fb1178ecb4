// The plugin as programs get it: the shared library, through the loader.

#include <gtest/gtest.h>

#include "defaults.h"
#include "recording_sink.h"
#include "xray/plugin_loader.h"

namespace xray::test {
namespace {

TEST(HttpTransportPlugin, Loaded_CarriesABatchFromSenderToReceiver) {
  PluginLoader loader({XRAY_PLUGIN_DIR});
  const PluginContext context{&systemClock()};
  RecordingSink sink;
  auto receiver = loader.makeReceiver("http-transport", withDefaults({{"listen", "127.0.0.1:0"}}), context);
  ASSERT_TRUE(receiver.ok()) << receiver.status().toString();
  ASSERT_TRUE((*receiver)->start(sink).ok());
  auto sender = loader.makeSender("http-transport", withDefaults({{"url", (*receiver)->endpoint()}}), context);
  ASSERT_TRUE(sender.ok()) << sender.status().toString();
  const auto receipt = (*sender)->send({.body = "{}\n"}, std::chrono::steady_clock::now() + kPatience);
  ASSERT_TRUE(receipt.ok()) << receipt.status().toString();
  EXPECT_EQ(receipt->accepted, 1u);
  ASSERT_EQ(sink.batches().size(), 1u);
  EXPECT_EQ(sink.batches().front().body, "{}\n");
  EXPECT_TRUE((*receiver)->stop(std::chrono::steady_clock::now() + kPatience).ok());
  EXPECT_FALSE(loader.makeStore("http-transport", withDefaults({}), context).ok());
}

}  // namespace
}  // namespace xray::test
