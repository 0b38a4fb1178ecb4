// xray rejections

#include <Poco/Base64Decoder.h>

#include <CLI/CLI.hpp>
#include <iterator>
#include <sstream>

#include "cli/commands.h"
#include "cli/csv.h"
#include "cli/options.h"
#include "cli/pages.h"
#include "cli/table.h"
#include "xray/json.h"

namespace xray::cli {
namespace {

struct RejectionsOptions : QuestionOptions {
  std::size_t limit = 50;
};

/// The bytes that came, harmless.
std::string rawText(const std::string& row) {
  const std::string raw = memberString(row, "raw");
  if (memberString(row, "raw_encoding") != "base64") return harmless(raw);
  std::istringstream encoded(raw);
  Poco::Base64Decoder decoder(encoded);
  return harmless(std::string(std::istreambuf_iterator<char>(decoder), {}));
}

Table tableOf(const Listing& listing, TimeStyle times) {
  Table table({{.title = "RECEIVED", .leaveOut = 1},
               {.title = "CODE"},
               {.title = "WHY", .atLeast = 20},
               {.title = "WHAT CAME", .atLeast = 12, .leaveOut = 2}});
  for (const std::string& row : listing.rows) {
    table.add({memberTime(row, "received_at", times),
               {memberText(row, "code"), Colour::Red},
               memberText(row, "detail"),
               rawText(row)});
  }
  return table;
}

void listRejections(const RejectionsOptions& options, Output& output) {
  const std::unique_ptr<Source> source = options.open(output);
  if (!source) return;
  const Result<Listing> listing = listRows(*source, {"/v1/rejections", {}}, "rejections", options.limit);
  if (!listing.ok()) return report(output, listing.status());
  if (options.format() == Format::Json) {
    output.out << listing->json("rejections") << '\n';
    return;
  }
  if (options.format() == Format::Csv) {
    writeCsv(output.out, output.terminal, *listing,
             Csv({"id", "received_at", "code", "detail", "raw", "raw_encoding"}));
  } else if (listing->rows.empty()) {
    output.out << "Nothing was refused.\n";
  } else {
    tableOf(*listing, options.times(false)).print(output.out, output.terminal);
  }
  noteMore(output, options, options.limit, *listing);
}

}  // namespace

void addRejectionsCommand(CLI::App& app, Output& output) {
  CLI::App* command =
      app.add_subcommand("rejections", "List what was refused, newest first: why, and the bytes that came");
  const auto options = std::make_shared<RejectionsOptions>();
  options->addTo(*command);
  options->addCsvTo(*command);
  addLimitTo(*command, options->limit);
  command->callback([options, &output] { listRejections(*options, output); });
}

}  // namespace xray::cli
