#pragma once
// The whole backend within the test's process, on ports that the kernel picked.

#include <memory>
#include <stdexcept>
#include <string>

#include "http/raw_client.h"
#include "server/server.h"

namespace xray::server {

class Served {
 public:
  /// `sections` of the configuration but `api`, whose further options begin with a comma. Throws what does not work.
  explicit Served(const std::string& sections, const std::string& apiOptions = "") {
    Result<LoadedConfig> loaded = loadServerConfig(
        ConfigFile::parse(sections + "api: {listen: \"127.0.0.1:0\"" + apiOptions + "}\n", "test.yaml"));
    if (!loaded.ok()) throw std::runtime_error(loaded.status().message());
    Result<std::unique_ptr<Server>> made = Server::make(std::move(*loaded), clock_);
    if (!made.ok()) throw std::runtime_error(made.status().message());
    server_ = std::move(*made);
    if (const Status status = server_->start(); !status.ok()) throw std::runtime_error(status.message());
  }

  std::uint16_t apiPort() const { return portOf(server_->apiUrl()); }

  test::RawResponse get(const std::string& target, const std::string& headers = "") const {
    const auto response = test::ask(apiPort(), test::get(target, headers));
    if (!response) throw std::runtime_error("no response to " + target);
    return *response;
  }
  /// A batch to the first receiver, which is an http-transport; the status.
  int post(const std::string& body) const {
    const auto response = test::ask(portOf(server_->receiverEndpoints().front()),
                                    test::post("/v1/events", body, "Content-Type: application/x-ndjson\r\n"));
    return response ? response->status : 0;
  }

 private:
  static std::uint16_t portOf(const std::string& url) {
    return static_cast<std::uint16_t>(std::stoi(url.substr(url.rfind(':') + 1)));
  }

  const ManualClock clock_{*parseTimestamp("2026-11-22T16:10:00Z")};
  std::unique_ptr<Server> server_;
};

}  // namespace xray::server
