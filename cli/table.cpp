#include "cli/table.h"

#include <algorithm>

namespace xray::cli {
namespace {

constexpr std::size_t kGap = 2;

void printRow(std::ostream& out, const Terminal& terminal, const std::vector<Table::Column>& columns,
              const std::vector<std::size_t>& widths, const std::vector<Table::Cell>& cells) {
  std::string line;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const std::string text = cut(cells[i].text, widths[i]);
    const std::string padding(widths[i] - displayWidth(text), ' ');
    if (columns[i].right) line += padding;
    line += paint(terminal, cells[i].colour, text);
    if (i + 1 == cells.size()) break;
    if (!columns[i].right) line += padding;
    line.append(kGap, ' ');
  }
  line.erase(line.find_last_not_of(' ') + 1);
  out << line << '\n';
}

}  // namespace

std::vector<std::size_t> Table::widths(std::size_t available) const {
  std::vector<std::size_t> widths;
  std::size_t total = kGap * (columns_.size() - 1);
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    std::size_t width = displayWidth(columns_[i].title);
    for (const std::vector<Cell>& row : rows_) width = std::max(width, displayWidth(row[i].text));
    widths.push_back(width);
    total += width;
  }
  while (available != 0 && total > available) {
    std::size_t widest = columns_.size();
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      const bool narrows = columns_[i].atLeast != 0 && widths[i] > columns_[i].atLeast;
      if (narrows && (widest == columns_.size() || widths[i] > widths[widest])) widest = i;
    }
    if (widest == columns_.size()) break;
    --widths[widest];
    --total;
  }
  return widths;
}

void Table::print(std::ostream& out, const Terminal& terminal) const {
  const std::vector<std::size_t> columnWidths = widths(terminal.width);
  std::vector<Cell> titles;
  for (const Column& column : columns_) titles.emplace_back(column.title, Colour::Dim);
  printRow(out, terminal, columns_, columnWidths, titles);
  for (const std::vector<Cell>& row : rows_) printRow(out, terminal, columns_, columnWidths, row);
}

}  // namespace xray::cli
