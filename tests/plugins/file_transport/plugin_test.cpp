// The plugin as programs get it: the shared library, through the loader.

#include <gtest/gtest.h>

#include "support/temp_folder.h"
#include "transport_ends.h"
#include "xray/plugin_loader.h"

namespace xray::test {
namespace {

TEST(FileTransportPlugin, Loaded_CarriesBatchesFromSenderToReceiver) {
  const TempFolder folder;
  PluginLoader loader({XRAY_PLUGIN_DIR});
  const PluginContext context{&systemClock()};
  const Options options = withDefaults({{"dir", (folder.path() / "spool").string()}});
  SpoolSink sink;
  auto receiver = loader.makeReceiver("file-transport", options, context);
  ASSERT_TRUE(receiver.ok()) << receiver.status().toString();
  ASSERT_TRUE((*receiver)->start(sink).ok());
  auto sender = loader.makeSender("file-transport", options, context);
  ASSERT_TRUE(sender.ok()) << sender.status().toString();
  const auto receipt = (*sender)->send({"{\"a\":1}\n{\"a\":2}\n", BatchFormat::NdJson}, soon());
  ASSERT_TRUE(receipt.ok()) << receipt.status().toString();
  EXPECT_EQ(receipt->accepted, 2u);
  ASSERT_TRUE((*sender)->flush(soon()).ok());
  ASSERT_TRUE(sink.waitStored(1));
  EXPECT_EQ(sink.stored().front(), "{\"a\":1}\n{\"a\":2}\n");
  EXPECT_TRUE((*receiver)->stop(soon()).ok());
  EXPECT_FALSE(loader.makeStore("file-transport", options, context).ok());
}

TEST(FileTransportOptions, WithoutADirectory_AreRefused) {
  EXPECT_EQ(filetransport::makeSender(withDefaults({{"dir", ""}})).status().code(), StatusCode::InvalidArgument);
  EXPECT_EQ(filetransport::makeReceiver(withDefaults({{"dir", ""}})).status().code(), StatusCode::InvalidArgument);
}

}  // namespace
}  // namespace xray::test
