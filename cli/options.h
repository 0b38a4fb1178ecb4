#pragma once
// Options that commands have in common.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/format.h"
#include "cli/output.h"
#include "cli/pages.h"
#include "cli/source.h"
#include "cli/time_window.h"
#include "xray/filter.h"

namespace CLI {
class App;
}

namespace xray::cli {

/// How an answer is written: for people, as the read API's JSON, or as comma-separated values.
enum class Format { Table, Json, Csv };

/// Of all commands that ask a server, or a store opened here.
struct QuestionOptions {
  std::string server = "http://127.0.0.1:7007";
  std::string config;
  bool json = false;
  bool csv = false;  // only after addCsvTo
  bool utc = false;

  void addTo(CLI::App& command);
  /// Only --server and --config.
  void addSourceTo(CLI::App& command);
  /// For answers that have rows.
  void addCsvTo(CLI::App& command);
  Format format() const { return json ? Format::Json : csv ? Format::Csv : Format::Table; }
  TimeStyle times(bool milliseconds = true) const { return {utc, milliseconds}; }
  /// Null: reported.
  std::unique_ptr<Source> open(Output& output) const;
};

/// Of commands that take a filter.
struct FilterOptions : QuestionOptions {
  std::vector<std::string> words;  // of the filter, as the shell split them
  std::string since;
  std::string until;

  /// `example`: a filter that fits the command.
  void addTo(CLI::App& command, const std::string& example);
  /// Only the words, only the window.
  void addWordsTo(CLI::App& command, const std::string& example);
  void addWindowTo(CLI::App& command);
  /// The words with blanks between them.
  std::string typed() const;
  TimeWindow window() const { return {since, until, utc}; }
  /// What was typed and the window over started_at, for a question; nothing: reported, what was typed with a caret.
  std::optional<std::string> filter(Entity entity, Output& output) const;
  /// True when nothing narrows the answer.
  bool everything() const { return words.empty() && since.empty() && until.empty(); }
};

/// Of commands that list rows.
struct ListOptions : FilterOptions {
  std::size_t limit = 50;
  std::string order;

  void addTo(CLI::App& command, const std::string& example);
  /// `filter`: as filter() gave it.
  Question question(const std::string& path, const std::string& filter) const;
};

void addLimitTo(CLI::App& command, std::size_t& limit);
/// Says, when a limit cut a list short, that there is more: under a table, and beside values on standard error.
void noteMore(Output& output, const QuestionOptions& options, std::size_t limit, const Listing& listing);

}  // namespace xray::cli
