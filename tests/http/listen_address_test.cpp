#include "xray/http/listen_address.h"

#include <gtest/gtest.h>

namespace xray::http {
namespace {

TEST(ListenAddress, Parse_GoodAddresses_ReadBackTheSame) {
  struct Case {
    const char* text;
    const char* host;
    int port;
  };
  for (const Case& c : {Case{"127.0.0.1:7008", "127.0.0.1", 7008},
                        {"[::1]:7008", "::1", 7008},
                        {"localhost:0", "localhost", 0},
                        {"0.0.0.0:65535", "0.0.0.0", 65535}}) {
    const auto address = ListenAddress::parse(c.text);
    ASSERT_TRUE(address.ok()) << c.text;
    EXPECT_EQ(address->host, c.host);
    EXPECT_EQ(address->port, c.port);
    EXPECT_EQ(address->toString(), c.text);
  }
}

TEST(ListenAddress, Parse_BadAddresses_SayWhatIsMissing) {
  struct Case {
    const char* text;
    const char* says;
  };
  for (const Case& c : {Case{"", "the port is missing"},
                        {"127.0.0.1", "the port is missing"},
                        {"[::1]", "the port is missing"},
                        {":7008", "the host is missing"},
                        {"::1:7008", "stands in brackets"},
                        {"localhost:", "0 to 65535"},
                        {"localhost:65536", "0 to 65535"},
                        {"localhost:-1", "0 to 65535"},
                        {"localhost:+80", "0 to 65535"},
                        {"localhost:http", "0 to 65535"},
                        {"localhost: 80", "0 to 65535"},
                        {"[::1:7008", "HOST:PORT"},
                        {"[]:7008", "HOST:PORT"},
                        {"http://localhost:7008", "brackets"},
                        {"a b:1", "HOST:PORT"}}) {
    const auto address = ListenAddress::parse(c.text);
    ASSERT_FALSE(address.ok()) << c.text;
    EXPECT_EQ(address.status().code(), StatusCode::InvalidArgument);
    EXPECT_NE(address.status().message().find(c.says), std::string::npos) << address.status().message();
  }
}

}  // namespace
}  // namespace xray::http
