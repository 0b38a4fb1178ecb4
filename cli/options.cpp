#include "cli/options.h"

#include <CLI/CLI.hpp>
#include <cstdlib>

namespace xray::cli {

void QuestionOptions::addSourceTo(CLI::App& command) {
  // Not CLI11's envname: XRAY_SERVER, set for good, would count as --server and exclude --config.
  if (const char* url = std::getenv("XRAY_SERVER"); url && *url) server = url;
  auto* serverOption = command.add_option("--server", server, "URL of the server's read API (or in XRAY_SERVER)")
                           ->type_name("URL")
                           ->capture_default_str();
  command.add_option("--config", config, "Open the store of this configuration here instead of asking a server")
      ->type_name("FILE")
      ->excludes(serverOption);
}

void QuestionOptions::addTo(CLI::App& command) {
  addSourceTo(command);
  command.add_flag("--json", json, "Print the read API's JSON");
  command.add_flag("--utc", utc, "Print times in UTC instead of local time");
}

void QuestionOptions::addCsvTo(CLI::App& command) {
  command.add_flag("--csv", csv, "Print comma-separated values with a line of names; times in UTC")->excludes("--json");
}

std::unique_ptr<Source> QuestionOptions::open(Output& output) const {
  Result<std::unique_ptr<Source>> source = config.empty() ? makeHttpSource(server) : makeStoreSource(config);
  if (source.ok()) return std::move(*source);
  if (!config.empty() && source.status().code() == StatusCode::InvalidArgument) {
    reportConfig(output, source.status());
  } else {
    report(output, source.status());
  }
  return nullptr;
}

void FilterOptions::addTo(CLI::App& command, const std::string& example) {
  QuestionOptions::addTo(command);
  addWordsTo(command, example);
  addWindowTo(command);
}

void FilterOptions::addWordsTo(CLI::App& command, const std::string& example) {
  command.add_option(
      "filter", words,
      "What to look at, such as: " + example + "  (quote it; all when left out; put -- before one that begins with -)");
}

void FilterOptions::addWindowTo(CLI::App& command) {
  command.add_option("--since", since, "Only what started at or after: 24h (ago), RFC 3339, or a local time")
      ->type_name("TIME");
  command.add_option("--until", until, "Only what started before")->type_name("TIME");
}

std::string FilterOptions::typed() const {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

std::optional<std::string> FilterOptions::filter(Entity entity, Output& output) const {
  const Timestamp now = systemClock().now();
  const Result<TimeWindow::Ends> ends = window().read(now);
  if (!ends.ok()) {
    report(output, ends.status());
    return std::nullopt;
  }
  std::string text = typed();
  if (!ends->since && !ends->until) return text;
  // Within the brackets that narrowed() sets, a mistake would be told at another place than where it was typed.
  if (const Result<Filter> parsed = parseFilter(text, entity, now); !parsed.ok()) {
    report(output, parsed.status(), text);
    return std::nullopt;
  }
  return narrowed(text, *ends);
}

void ListOptions::addTo(CLI::App& command, const std::string& example) {
  FilterOptions::addTo(command, example);
  addCsvTo(command);
  addLimitTo(command, limit);
  command.add_option(
      "--order", order,
      "started_at desc (default), started_at, duration, duration desc; of runs also last_activity_at desc");
}

Question ListOptions::question(const std::string& path, const std::string& filter) const {
  Question question{path, {}};
  if (!filter.empty()) question.parameters.emplace_back("filter", filter);
  if (!order.empty()) question.parameters.emplace_back("order_by", order);
  return question;
}

void addLimitTo(CLI::App& command, std::size_t& limit) {
  command.add_option("--limit", limit, "Rows at most")->capture_default_str()->check(CLI::Range(1, 1'000'000));
}

void noteMore(Output& output, const QuestionOptions& options, std::size_t limit, const Listing& listing) {
  if (!listing.next) return;
  (options.csv ? output.error : output.out) << "… there are more; --limit " << limit << " was reached.\n";
}

}  // namespace xray::cli
