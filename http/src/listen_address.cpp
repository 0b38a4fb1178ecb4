#include "xray/http/listen_address.h"

#include <charconv>

#include "xray/text.h"

namespace xray::http {
namespace {

Status badAddress(std::string_view text, const std::string& why) {
  return {StatusCode::InvalidArgument, "not an address to listen on: " + quoted(text) + ": " + why};
}

}  // namespace

Result<ListenAddress> ListenAddress::parse(std::string_view text) {
  constexpr const char* kForm = "write HOST:PORT, as in 127.0.0.1:7008 or [::1]:7008";
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos || (text.starts_with('[') && text.ends_with(']'))) {
    return badAddress(text, std::string("the port is missing; ") + kForm);
  }
  std::string_view host = text.substr(0, colon);
  const std::string_view port = text.substr(colon + 1);
  if (host.empty()) {
    return badAddress(text, "the host is missing; 0.0.0.0 stands for every IPv4 address of this machine");
  }
  if (host.starts_with('[') != host.ends_with(']') || host == "[]") {
    return badAddress(text, kForm);
  }
  if (host.starts_with('[')) {
    host = host.substr(1, host.size() - 2);
  } else if (host.find(':') != std::string_view::npos) {
    return badAddress(text, "an IPv6 address stands in brackets, as in [::1]:7008");
  }
  if (host.find_first_of("[]/ \t\r\n@") != std::string_view::npos || host.find('\0') != std::string_view::npos) {
    return badAddress(text, kForm);
  }
  unsigned number = 0;
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), number);
  if (port.empty() || error != std::errc() || end != port.data() + port.size() || number > 65535) {
    return badAddress(text, "the port must be 0 to 65535 (0: any free one), not " + quoted(port));
  }
  return ListenAddress{std::string(host), static_cast<std::uint16_t>(number)};
}

std::string ListenAddress::toString() const {
  const bool ipv6 = host.find(':') != std::string::npos;
  return (ipv6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

}  // namespace xray::http
