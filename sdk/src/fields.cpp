#include "xray/sdk/fields.h"

#include <cmath>

#include "payload_tape.h"

namespace xray::sdk {
namespace {

template <typename Narrow>
bool fits(std::int64_t value) {
  return value == static_cast<Narrow>(value);
}

void writeSigned(PayloadTape& tape, std::int64_t value) {
  if (fits<std::int8_t>(value)) return tape.number(Tag::Signed8, static_cast<std::int8_t>(value));
  if (fits<std::int16_t>(value)) return tape.number(Tag::Signed16, static_cast<std::int16_t>(value));
  if (fits<std::int32_t>(value)) return tape.number(Tag::Signed32, static_cast<std::int32_t>(value));
  tape.number(Tag::Signed64, value);
}

void writeUnsigned(PayloadTape& tape, std::uint64_t value) {
  if (value <= INT64_MAX) return writeSigned(tape, static_cast<std::int64_t>(value));
  tape.number(Tag::Unsigned64, value);
}

// Small whole numbers, which are frequent, in 2 or 3 bytes: their JSON is the same.
void writeDouble(PayloadTape& tape, double value) {
  if (value >= INT16_MIN && value <= INT16_MAX) {
    const auto whole = static_cast<std::int16_t>(value);
    if (whole == value && !(whole == 0 && std::signbit(value))) return writeSigned(tape, whole);
  }
  tape.number(Tag::Double, value);
}

}  // namespace

void ValueWriter::key(std::string_view name) {
  tape_.text(Tag::Key, name);
}

void ValueWriter::beginArray() {
  tape_.tag(Tag::BeginArray);
}

void ValueWriter::endArray() {
  tape_.tag(Tag::EndArray);
}

void ValueWriter::beginObject() {
  tape_.tag(Tag::BeginObject);
}

void ValueWriter::endObject() {
  tape_.tag(Tag::EndObject);
}

void ValueWriter::fields(const Value& value) {
  const Field* field = static_cast<const Field*>(value.span_.first);
  for (const Field* end = field + value.span_.size; field != end; ++field) {
    key(field->key);
    this->value(field->value);
  }
}

void ValueWriter::value(const Value& value) {
  const auto text = [&] { return std::string_view(static_cast<const char*>(value.span_.first), value.span_.size); };
  switch (value.kind_) {
    case Value::Kind::Null:
      return tape_.tag(Tag::Null);
    case Value::Kind::Boolean:
      return tape_.tag(value.boolean_ ? Tag::True : Tag::False);
    case Value::Kind::Signed:
      return writeSigned(tape_, value.signed_);
    case Value::Kind::Unsigned:
      return writeUnsigned(tape_, value.unsigned_);
    case Value::Kind::Double:
      return writeDouble(tape_, value.double_);
    case Value::Kind::Text:
      return tape_.text(Tag::Text, text());
    case Value::Kind::Ready:
      return tape_.text(Tag::Ready, text());
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
  }
}

void ValueWriter::members(const Value& value) {
  if (value.kind_ == Value::Kind::Object) return fields(value);
  if (value.kind_ == Value::Kind::Range) return value.range_.write(*this, value.range_.range, false);
  if (value.kind_ == Value::Kind::Ready) {
    return tape_.text(Tag::ReadyMembers, {static_cast<const char*>(value.span_.first), value.span_.size});
  }
  key("value");
  this->value(value);
}

}  // namespace xray::sdk
