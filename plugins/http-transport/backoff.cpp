#include "backoff.h"

#include <algorithm>

namespace xray::httptransport {

Backoff::Duration Backoff::next() {
  const auto whole = pause_.count();
  pause_ = pause_ > max_ / 2 ? max_ : pause_ * 2;
  return Duration(std::uniform_int_distribution(whole - whole / 2, whole)(random_));
}

}  // namespace xray::httptransport
