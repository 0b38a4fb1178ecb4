#include "receipt_json.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "xray/json.h"

namespace xray::httptransport {
namespace {

constexpr unsigned kMaxDepth = 32;
constexpr std::array kCodes{RejectCode::InvalidJson, RejectCode::InvalidEvent,    RejectCode::TooLarge,
                            RejectCode::TooDeep,     RejectCode::SchemaViolation, RejectCode::StoreRefused};

Status notAReceipt() {
  return {StatusCode::InvalidArgument, "not a receipt"};
}

std::optional<std::uint64_t> count(std::string_view object, std::string_view name) {
  const auto value = findJsonMember(object, name);
  std::uint64_t number = 0;
  if (!value || value->type != JsonType::Number) {
    return std::nullopt;
  }
  const char* end = value->text.data() + value->text.size();
  const auto [stop, error] = std::from_chars(value->text.data(), end, number);
  return error == std::errc() && stop == end ? std::optional(number) : std::nullopt;
}

std::optional<std::string> text(std::string_view object, std::string_view name) {
  const auto value = findJsonMember(object, name);
  return value && value->type == JsonType::String ? std::optional(value->string()) : std::nullopt;
}

std::optional<RejectedEvent> readRejected(std::string_view object) {
  const auto line = count(object, "line");
  const auto code = text(object, "code");
  auto detail = text(object, "detail");
  if (!line || !code || !detail) {
    return std::nullopt;
  }
  RejectedEvent rejected{static_cast<std::uint32_t>(std::min<std::uint64_t>(*line, UINT32_MAX)),
                         RejectCode::InvalidEvent, std::move(*detail)};
  const auto known = std::find_if(kCodes.begin(), kCodes.end(), [&](RejectCode c) { return toString(c) == *code; });
  if (known != kCodes.end()) {
    rejected.code = *known;
  } else {
    rejected.detail = *code + ": " + rejected.detail;
  }
  return rejected;
}

std::optional<ReceiptWarning> readWarning(std::string_view object) {
  auto code = text(object, "code");
  if (!code) {
    return std::nullopt;
  }
  return ReceiptWarning{std::move(*code), text(object, "detail").value_or(""), count(object, "count").value_or(0)};
}

/// Reads each element of an array member with `read`. False when one cannot be read, or the member is no array.
template <typename Row, typename Read>
bool readRows(std::string_view object, std::string_view name, Read read, std::vector<Row>& rows) {
  const auto array = findJsonMember(object, name);
  if (!array || array->type != JsonType::Array) {
    return false;
  }
  for (JsonCursor cursor(array->text); cursor.next();) {
    auto row = cursor.value().type == JsonType::Object ? read(cursor.value().text) : std::nullopt;
    if (!row) {
      return false;
    }
    rows.push_back(std::move(*row));
  }
  return true;
}

}  // namespace

std::string writeReceipt(const Receipt& receipt) {
  std::string out;
  JsonWriter json(out);
  json.beginObject();
  json.key("accepted").integer(static_cast<std::int64_t>(receipt.accepted));
  json.key("duplicates").integer(static_cast<std::int64_t>(receipt.duplicates));
  json.key("rejected").beginArray();
  for (const RejectedEvent& rejected : receipt.rejected) {
    json.beginObject();
    json.key("line").integer(rejected.line);
    json.key("code").string(toString(rejected.code));
    json.key("detail").string(rejected.detail);
    json.endObject();
  }
  json.endArray();
  json.key("warnings").beginArray();
  for (const ReceiptWarning& warning : receipt.warnings) {
    json.beginObject();
    json.key("code").string(warning.code);
    json.key("detail").string(warning.detail);
    json.key("count").integer(static_cast<std::int64_t>(warning.count));
    json.endObject();
  }
  json.endArray();
  json.endObject();
  return out;
}

Result<Receipt> readReceipt(std::string_view json) {
  const auto facts = checkJson(json, kMaxDepth);
  if (!facts.ok() || facts->type != JsonType::Object) {
    return notAReceipt();
  }
  Receipt receipt;
  const auto accepted = count(facts->text, "accepted");
  const auto duplicates = count(facts->text, "duplicates");
  if (!accepted || !duplicates || !readRows(facts->text, "rejected", readRejected, receipt.rejected) ||
      !readRows(facts->text, "warnings", readWarning, receipt.warnings)) {
    return notAReceipt();
  }
  receipt.accepted = *accepted;
  receipt.duplicates = *duplicates;
  return receipt;
}

std::string problemDetail(std::string_view json) {
  const auto facts = checkJson(json, kMaxDepth);
  return facts.ok() && facts->type == JsonType::Object ? text(facts->text, "detail").value_or("") : "";
}

}  // namespace xray::httptransport
