#include "cli/pages.h"

#include <algorithm>

#include "cli/output.h"
#include "xray/json.h"

namespace xray::cli {
namespace {

constexpr std::size_t kMaxPageSize = 1000;

}  // namespace

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

Result<Listing> listRows(Source& source, Question question, const std::string& member, std::size_t limit) {
  Listing listing;
  const auto first = question.parameters;
  do {
    question.parameters = first;
    question.parameters.emplace_back("page_size", std::to_string(std::min(limit - listing.rows.size(), kMaxPageSize)));
    if (listing.next) question.parameters.emplace_back("page_token", *listing.next);
    const Result<Answer> answer = source.ask(question);
    if (!answer.ok()) return answer.status();
    if (Status status = statusOf(*answer); !status.ok()) return status;

    const std::optional<JsonValue> rows = findJsonMember(answer->body, member);
    if (!rows) return Status(StatusCode::Internal, "the answer has no " + member);
    for (JsonCursor cursor(rows->text); cursor.next();) listing.rows.emplace_back(cursor.value().text);
    const std::optional<JsonValue> token = findJsonMember(answer->body, "next_page_token");
    listing.next.reset();
    if (token && token->type == JsonType::String) listing.next = token->string();
  } while (listing.next && listing.rows.size() < limit);
  return listing;
}

}  // namespace xray::cli
