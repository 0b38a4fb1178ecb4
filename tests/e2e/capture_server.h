#pragma once

#include <Poco/Net/HTTPServer.h>

#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace e2e {

/// A backend that accepts every batch and keeps its bytes.
class CaptureServer {
 public:
  CaptureServer();
  ~CaptureServer();

  std::string url() const;
  /// The batches in the order in which they came.
  std::vector<std::string> batches() const;
  void keep(std::string batch);

 private:
  mutable std::mutex mu_;
  std::vector<std::string> batches_;  // guarded by mu_
  std::unique_ptr<Poco::Net::HTTPServer> server_;
};

}  // namespace e2e
