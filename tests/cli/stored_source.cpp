#include "cli/stored_source.h"

#include <stdexcept>

#include "support/history.h"

namespace xray::cli {

StoredSource::StoredSource()
    : clock(*parseTimestamp("2026-11-22T16:00:00Z")),
      store_(makeMemoryStore()),
      api_({store_.get(), &loader_, &clock, std::chrono::minutes(15), std::chrono::seconds(60),
            [] { return Status(); }}) {
  if (!store_->open().ok()) throw std::runtime_error("the memory store does not open");
}

Result<Answer> StoredSource::ask(const Question& question) {
  asked.push_back(question);
  if (failAfter && (*failAfter)-- == 0) {
    failAfter.reset();
    return Answer{503, R"({"detail":"away"})"};
  }
  http::Request request;
  request.method = "GET";
  request.target = request.path = question.path;
  request.query = question.parameters;
  http::Response response = api_.handle(std::move(request));
  return Answer{response.status, std::move(response.body)};
}

void StoredSource::add(const std::vector<std::string>& events) {
  const Result<AppendOutcome> outcome = test::appendLines(*store_, events, clock.now());
  if (!outcome.ok() || !outcome->refused.empty()) throw std::runtime_error("an event was refused");
}

}  // namespace xray::cli
