// Keywords that look at one value.

#include "evaluation.h"
#include "json_number.h"
#include "json_text_adapter.h"
#include "pattern.h"
#include "xray/text.h"

namespace xray::jsonschema {
namespace {

using JsonTypeName = valijson::constraints::TypeConstraint::JsonType;
using valijson::constraints::TypeConstraint;

constexpr std::size_t kMaxShown = 10;  // values of an enum in a reason

std::string_view nameOf(JsonTypeName type) {
  switch (type) {
    case TypeConstraint::kArray:
      return "array";
    case TypeConstraint::kBoolean:
      return "boolean";
    case TypeConstraint::kInteger:
      return "integer";
    case TypeConstraint::kNull:
      return "null";
    case TypeConstraint::kNumber:
      return "number";
    case TypeConstraint::kObject:
      return "object";
    case TypeConstraint::kString:
      return "string";
    case TypeConstraint::kAny:
      return "any";
  }
  return "";
}

bool isOf(const JsonValue& value, JsonTypeName type) {
  switch (type) {
    case TypeConstraint::kArray:
      return value.type == JsonType::Array;
    case TypeConstraint::kBoolean:
      return value.type == JsonType::Boolean;
    case TypeConstraint::kInteger:
      return isIntegral(value);
    case TypeConstraint::kNull:
      return value.type == JsonType::Null;
    case TypeConstraint::kNumber:
      return value.type == JsonType::Number;
    case TypeConstraint::kObject:
      return value.type == JsonType::Object;
    case TypeConstraint::kString:
      return value.type == JsonType::String;
    case TypeConstraint::kAny:
      return true;
  }
  return false;
}

std::string numberText(double number) {
  std::string out;
  appendJsonNumber(out, number);
  return out;
}

/// What stands between the quotes when there are no escapes, else the text in `storage`.
std::string_view textOf(const JsonValue& value, std::string& storage) {
  const std::string_view raw = value.text.substr(1, value.text.size() - 2);
  if (raw.find('\\') == std::string_view::npos) return raw;
  storage = value.string();
  return storage;
}

/// Code points of valid UTF-8.
std::size_t lengthOf(const JsonValue& value) {
  std::string storage;
  std::size_t length = 0;
  for (const char c : textOf(value, storage)) length += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  return length;
}

JsonValue frozen(const valijson::adapters::FrozenValue& value) {
  return static_cast<const FrozenJsonText&>(value).value();  // the only kind that JsonTextAdapter makes
}

}  // namespace

bool Evaluation::visit(const TypeConstraint& constraint) {
  bool fine = false;
  constraint.applyToNamedTypes([&](JsonTypeName type) {
    fine = isOf(scope_->value, type);
    return !fine;
  });
  if (fine || !violations_) return fine;
  std::vector<std::string> names;
  constraint.applyToNamedTypes([&](JsonTypeName type) {
    names.emplace_back(nameOf(type));
    return true;
  });
  return tell(ViolationKind::WrongType,
              "expected " + joinNames(names) + ", found " + std::string(toString(scope_->value.type)));
}

bool Evaluation::visit(const ConstConstraint& constraint) {
  const JsonValue wanted = frozen(*constraint.getValue());
  if (mayGrow() || sameJson(scope_->value, wanted)) return true;
  return violations_ ? tell(ViolationKind::WrongType, "is not " + quoted(wanted.text)) : false;
}

bool Evaluation::visit(const EnumConstraint& constraint) {
  if (mayGrow()) return true;
  bool fine = false;
  constraint.applyToValues([&](const valijson::adapters::FrozenValue& value) {
    fine = sameJson(scope_->value, frozen(value));
    return !fine;
  });
  if (fine || !violations_) return fine;
  std::string reason = "is none of";
  std::size_t count = 0;
  constraint.applyToValues([&](const valijson::adapters::FrozenValue& value) {
    if (count < kMaxShown) reason += (count ? ", " : " ") + std::string(frozen(value).text.substr(0, 80));
    return ++count <= kMaxShown;
  });
  if (count > kMaxShown) reason += ", …";
  return tell(ViolationKind::WrongType, std::move(reason));
}

/// An annotation, as draft 7 allows.
bool Evaluation::visit(const FormatConstraint& /*constraint*/) {
  return true;
}

/// Only schemas with keywords of a program's own have these.
bool Evaluation::visit(const PolyConstraint& /*constraint*/) {
  return true;
}

bool Evaluation::visit(const MaximumConstraint& constraint) {
  if (!is(JsonType::Number)) return true;
  const double number = scope_->value.number();
  const double maximum = constraint.getMaximum();
  if (constraint.getExclusiveMaximum() ? number < maximum : number <= maximum) return true;
  return tell(ViolationKind::WrongType,
              (constraint.getExclusiveMaximum() ? "is not less than " : "is more than ") + numberText(maximum));
}

bool Evaluation::visit(const MinimumConstraint& constraint) {
  if (!is(JsonType::Number)) return true;
  const double number = scope_->value.number();
  const double minimum = constraint.getMinimum();
  if (constraint.getExclusiveMinimum() ? number > minimum : number >= minimum) return true;
  return tell(ViolationKind::WrongType,
              (constraint.getExclusiveMinimum() ? "is not more than " : "is less than ") + numberText(minimum));
}

bool Evaluation::visit(const MultipleOfDoubleConstraint& constraint) {
  return !is(JsonType::Number) || isMultipleOf(scope_->value, constraint.getDivisor()) ||
         tell(ViolationKind::WrongType, "is no multiple of " + numberText(constraint.getDivisor()));
}

bool Evaluation::visit(const MultipleOfIntConstraint& constraint) {
  return !is(JsonType::Number) || isMultipleOf(scope_->value, std::int64_t{constraint.getDivisor()}) ||
         tell(ViolationKind::WrongType, "is no multiple of " + std::to_string(constraint.getDivisor()));
}

bool Evaluation::visit(const MaxLengthConstraint& constraint) {
  return !is(JsonType::String) || lengthOf(scope_->value) <= constraint.getMaxLength() ||
         tell(ViolationKind::WrongType, "is longer than " + std::to_string(constraint.getMaxLength()) + " characters");
}

bool Evaluation::visit(const MinLengthConstraint& constraint) {
  return !is(JsonType::String) || lengthOf(scope_->value) >= constraint.getMinLength() ||
         tell(ViolationKind::WrongType, "is shorter than " + std::to_string(constraint.getMinLength()) + " characters");
}

bool Evaluation::visit(const PatternConstraint& constraint) {
  if (!is(JsonType::String)) return true;
  const std::string pattern = constraint.getPattern<std::string::allocator_type>();
  std::string storage;
  return patterns_.at(pattern).matches(textOf(scope_->value, storage)) ||
         tell(ViolationKind::WrongType, "does not match the pattern " + quoted(pattern));
}

}  // namespace xray::jsonschema
