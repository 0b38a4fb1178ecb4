// How schemas are applied, and the keywords that combine them. The keywords of single values: value_keywords.cpp; of
// objects and arrays: container_keywords.cpp.

#include "evaluation.h"

#include <utility>

namespace xray::jsonschema {

void Evaluation::run(const Subschema& schema, const JsonValue& value) {
  const Scope scope(value);
  scope_ = &scope;
  fits(schema);
  scope_ = nullptr;
}

bool Evaluation::fits(const Subschema& schema) {
  if (gaveUp() || tooMany()) return true;
  if (++applied_ > budget_.applied) {
    whyGaveUp_ = "its schema takes too long to apply to this value";
    return true;
  }
  if (depth_ >= budget_.depth) {
    whyGaveUp_ = "schemas lie more than " + std::to_string(budget_.depth) + " deep in each other";
    return true;
  }
  if (schema.getAlwaysInvalid()) return tell(ViolationKind::UnknownKey, "is not allowed");
  ++depth_;
  Subschema::ApplyFunction apply([this](const valijson::constraints::Constraint& one) { return one.accept(*this); });
  const bool fine = violations_ ? schema.apply(apply) : schema.applyStrict(apply);
  --depth_;
  return fine;
}

bool Evaluation::fitsQuietly(const Subschema& schema) {
  std::vector<Violation>* const violations = std::exchange(violations_, nullptr);
  const bool fine = fits(schema);
  violations_ = violations;
  return fine;
}

bool Evaluation::memberFits(const Subschema& schema, const Members::Member& member) {
  const Scope* const outer = scope_;
  const Scope inner(member.value, *outer, member.name);
  scope_ = &inner;
  const bool fine = fits(schema);
  scope_ = outer;
  return fine;
}

bool Evaluation::elementFits(const Subschema& schema, const JsonValue& element, std::size_t index) {
  const Scope* const outer = scope_;
  const Scope inner(element, *outer, index);
  scope_ = &inner;
  const bool fine = fits(schema);
  scope_ = outer;
  return fine;
}

bool Evaluation::tell(ViolationKind kind, std::string reason) {
  if (!violations_) return false;
  std::string pointer(pointer_);
  scope_->appendPointer(pointer);
  return add(std::move(pointer), kind, std::move(reason));
}

bool Evaluation::tellMember(std::string_view name, ViolationKind kind, std::string reason) {
  if (!violations_) return false;
  std::string pointer(pointer_);
  scope_->appendPointer(pointer);
  appendPointerToken(pointer, name);
  return add(std::move(pointer), kind, std::move(reason));
}

bool Evaluation::add(std::string pointer, ViolationKind kind, std::string reason) {
  std::string identity(toString(kind));
  identity += pointer;
  if (!told_.insert(std::move(identity)).second || tooMany()) return false;
  violations_->push_back({std::move(pointer), kind, std::move(reason)});
  return false;
}

bool Evaluation::visit(const AllOfConstraint& constraint) {
  bool fine = true;
  constraint.applyToSubschemas([&](unsigned, const Subschema* schema) {
    fine = fits(*schema) && fine;
    return fine || violations_;
  });
  return fine;
}

bool Evaluation::visit(const AnyOfConstraint& constraint) {
  bool some = false;
  constraint.applyToSubschemas([&](unsigned, const Subschema* schema) {
    some = fitsQuietly(*schema);
    return !some;
  });
  return some || tell(ViolationKind::WrongType, "fits none of the schemas of anyOf");
}

bool Evaluation::visit(const OneOfConstraint& constraint) {
  std::size_t count = 0;
  constraint.applyToSubschemas([&](unsigned, const Subschema* schema) {
    if (fitsQuietly(*schema)) ++count;
    return count < 2;
  });
  // Members that come may leave one of several that fit now.
  if (count == 1 || (count > 1 && mayGrow())) return true;
  return tell(ViolationKind::WrongType,
              count == 0 ? "fits none of the schemas of oneOf" : "fits more than one of the schemas of oneOf");
}

bool Evaluation::visit(const NotConstraint& constraint) {
  const Subschema* schema = constraint.getSubschema();
  return mayGrow() || !schema || !fitsQuietly(*schema) || tell(ViolationKind::WrongType, "fits the schema of not");
}

bool Evaluation::visit(const ConditionalConstraint& constraint) {
  if (mayGrow()) return true;
  const Subschema* schema =
      fitsQuietly(*constraint.getIfSubschema()) ? constraint.getThenSubschema() : constraint.getElseSubschema();
  return !schema || fits(*schema);
}

}  // namespace xray::jsonschema
