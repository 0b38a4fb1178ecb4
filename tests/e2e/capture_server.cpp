#include "e2e/capture_server.h"

#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServerParams.h>
#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/StreamCopier.h>

#include <algorithm>

namespace e2e {
namespace {

class Capture : public Poco::Net::HTTPRequestHandler {
 public:
  explicit Capture(CaptureServer& server) : server_(server) {}

  void handleRequest(Poco::Net::HTTPServerRequest& request, Poco::Net::HTTPServerResponse& response) override {
    std::string batch;
    Poco::StreamCopier::copyToString(request.stream(), batch);
    const auto events = std::count(batch.begin(), batch.end(), '\n');
    server_.keep(std::move(batch));
    const std::string receipt =
        R"({"accepted": )" + std::to_string(events) + R"(, "duplicates": 0, "rejected": [], "warnings": []})";
    response.setContentType("application/json");
    response.sendBuffer(receipt.data(), receipt.size());
  }

 private:
  CaptureServer& server_;
};

class CaptureFactory : public Poco::Net::HTTPRequestHandlerFactory {
 public:
  explicit CaptureFactory(CaptureServer& server) : server_(server) {}
  Poco::Net::HTTPRequestHandler* createRequestHandler(const Poco::Net::HTTPServerRequest&) override {
    return new Capture(server_);
  }

 private:
  CaptureServer& server_;
};

}  // namespace

CaptureServer::CaptureServer() {
  const Poco::Net::ServerSocket socket(Poco::Net::SocketAddress("127.0.0.1", 0));
  server_ = std::make_unique<Poco::Net::HTTPServer>(new CaptureFactory(*this), socket, new Poco::Net::HTTPServerParams);
  server_->start();
}

CaptureServer::~CaptureServer() {
  server_->stopAll(true);
}

std::string CaptureServer::url() const {
  return "http://127.0.0.1:" + std::to_string(server_->port());
}

std::vector<std::string> CaptureServer::batches() const {
  const std::scoped_lock lock(mu_);
  return batches_;
}

void CaptureServer::keep(std::string batch) {
  const std::scoped_lock lock(mu_);
  batches_.push_back(std::move(batch));
}

}  // namespace e2e
