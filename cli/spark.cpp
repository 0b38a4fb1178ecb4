#include "cli/spark.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace xray::cli {
namespace {

constexpr std::array<const char*, 8> kHeights{"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
constexpr std::array<const char*, 9> kLengths{"", "▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"};
constexpr const char* kGap = "·";

}  // namespace

std::string sparkline(std::span<const std::optional<double>> values, double greatest) {
  std::string line;
  for (const std::optional<double>& value : values) {
    if (!value) {
      line += kGap;
      continue;
    }
    const double share = greatest > 0 ? std::clamp(*value / greatest, 0.0, 1.0) : 0.0;
    const auto eighths = static_cast<std::size_t>(std::ceil(share * 8));
    line += kHeights[eighths == 0 ? 0 : eighths - 1];
  }
  return line;
}

std::string bar(double share, std::size_t width) {
  const double wanted = std::clamp(share, 0.0, 1.0) * static_cast<double>(width) * 8;
  auto eighths = static_cast<std::size_t>(std::llround(wanted));
  if (eighths == 0 && wanted > 0) eighths = 1;
  std::string line;
  for (std::size_t i = 0; i < eighths / 8; ++i) line += kLengths.back();
  return line + kLengths[eighths % 8];
}

}  // namespace xray::cli
