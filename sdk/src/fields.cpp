#include "xray/sdk/fields.h"

#include <array>

#include "xray/event.h"
#include "xray/json.h"

namespace xray::sdk {
namespace {

constexpr unsigned kMaxDepth = EventLimits().maxDepth;

// Printable ASCII but quote and backslash: what stands in a JSON string as it is.
constexpr auto kPlain = [] {
  std::array<bool, 256> plain{};
  for (int c = 0x20; c < 0x7F; ++c) plain[c] = c != '"' && c != '\\';
  return plain;
}();

// Most names and texts are short and plain; for them the general way costs more than the copy.
void appendText(std::string& out, std::string_view text) {
  for (const char c : text) {
    if (!kPlain[static_cast<unsigned char>(c)]) return appendJsonString(out, text);
  }
  out += '"';
  out += text;
  out += '"';
}

}  // namespace

// A value before ends with none of these, so the last character tells whether this one is the first.
void ValueWriter::separate() {
  if (out_.empty()) return;
  const char last = out_.back();
  if (last != '{' && last != '[' && last != ':') out_ += ',';
}

void ValueWriter::key(std::string_view name) {
  separate();
  appendText(out_, name);
  out_ += ':';
}

void ValueWriter::beginArray() {
  separate();
  out_ += '[';
  ++depth_;
}

void ValueWriter::endArray() {
  out_ += ']';
  --depth_;
}

void ValueWriter::beginObject() {
  separate();
  out_ += '{';
  ++depth_;
}

void ValueWriter::endObject() {
  out_ += '}';
  --depth_;
}

void ValueWriter::ready(std::string_view json) {
  const auto facts = checkJson(json, kMaxDepth - depth_);
  if (facts.ok()) {
    out_ += facts->text;
  } else {
    ++invalidJson_;
    appendText(out_, json);
  }
}

void ValueWriter::fields(const Value& value) {
  const Field* field = static_cast<const Field*>(value.span_.first);
  for (const Field* end = field + value.span_.size; field != end; ++field) {
    key(field->key);
    this->value(field->value);
  }
}

void ValueWriter::value(const Value& value) {
  switch (value.kind_) {
    case Value::Kind::Array: {
      beginArray();
      const Value* element = static_cast<const Value*>(value.span_.first);
      for (const Value* end = element + value.span_.size; element != end; ++element) this->value(*element);
      return endArray();
    }
    case Value::Kind::Object:
      beginObject();
      fields(value);
      return endObject();
    case Value::Kind::Range:
      return value.range_.write(*this, value.range_.range, true);
    default:
      break;
  }
  separate();
  switch (value.kind_) {
    case Value::Kind::Boolean:
      out_ += value.boolean_ ? "true" : "false";
      break;
    case Value::Kind::Signed:
      appendJsonNumber(out_, value.signed_);
      break;
    case Value::Kind::Unsigned:
      appendJsonNumber(out_, value.unsigned_);
      break;
    case Value::Kind::Double:
      appendJsonNumber(out_, value.double_);
      break;
    case Value::Kind::Text:
      appendText(out_, {static_cast<const char*>(value.span_.first), value.span_.size});
      break;
    case Value::Kind::Ready:
      ready({static_cast<const char*>(value.span_.first), value.span_.size});
      break;
    default:
      out_ += "null";
  }
}

void ValueWriter::members(const Value& value) {
  if (value.kind_ == Value::Kind::Object) return fields(value);
  if (value.kind_ == Value::Kind::Range) return value.range_.write(*this, value.range_.range, false);
  if (value.kind_ == Value::Kind::Ready) {
    const std::string_view text(static_cast<const char*>(value.span_.first), value.span_.size);
    const auto facts = checkJson(text, kMaxDepth - depth_ + 1);
    if (facts.ok() && facts->type == JsonType::Object) {
      const std::string_view inner = facts->text.substr(1, facts->text.size() - 2);
      if (inner.find_first_not_of(" \t\r\n") == std::string_view::npos) return;
      separate();
      out_ += inner;
      // White space at the end would hide the last character of the value from separate().
      out_.resize(out_.find_last_not_of(" \t\r\n") + 1);
      return;
    }
  }
  key("value");
  this->value(value);
}

}  // namespace xray::sdk
