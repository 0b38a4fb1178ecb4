#include "cli/histogram.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "cli/format.h"
#include "cli/spark.h"
#include "cli/table.h"
#include "xray/json.h"

namespace xray::cli {
namespace {

constexpr std::size_t kBarWidth = 40;

double greatestOf(const std::vector<Bin>& bins) {
  double greatest = 0;
  for (const Bin& bin : bins) greatest = std::max(greatest, bin.count);
  return greatest;
}

/// The ends of the bins with the same number of decimals: as many as tell them apart.
std::vector<std::string> edgesOf(const std::vector<Bin>& bins) {
  const double width = bins.front().hi - bins.front().lo;
  const double largest = std::max(std::abs(bins.front().lo), std::abs(bins.back().hi));
  std::vector<std::string> texts;
  const auto add = [&](double edge, const char* format, int decimals) {
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), format, decimals, edge);
    texts.emplace_back(text.data());
  };
  const bool plain = largest < 1e15 && width > 1e-9;
  int decimals = plain ? std::max(0, 1 - static_cast<int>(std::floor(std::log10(width)))) : 8;
  const auto exactWith = [&](int digits) {
    const double scale = std::pow(10, digits);
    return std::ranges::all_of(
        bins, [&](const Bin& bin) { return std::abs(std::round(bin.lo * scale) / scale - bin.lo) < width / 1000; });
  };
  while (plain && decimals > 0 && exactWith(decimals - 1)) --decimals;
  for (const Bin& bin : bins) add(bin.lo, plain ? "%.*f" : "%.*g", decimals);
  add(bins.back().hi, plain ? "%.*f" : "%.*g", decimals);
  return texts;
}

}  // namespace

std::vector<Bin> binsOf(std::string_view row) {
  std::vector<Bin> bins;
  const std::optional<JsonValue> histogram = findJsonMember(row, "histogram");
  if (!histogram || histogram->type != JsonType::Array) return bins;
  for (JsonCursor cursor(histogram->text); cursor.next();) {
    const std::string_view bin = cursor.value().text;
    bins.push_back({memberNumber(bin, "lo").value_or(0), memberNumber(bin, "hi").value_or(0),
                    memberNumber(bin, "count").value_or(0)});
  }
  return bins;
}

std::string histogramLine(const std::vector<Bin>& bins) {
  std::vector<std::optional<double>> counts;
  for (const Bin& bin : bins) counts.push_back(bin.count > 0 ? std::optional(bin.count) : std::nullopt);
  return sparkline(counts, greatestOf(bins));
}

void drawHistogram(std::ostream& out, const Terminal& terminal, const std::vector<Bin>& bins) {
  if (bins.empty()) return;
  const double greatest = greatestOf(bins);
  const std::vector<std::string> edges = edgesOf(bins);
  Table numbers({{.title = "FROM", .right = true}, {.title = "TO", .right = true}, {.title = "COUNT", .right = true}});
  for (std::size_t i = 0; i < bins.size(); ++i) numbers.add({edges[i], edges[i + 1], formatNumber(bins[i].count)});
  const std::size_t taken = numbers.width() + 2;
  const std::size_t room = terminal.width == 0 ? kBarWidth : terminal.width > taken ? terminal.width - taken : 0;

  Table table({{.title = "FROM", .right = true},
               {.title = "TO", .right = true, .leaveOut = 1},
               {.title = "COUNT", .right = true},
               {.title = "", .leaveOut = 2}});
  for (std::size_t i = 0; i < bins.size(); ++i) {
    table.add({edges[i],
               edges[i + 1],
               formatNumber(bins[i].count),
               {bar(greatest > 0 ? bins[i].count / greatest : 0, std::min(room, kBarWidth)), Colour::Blue}});
  }
  table.print(out, terminal);
}

}  // namespace xray::cli
