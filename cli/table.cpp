#include "cli/table.h"

#include <algorithm>

namespace xray::cli {
namespace {

constexpr std::size_t kGap = 2;

using Widths = std::vector<std::optional<std::size_t>>;

std::size_t totalOf(const Widths& widths) {
  std::size_t total = 0;
  for (const auto& width : widths) {
    if (width) total += *width + (total == 0 ? 0 : kGap);
  }
  return total;
}

/// Takes one from the widest column that may be narrowed; false: there is none.
bool narrow(const std::vector<Table::Column>& columns, Widths& widths) {
  std::size_t widest = columns.size();
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (!widths[i] || columns[i].atLeast == 0 || *widths[i] <= columns[i].atLeast) continue;
    if (widest == columns.size() || *widths[i] > *widths[widest]) widest = i;
  }
  if (widest == columns.size()) return false;
  --*widths[widest];
  return true;
}

/// Leaves out the column that is missed least; false: there is none.
bool leaveOut(const std::vector<Table::Column>& columns, Widths& widths) {
  std::size_t least = columns.size();
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (!widths[i] || columns[i].leaveOut == 0) continue;
    if (least == columns.size() || columns[i].leaveOut < columns[least].leaveOut) least = i;
  }
  if (least == columns.size()) return false;
  widths[least].reset();
  return true;
}

void printRow(std::ostream& out, const Terminal& terminal, const std::vector<Table::Column>& columns,
              const Widths& widths, const std::vector<Table::Cell>& cells) {
  std::string line;
  std::size_t pending = 0;  // blanks that are only written when something follows
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (!widths[i]) continue;
    const std::string text = cut(cells[i].text, *widths[i]);
    const std::size_t padding = *widths[i] - displayWidth(text);
    if (!text.empty()) {
      line.append(pending + (columns[i].right ? padding : 0), ' ');
      line += paint(terminal, cells[i].colour, text);
      pending = columns[i].right ? 0 : padding;
    } else {
      pending += padding;
    }
    pending += kGap;
  }
  out << line << '\n';
}

}  // namespace

Widths Table::widths(std::size_t available) const {
  Widths full;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    std::size_t width = displayWidth(columns_[i].title);
    for (const std::vector<Cell>& row : rows_) width = std::max(width, displayWidth(row[i].text));
    full.push_back(width);
  }
  if (available == 0) return full;
  while (true) {
    Widths widths = full;
    while (totalOf(widths) > available && narrow(columns_, widths)) {
    }
    // With a column fewer the others may be wider again, so it starts anew.
    if (totalOf(widths) <= available || !leaveOut(columns_, full)) return widths;
  }
}

std::size_t Table::width() const {
  return totalOf(widths(0));
}

void Table::print(std::ostream& out, const Terminal& terminal) const {
  const Widths columnWidths = widths(terminal.width);
  std::vector<Cell> titles;
  for (const Column& column : columns_) titles.emplace_back(column.title, Colour::Dim);
  printRow(out, terminal, columns_, columnWidths, titles);
  for (const std::vector<Cell>& row : rows_) printRow(out, terminal, columns_, columnWidths, row);
}

}  // namespace xray::cli
