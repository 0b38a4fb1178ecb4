#include "cli/progress.h"

namespace xray::cli {
namespace {

constexpr std::chrono::milliseconds kPause{100};

}  // namespace

void Progress::show(const std::string& text) {
  const auto now = std::chrono::steady_clock::now();
  if (!shown_ || now < next_) return;
  next_ = now + kPause;
  onScreen_ = true;
  error_ << "\r\x1b[K" << (width_ > 1 ? cut(text, width_ - 1) : text) << std::flush;
}

void Progress::clear() {
  if (!onScreen_) return;
  onScreen_ = false;
  next_ = {};
  error_ << "\r\x1b[K" << std::flush;
}

}  // namespace xray::cli
