// xray export: whole lists, page by page, so that memory stays the same however long they are.

#include <CLI/CLI.hpp>
#include <cerrno>
#include <cstring>
#include <optional>
#include <thread>

#include "cli/commands.h"
#include "cli/csv.h"
#include "cli/options.h"
#include "cli/output_file.h"
#include "cli/pages.h"
#include "cli/progress.h"

namespace xray::cli {
namespace {

/// Steps bring their payloads, so a page of them is kept small.
constexpr std::size_t kPageSize = 200;
/// A server that restarts, or has no room just now, is asked again.
constexpr int kTries = 10;
constexpr std::chrono::seconds kPause{1};

struct ExportOptions : FilterOptions {
  std::string of = "runs";
  std::string format = "jsonl";
  std::string file;
  std::string order = "started_at";  // the oldest first, as GET /v1/export
};

/// Writes rows in the format; one thread at a time.
class RowWriter {
 public:
  RowWriter(const ExportOptions& options, std::ostream& out, const Terminal& terminal)
      : out_(out), terminal_(terminal) {
    if (options.format == "csv") csv_ = options.of == "runs" ? runsCsv() : stepsCsv();
  }

  /// Not before there is an answer, which may be a refusal.
  void begin() {
    if (csv_ && !begun_) writeCsv(out_, terminal_, csv_->head());
    begun_ = true;
  }

  void write(std::string_view row) {
    begin();
    ++rows_;
    if (csv_) {
      writeCsv(out_, terminal_, csv_->line(row));
    } else {
      out_ << row << '\n';
    }
  }

  std::size_t rows() const { return rows_; }

 private:
  std::ostream& out_;
  Terminal terminal_;
  std::optional<Csv> csv_;
  bool begun_ = false;
  std::size_t rows_ = 0;
};

/// The page after `token`; what may pass by itself is waited for once rows have come.
Result<std::optional<std::string>> nextPage(Source& source, const Question& question, const std::string& of,
                                            const std::optional<std::string>& token, const VisitRow& visit) {
  for (int tries = 1;; ++tries) {
    auto next = visitPage(source, question, of, kPageSize, token, visit);
    if (next.ok() || !token || !next.status().retryable() || tries == kTries) return next;
    std::this_thread::sleep_for(kPause);
  }
}

Status copyRows(Source& source, const Question& question, const ExportOptions& options, RowWriter& writer,
                std::ostream& out, Progress& progress) {
  std::optional<std::string> token;
  do {
    errno = 0;
    auto next = nextPage(source, question, options.of, token, [&writer](std::string_view row) {
      writer.write(row);
      return true;
    });
    if (!next.ok()) return next.status();
    token = std::move(*next);
    writer.begin();
    if (!out.flush()) {
      if (errno == EPIPE) {  // the reader has seen enough
        out.clear();
        return {};
      }
      return Status(StatusCode::Unavailable,
                    std::string("cannot write the output") + (errno ? std::string(": ") + std::strerror(errno) : ""));
    }
    progress.show(std::to_string(writer.rows()) + " " + options.of + " …");
  } while (token);
  return {};
}

void exportRows(const ExportOptions& options, Output& output) {
  const std::optional<std::string> filter = options.filter(options.of == "runs" ? Entity::Run : Entity::Step, output);
  if (!filter) return;
  const std::unique_ptr<Source> source = options.open(output);
  if (!source) return;
  Question question{"/v1/" + options.of, {}};
  if (!filter->empty()) question.parameters.emplace_back("filter", *filter);
  question.parameters.emplace_back("order_by", options.order);

  std::optional<OutputFile> file;
  if (!options.file.empty() && options.file != "-") {
    file.emplace(options.file);
    if (const Status status = file->open(); !status.ok()) return report(output, status);
  }
  Terminal terminal = output.terminal;
  terminal.interactive = terminal.interactive && !file;
  std::ostream& out = file ? file->stream() : output.stream();
  Progress progress(output.error, terminal, !terminal.interactive);
  RowWriter writer(options, out, terminal);
  Status status = copyRows(*source, question, options, writer, out, progress);
  if (status.ok() && file) status = file->finish();
  progress.clear();
  if (!status.ok()) return report(output, status, *filter);
  if (!file) return;
  const std::string what = writer.rows() == 1 ? options.of.substr(0, options.of.size() - 1) : options.of;
  output.error << writer.rows() << " " << what << " in " << harmless(options.file) << '\n';
}

}  // namespace

void addExportCommand(CLI::App& app, Output& output) {
  CLI::App* command = app.add_subcommand("export", "Write all runs or steps that match, whole, for other programs");
  const auto options = std::make_shared<ExportOptions>();
  options->addSourceTo(*command);
  options->addWordsTo(*command, "status = crashed");
  options->addWindowTo(*command);
  command->add_option("--of", options->of, "What to write")
      ->check(CLI::IsMember({"runs", "steps"}))
      ->capture_default_str();
  command->add_option("--format", options->format, "A JSON object a line, or comma-separated values")
      ->check(CLI::IsMember({"jsonl", "csv"}))
      ->capture_default_str();
  command
      ->add_option("-o,--output", options->file,
                   "The file to write instead of standard output; there when it is whole, FILE.part until then")
      ->type_name("FILE");
  command
      ->add_option("--order", options->order,
                   "started_at, started_at desc, duration, duration desc; of runs also last_activity_at desc")
      ->capture_default_str();
  command->callback([options, &output] { exportRows(*options, output); });
}

}  // namespace xray::cli
