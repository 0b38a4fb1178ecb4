#pragma once

#include <condition_variable>
#include <mutex>
#include <string>

#include "problem_log.h"

namespace xray::sdk {

/// Log lines as they come. Thread-safe; outlives the client.
class LogLines {
 public:
  LogSink sink() {
    return [this](std::string_view line) {
      std::lock_guard lock(mu_);
      all_ += std::string(line) + "\n";
      changed_.notify_all();
    };
  }
  std::string all() const {
    std::lock_guard lock(mu_);
    return all_;
  }
  /// False when none of the lines has `text` after half a minute.
  bool waitFor(const std::string& text) const {
    std::unique_lock lock(mu_);
    return changed_.wait_for(lock, std::chrono::seconds(30), [&] { return all_.find(text) != std::string::npos; });
  }

 private:
  mutable std::mutex mu_;
  mutable std::condition_variable changed_;
  std::string all_;
};

}  // namespace xray::sdk
