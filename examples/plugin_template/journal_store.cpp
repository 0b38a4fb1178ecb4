#include "journal_store.h"

#include <xray/event_decoder.h>
#include <xray/event_encoder.h>
#include <xray/json.h>
#include <xray/memory_store.h>

#include <deque>

namespace journal {
namespace {

using xray::Status;
using xray::StatusCode;

const Status kReadOnly(StatusCode::NotSupported, "the journal was opened for reading");

constexpr std::string_view kHeader = R"({"journal":1})";

// Any bytes may be refused, and a line of JSON cannot hold any bytes.
std::string toHex(std::string_view bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string out;
  for (const char c : bytes) {
    out += kDigits[static_cast<unsigned char>(c) >> 4];
    out += kDigits[static_cast<unsigned char>(c) & 15];
  }
  return out;
}

std::string fromHex(std::string_view text) {
  const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  std::string out;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2)
    out += static_cast<char>(digit(text[i]) << 4 | digit(text[i + 1]));
  return out;
}

/// The event as it is to be stored, which may be another than the bytes that came: the backend has checked it.
std::string textOf(const xray::Event& event) {
  std::string text;
  xray::encodeEvent(text, event);
  text.pop_back();
  return text;
}

/// An append as a line: {"at": …, "events": [[event, raw, checked], …], "rejections": [[code, detail, raw], …]}.
std::string lineOf(const xray::AppendBatch& batch) {
  std::string line;
  xray::JsonWriter json(line);
  json.beginObject().key("at").string(xray::formatTimestamp(batch.receivedAt));
  json.key("events").beginArray();
  for (const xray::Event& event : batch.events) {
    const auto* step = std::get_if<xray::StepEvent>(&event.fact);
    json.beginArray().raw(textOf(event)).string(toHex(event.raw)).boolean(step && step->schemaChecked).endArray();
  }
  json.endArray().key("rejections").beginArray();
  for (const xray::Rejection& rejection : batch.rejections) {
    json.beginArray().integer(static_cast<int>(rejection.code));
    json.string(toHex(rejection.detail)).string(toHex(rejection.raw)).endArray();
  }
  json.endArray().endObject();
  return line;
}

/// The elements of a small array.
std::vector<xray::JsonValue> elementsOf(const xray::JsonValue& array) {
  std::vector<xray::JsonValue> out;
  for (xray::JsonCursor cursor(array.text); cursor.next();) out.push_back(cursor.value());
  return out;
}

}  // namespace

JournalStore::JournalStore(const std::string& path, bool sync, xray::StoreAccess access)
    : path_(path),
      readOnly_(access == xray::StoreAccess::ReadOnly),
      memory_(xray::makeMemoryStore()),
      file_(path, sync, readOnly_ ? JournalFile::Use::Read : JournalFile::Use::Write) {}

Status JournalStore::open() {
  const std::lock_guard lock(mu_);
  if (Status status = memory_->open(); !status.ok()) return status;
  const Status read = file_.open([this](std::string_view line) { return take(line); });
  if (!read.ok() || headerRead_) return read;
  // Its writer has made it, and not yet begun.
  if (readOnly_) return {StatusCode::InvalidArgument, path_ + ": is empty"};
  headerRead_ = true;
  return file_.add(std::string(kHeader));
}

xray::Store& JournalStore::current() {
  if (!readOnly_) return *memory_;
  const std::lock_guard lock(mu_);
  if (!closed_) followed_ = file_.readOn([this](std::string_view line) { return take(line); });
  return *memory_;
}

Status JournalStore::take(std::string_view line) {
  if (std::exchange(headerRead_, true)) return replay(line);
  return line == kHeader ? Status() : Status(StatusCode::InvalidArgument, path_ + ": is no journal of this version");
}

Status JournalStore::replay(std::string_view line) {
  if (!xray::checkJson(line, 200).ok()) return {StatusCode::InvalidArgument, path_ + ": a line of it is damaged"};
  const auto at = xray::findJsonMember(line, "at");
  const auto events = xray::findJsonMember(line, "events");
  const auto rejections = xray::findJsonMember(line, "rejections");
  if (!at || !events || !rejections) return {StatusCode::InvalidArgument, path_ + ": a line of it is no append"};
  xray::EventLimits limits;  // what was taken once is taken again, written however
  limits.maxEventBytes = limits.maxBatchBytes = SIZE_MAX;
  limits.maxDepth = 200;
  std::deque<std::string> texts;  // what the batch points into
  std::vector<xray::DecodedBatch> decoded;
  std::vector<xray::Event> all;
  for (const xray::JsonValue& entry : elementsOf(*events)) {
    const auto parts = elementsOf(entry);
    auto batch = xray::decodeBatch({std::string(parts.at(0).text), xray::BatchFormat::Json}, limits);
    if (!batch.ok() || batch->events.size() != 1) {
      return {StatusCode::InvalidArgument, path_ + ": an event of it cannot be read"};
    }
    xray::Event event = batch->events[0];
    event.raw = texts.emplace_back(fromHex(parts.at(1).string()));
    if (auto* step = std::get_if<xray::StepEvent>(&event.fact)) step->schemaChecked = parts.at(2).boolean();
    all.push_back(event);
    decoded.push_back(std::move(*batch));
  }
  std::vector<xray::Rejection> refused;
  for (const xray::JsonValue& entry : elementsOf(*rejections)) {
    const auto parts = elementsOf(entry);
    refused.push_back({static_cast<xray::RejectCode>(static_cast<int>(parts.at(0).number())),
                       fromHex(parts.at(1).string()), texts.emplace_back(fromHex(parts.at(2).string()))});
  }
  return memory_->append({all, refused, xray::parseTimestamp(at->string()).value()}).status();
}

xray::Result<xray::AppendOutcome> JournalStore::append(const xray::AppendBatch& batch) {
  const std::lock_guard lock(mu_);
  if (closed_) return Status(StatusCode::Closed, "the journal is closed");
  if (readOnly_) return kReadOnly;
  // On the disk first: nobody may see what a crash could still take back.
  if (Status status = file_.add(lineOf(batch)); !status.ok()) return status;
  return memory_->append(batch);
}

Status JournalStore::keepIndex(const xray::IndexedKey& key) {
  return readOnly_ ? kReadOnly : memory_->keepIndex(key);
}

Status JournalStore::health() {
  Status memory = current().health();
  const std::lock_guard lock(mu_);
  return followed_.ok() ? memory : followed_;
}

Status JournalStore::close() {
  const std::lock_guard lock(mu_);
  closed_ = true;
  file_.close();
  return memory_->close();
}

}  // namespace journal
