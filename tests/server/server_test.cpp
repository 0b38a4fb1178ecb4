// The whole backend on its sockets.

#include "server/server.h"

#include <gtest/gtest.h>

#include "http/raw_client.h"

namespace xray::server {
namespace {

using test::RawClient;

std::uint16_t portOf(const std::string& url) {
  return static_cast<std::uint16_t>(std::stoi(url.substr(url.rfind(':') + 1)));
}

TEST(Server, ReadApi_OtherMethodsAndPaths_AreToldSoWhateverTheirBody) {
  Result<LoadedConfig> loaded =
      loadServerConfig(ConfigFile::parse("store: {plugin: memory}\napi: {listen: \"127.0.0.1:0\"}\n", "x.yaml"));
  ASSERT_TRUE(loaded.ok()) << loaded.status().message();
  const ManualClock clock{Timestamp{}};
  const auto server = Server::make(std::move(*loaded), clock);
  ASSERT_TRUE(server.ok()) << server.status().message();
  ASSERT_TRUE((*server)->start().ok());
  const std::uint16_t port = portOf((*server)->apiUrl());
  struct Case {
    std::string bytes;
    int status;
    const char* allow;
  };
  for (const Case& c : {Case{test::get("/v1/runs"), 200, ""},
                        {test::post("/v1/runs", std::string(1 << 20, 'x')), 405, "GET, HEAD"},
                        {test::post("/v1/runs", ""), 405, "GET, HEAD"},
                        {"POST /v1/runs HTTP/1.1\r\nHost: a\r\n\r\n", 405, "GET, HEAD"},
                        {test::post("/v1/nope", std::string(1 << 20, 'x')), 404, ""},
                        {"POST /v1/nope HTTP/1.1\r\nHost: a\r\n\r\n", 404, ""}}) {
    SCOPED_TRACE(c.bytes.substr(0, 60));
    RawClient client(port);
    EXPECT_TRUE(client.send(c.bytes));
    const auto response = client.response();
    ASSERT_TRUE(response.has_value());
    EXPECT_EQ(response->status, c.status) << response->body;
    EXPECT_EQ(response->headers.contains("allow") ? response->headers.at("allow") : "", c.allow);
  }
}

}  // namespace
}  // namespace xray::server
