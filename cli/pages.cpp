#include "cli/pages.h"

#include <algorithm>

#include "cli/output.h"
#include "xray/json.h"

namespace xray::cli {

Result<std::optional<std::string>> visitPage(Source& source, Question question, const std::string& member,
                                             std::size_t pageSize, const std::optional<std::string>& token,
                                             const VisitRow& visit) {
  question.parameters.emplace_back("page_size", std::to_string(pageSize));
  if (token) question.parameters.emplace_back("page_token", *token);
  const Result<Answer> answer = source.ask(question);
  if (!answer.ok()) return answer.status();
  if (Status status = statusOf(*answer); !status.ok()) return status;

  const std::optional<JsonValue> rows = findJsonMember(answer->body, member);
  if (!rows) return Status(StatusCode::Internal, "the answer has no " + member);
  for (JsonCursor cursor(rows->text); cursor.next();) {
    if (!visit(cursor.value().text)) return std::optional<std::string>();
  }
  const std::optional<JsonValue> next = findJsonMember(answer->body, "next_page_token");
  return next && next->type == JsonType::String ? std::optional(next->string()) : std::nullopt;
}

Status forEachRow(Source& source, const Question& question, const std::string& member, std::size_t limit,
                  const VisitRow& visit, std::size_t pageSize) {
  std::optional<std::string> token;
  std::size_t visited = 0;  // a page may have fewer rows than asked for
  const VisitRow count = [&](std::string_view row) {
    ++visited;
    return visit(row);
  };
  do {
    auto next = visitPage(source, question, member, std::min(limit - visited, pageSize), token, count);
    if (!next.ok()) return next.status();
    token = std::move(*next);
  } while (token && visited < limit);
  return {};
}

std::string Listing::json(const std::string& member) const {
  std::string text;
  JsonWriter writer(text);
  writer.beginObject().key(member).beginArray();
  for (const std::string& row : rows) writer.raw(row);
  writer.endArray().key("next_page_token");
  if (next) {
    writer.string(*next);
  } else {
    writer.null();
  }
  writer.endObject();
  return text;
}

Result<Listing> listRows(Source& source, const Question& question, const std::string& member, std::size_t limit) {
  Listing listing;
  const VisitRow keep = [&listing](std::string_view row) {
    listing.rows.emplace_back(row);
    return true;
  };
  do {
    const std::size_t size = std::min(limit - listing.rows.size(), kMaxPageSize);
    auto next = visitPage(source, question, member, size, listing.next, keep);
    if (!next.ok()) return next.status();
    listing.next = std::move(*next);
  } while (listing.next && listing.rows.size() < limit);
  return listing;
}

}  // namespace xray::cli
