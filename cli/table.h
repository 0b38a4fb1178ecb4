#pragma once

#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "cli/terminal.h"

namespace xray::cli {

/// Rows in aligned columns that fit the terminal. One thread at a time.
class Table {
 public:
  struct Column {
    std::string title;
    bool right = false;
    /// Columns of text that it may be narrowed to when the table is too wide; 0: never. Widest first.
    std::size_t atLeast = 0;
    /// When that is not enough, columns are left out: those with 1 first, then 2 and so on; 0: never.
    int leaveOut = 0;
  };
  struct Cell {
    Cell(std::string text, Colour colour = Colour::None)
        : text(std::move(text)), colour(colour) {}  // NOLINT(google-explicit-constructor)
    std::string text;                               // harmless
    Colour colour;
  };

  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

  /// As many cells as there are columns.
  void add(std::vector<Cell> row) { rows_.push_back(std::move(row)); }

  void print(std::ostream& out, const Terminal& terminal) const;
  /// Columns that the whole table takes when nothing limits it.
  std::size_t width() const;

 private:
  /// Of each column; nothing for those that are left out.
  std::vector<std::optional<std::size_t>> widths(std::size_t available) const;

  std::vector<Column> columns_;
  std::vector<std::vector<Cell>> rows_;
};

}  // namespace xray::cli
