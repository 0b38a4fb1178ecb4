#include "server/test_backend.h"

#include "xray/json.h"

namespace xray::server {

std::string runStarted(const std::string& runId, const std::string& more) {
  return R"({"event":"run.started","run_id":")" + runId + R"(","pipeline":"picker","at":"2026-11-22T16:00:00Z")" +
         more + "}\n";
}

std::string stepEnded(const std::string& runId, const std::string& stepId, const std::string& more) {
  return R"({"event":"step.ended","run_id":")" + runId + R"(","step_id":")" + stepId +
         R"(","name":"rank","step_type":"llm","started_at":"2026-11-22T16:00:01Z","at":"2026-11-22T16:00:02Z","status":"success")" +
         more + "}\n";
}

std::string runEnded(const std::string& runId) {
  return R"({"event":"run.ended","run_id":")" + runId +
         R"(","at":"2026-11-22T16:00:03Z"})"
         "\n";
}

std::string schemaRegistered(const std::string& name, int version, const std::string& definition) {
  return R"({"event":"schema.registered","name":")" + name + R"(","version":)" + std::to_string(version) +
         R"(,"definition":)" + definition + "}\n";
}

std::string Reply::member(const std::string& name) const {
  const std::optional<JsonValue> value = findJsonMember(body, name);
  return value ? std::string(value->text) : "(none)";
}

std::string Reply::text(const std::string& name) const {
  const std::optional<JsonValue> value = findJsonMember(body, name);
  return value && value->type == JsonType::String ? value->string() : "(none)";
}

std::vector<std::string> Reply::column(const std::string& list, const std::string& name) const {
  std::vector<std::string> column;
  const std::optional<JsonValue> rows = findJsonMember(body, list);
  if (!rows) return {"(no " + list + ")"};
  for (JsonCursor cursor(rows->text); cursor.next();) {
    const std::optional<JsonValue> value = findJsonMember(cursor.value().text, name);
    column.emplace_back(value ? value->text : "(none)");
  }
  return column;
}

TestBackend::TestBackend(ValidationMode mode, IngestOptions ingest, std::size_t appendConcurrency)
    : clock_(*parseTimestamp("2026-11-22T16:10:00Z")), store_(appendConcurrency), validator_(makeKeyListValidator()) {
  const Microseconds incompleteAfter = std::chrono::minutes(15);
  context_ = {
      &store_, &plugins_, &clock_, incompleteAfter, std::chrono::seconds(30), [this] { return store_.health(); }};
  api_ = std::make_unique<Api>(context_);
  pipeline_ = std::make_unique<Pipeline>(store_, *validator_, clock_, Pipeline::Options{ingest, mode, incompleteAfter});
}

std::future<Result<Receipt>> TestBackend::submit(std::string body) {
  auto promise = std::make_shared<std::promise<Result<Receipt>>>();
  std::future<Result<Receipt>> future = promise->get_future();
  pipeline_->submit({std::move(body), BatchFormat::NdJson},
                    [promise](Result<Receipt> receipt) { promise->set_value(std::move(receipt)); });
  return future;
}

Result<Receipt> TestBackend::send(std::string body) {
  return submit(std::move(body)).get();
}

Reply TestBackend::get(const std::string& target) const {
  http::Response response = api_->handle(requestOf(target));
  return {response.status, std::move(response.body)};
}

std::string describe(const Result<Receipt>& receipt) {
  if (!receipt.ok()) return receipt.status().toString();
  std::string text =
      std::to_string(receipt->accepted) + " accepted, " + std::to_string(receipt->duplicates) + " duplicates, rejected";
  for (const RejectedEvent& event : receipt->rejected)
    text += " " + std::to_string(event.line) + ":" + std::string(toString(event.code));
  return text;
}

http::Request requestOf(const std::string& target) {
  http::Request request;
  request.method = "GET";
  const std::size_t question = target.find('?');
  request.path = target.substr(0, question);
  request.target = request.path;
  if (question == std::string::npos) return request;
  std::string_view rest = std::string_view(target).substr(question + 1);
  while (!rest.empty()) {
    const std::string_view pair = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
    const std::size_t equals = pair.find('=');
    request.query.emplace_back(pair.substr(0, equals), equals == std::string_view::npos ? "" : pair.substr(equals + 1));
  }
  return request;
}

}  // namespace xray::server
