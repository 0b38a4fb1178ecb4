#pragma once

#include <chrono>
#include <ostream>
#include <string>

#include "cli/terminal.h"

namespace xray::cli {

/// One line on standard error that says how far long work is, where a person reads it; gone at the end. One thread at a
/// time.
class Progress {
 public:
  Progress(std::ostream& error, const Terminal& terminal, bool wanted = true)
      : error_(error), width_(terminal.width), shown_(wanted && terminal.progress) {}
  ~Progress() { clear(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// Ten times a second at most.
  void show(const std::string& text);
  /// Before something else is written.
  void clear();

 private:
  std::ostream& error_;
  const std::size_t width_;
  const bool shown_;
  bool onScreen_ = false;
  std::chrono::steady_clock::time_point next_;
};

}  // namespace xray::cli
