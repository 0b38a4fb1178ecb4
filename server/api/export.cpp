// GET /v1/export: every run or step that a filter matches, as one stream.

#include <spdlog/spdlog.h>

#include "server/api/csv.h"
#include "server/api/query_parameters.h"
#include "server/api/responses.h"

namespace xray::server {
namespace {

constexpr std::string_view kParameters[] = {"of", "filter", "format"};
constexpr std::string_view kEntities[] = {"runs", "steps"};
constexpr std::string_view kFormats[] = {"jsonl", "csv"};
constexpr std::size_t kPageRows = 1000;
/// Of the store's texts; a piece of the answer is about so long.
constexpr std::size_t kPageBytes = std::size_t{2} << 20;

Result<Page<Run>> readPage(Store& store, const PageQuery& query, const ReadContext& read, const Run*) {
  return store.runs(query, read);
}
Result<Page<Step>> readPage(Store& store, const PageQuery& query, const ReadContext& read, const Step*) {
  return store.steps(query, false, read);
}

/// The rows page by page, oldest first. No connection of the store is held between two pages, and each page has the
/// deadline of a query.
template <typename Row>
class ExportStream : public http::BodyStream, public std::enable_shared_from_this<ExportStream<Row>> {
 public:
  ExportStream(const ApiCall& call, Filter filter, bool csv)
      : context_(call.context), more_(call.more), filter_(std::move(filter)), csv_(csv), read_(call.read) {
    read_.pageBytes = kPageBytes;
  }

  /// The first page, on the thread of the request: what fails here is an answer of its own.
  Status begin() {
    if (csv_) {
      std::string blank;
      appendJson(blank, Row{});
      appendCsvHeader(piece_, blank);
    }
    return readOn();
  }

  void next(Taker taker) override {
    if (!piece_.empty()) return taker(std::exchange(piece_, {}));
    if (ended_) return taker(std::string());
    read_.deadline = std::chrono::steady_clock::now() + context_.queryTimeout;
    const bool posted = more_([self = this->shared_from_this(), taker] { taker(self->nextPage()); });
    if (!posted) taker(Status(StatusCode::Unavailable, "the backend is shutting down"));
  }

 private:
  Result<std::string> nextPage() {
    Status status = readOn();
    // A page is never empty but the last one of all, and then the body ends here.
    if (status.ok()) return std::exchange(piece_, {});
    spdlog::warn("an export was cut off: {}", status.toString());
    return status;
  }

  Status readOn() {
    const PageQuery query{&filter_, {SortKey::StartedAt, false}, kPageRows, after_};
    const Result<Page<Row>> page = readPage(*context_.store, query, read_, static_cast<const Row*>(nullptr));
    if (!page.ok()) return page.status();
    std::string json;
    for (const Row& row : page->rows) {
      json.clear();
      appendJson(json, row);
      if (csv_) {
        appendCsvRow(piece_, json);
      } else {
        piece_.append(json) += '\n';
      }
    }
    after_ = page->next;
    ended_ = !page->next;
    return {};
  }

  const ApiContext& context_;
  const Continue more_;
  const Filter filter_;
  const bool csv_;
  ReadContext read_;
  // Of one thread at a time: the next page is asked for when this one was taken.
  std::optional<PageCursor> after_;
  std::string piece_;
  bool ended_ = false;
};

template <typename Row>
http::Response streamOf(const ApiCall& call, Filter filter, bool csv, std::string_view name) {
  const auto stream = std::make_shared<ExportStream<Row>>(call, std::move(filter), csv);
  if (const Status status = stream->begin(); !status.ok()) return storeProblem(status);
  http::Response response = jsonResponse("");
  response.contentType = csv ? "text/csv; charset=utf-8; header=present" : "application/x-ndjson";
  response.headers.emplace_back("Content-Disposition",
                                "attachment; filename=\"xray-" + std::string(name) + (csv ? ".csv\"" : ".jsonl\""));
  response.stream = stream;
  return response;
}

}  // namespace

http::Response exportRows(const ApiCall& call) {
  const Result<QueryParameters> parameters = QueryParameters::read(call.request, kParameters);
  if (!parameters.ok()) return problemOf(parameters.status());
  const Result<std::string> of = parameters->choice("of", "", kEntities);
  if (!of.ok()) return problemOf(of.status());
  const Result<std::string> format = parameters->choice("format", "jsonl", kFormats);
  if (!format.ok()) return problemOf(format.status());
  const std::string* text = parameters->find("filter");
  Result<Filter> filter =
      parseFilter(text ? *text : std::string(), *of == "runs" ? Entity::Run : Entity::Step, call.read.now);
  if (!filter.ok()) return problemOf(filter.status());
  const bool csv = *format == "csv";
  return *of == "runs" ? streamOf<Run>(call, std::move(*filter), csv, *of)
                       : streamOf<Step>(call, std::move(*filter), csv, *of);
}

}  // namespace xray::server
