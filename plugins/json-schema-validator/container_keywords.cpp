// Keywords of objects and arrays.

#include <unordered_set>

#include "evaluation.h"
#include "json_number.h"
#include "pattern.h"
#include "xray/text.h"

namespace xray::jsonschema {
namespace {

/// valijson's texts have an allocator of their own.
template <typename Text>
std::string_view viewOf(const Text& text) {
  return {text.data(), text.size()};
}

std::string quoteName(const std::string& name) {
  std::string out;
  appendJsonString(out, name);
  return out;
}

}  // namespace

std::size_t Evaluation::elements() const {
  std::size_t count = 0;
  for (JsonCursor items(scope_->value.text); items.next();) ++count;
  return count;
}

bool Evaluation::visit(const PropertiesConstraint& constraint) {
  if (!is(JsonType::Object)) return true;
  const Members& members = scope_->members();
  std::array<std::byte, 64> small;
  std::pmr::monotonic_buffer_resource memory(small.data(), small.size());
  std::pmr::vector<bool> known(members.size(), false, &memory);
  bool fine = true;
  const auto apply = [&](const Members::Member& member, const Subschema* schema) {
    known[static_cast<std::size_t>(&member - members.all().data())] = true;
    fine = memberFits(*schema, member) && fine;
    return fine || violations_;
  };
  constraint.applyToProperties([&](const auto& name, const Subschema* schema) {
    const Members::Member* member = members.find(viewOf(name));
    return !member || apply(*member, schema);
  });
  constraint.applyToPatternProperties([&](const auto& pattern, const Subschema* schema) {
    const Pattern& expression = patterns_.at(std::string(viewOf(pattern)));
    for (const Members::Member& member : members.all()) {
      if (expression.matches(member.name) && !apply(member, schema)) return false;
    }
    return true;
  });
  const Subschema* others = constraint.getAdditionalPropertiesSubschema();
  for (std::size_t i = 0; i < known.size() && (fine || violations_); ++i) {
    const Members::Member& member = members.all()[i];
    if (known[i]) continue;
    if (!others) {
      fine = tellMember(member.name, ViolationKind::UnknownKey, "");
    } else {
      fine = memberFits(*others, member) && fine;
    }
  }
  return fine;
}

bool Evaluation::visit(const PropertyNamesConstraint& constraint) {
  if (!is(JsonType::Object)) return true;
  bool fine = true;
  for (const Members::Member& member : scope_->members().all()) {
    const std::string name = quoteName(std::string(member.name));
    const Members::Member asText{member.name, {JsonType::String, name}};
    std::vector<Violation>* const violations = std::exchange(violations_, nullptr);
    const bool fits = memberFits(*constraint.getSubschema(), asText);
    violations_ = violations;
    if (!fits) fine = tellMember(member.name, ViolationKind::UnknownKey, "does not fit the schema of propertyNames");
    if (!fine && !violations_) break;
  }
  return fine;
}

bool Evaluation::visit(const RequiredConstraint& constraint) {
  if (!is(JsonType::Object) || mayGrow()) return true;
  bool fine = true;
  constraint.applyToRequiredProperties([&](const auto& name) {
    if (!scope_->members().find(viewOf(name))) fine = tellMember(viewOf(name), ViolationKind::MissingKey, "");
    return fine || violations_;
  });
  return fine;
}

bool Evaluation::visit(const DependenciesConstraint& constraint) {
  if (!is(JsonType::Object)) return true;
  bool fine = true;
  if (!mayGrow()) {
    constraint.applyToPropertyDependencies([&](const auto& name, const auto& needed) {
      if (!scope_->members().find(viewOf(name))) return true;
      for (const auto& other : needed) {
        if (scope_->members().find(viewOf(other))) continue;
        fine = tellMember(viewOf(other), ViolationKind::MissingKey, "needed beside " + quoted(viewOf(name)));
      }
      return fine || violations_ != nullptr;
    });
  }
  constraint.applyToSchemaDependencies([&](const auto& name, const Subschema* schema) {
    if (scope_->members().find(viewOf(name))) fine = fits(*schema) && fine;
    return fine || violations_;
  });
  return fine;
}

bool Evaluation::visit(const MaxPropertiesConstraint& constraint) {
  return !is(JsonType::Object) || scope_->members().size() <= constraint.getMaxProperties() ||
         tell(ViolationKind::WrongType, "has more than " + std::to_string(constraint.getMaxProperties()) + " members");
}

bool Evaluation::visit(const MinPropertiesConstraint& constraint) {
  return !is(JsonType::Object) || mayGrow() || scope_->members().size() >= constraint.getMinProperties() ||
         tell(ViolationKind::MissingKey, "has less than " + std::to_string(constraint.getMinProperties()) + " members");
}

bool Evaluation::visit(const SingularItemsConstraint& constraint) {
  if (!is(JsonType::Array)) return true;
  bool fine = true;
  std::size_t index = 0;
  for (JsonCursor items(scope_->value.text); items.next() && (fine || violations_); ++index) {
    fine = elementFits(*constraint.getItemsSubschema(), items.value(), index) && fine;
  }
  return fine;
}

bool Evaluation::visit(const LinearItemsConstraint& constraint) {
  if (!is(JsonType::Array)) return true;
  std::vector<const Subschema*> schemas;
  constraint.applyToItemSubschemas([&](unsigned, const Subschema* schema) {
    schemas.push_back(schema);
    return true;
  });
  const Subschema* others = constraint.getAdditionalItemsSubschema();
  bool fine = true;
  std::size_t index = 0;
  for (JsonCursor items(scope_->value.text); items.next() && (fine || violations_); ++index) {
    const Subschema* schema = index < schemas.size() ? schemas[index] : others;
    if (!schema) return tell(ViolationKind::WrongType, "has more than " + std::to_string(index) + " elements");
    fine = elementFits(*schema, items.value(), index) && fine;
  }
  return fine;
}

bool Evaluation::visit(const ContainsConstraint& constraint) {
  if (!is(JsonType::Array)) return true;
  std::vector<Violation>* const violations = std::exchange(violations_, nullptr);
  bool some = false;
  std::size_t index = 0;
  for (JsonCursor items(scope_->value.text); items.next() && !some; ++index) {
    some = elementFits(*constraint.getSubschema(), items.value(), index);
  }
  violations_ = violations;
  return some || tell(ViolationKind::WrongType, "no element fits the schema of contains");
}

bool Evaluation::visit(const MaxItemsConstraint& constraint) {
  return !is(JsonType::Array) || elements() <= constraint.getMaxItems() ||
         tell(ViolationKind::WrongType, "has more than " + std::to_string(constraint.getMaxItems()) + " elements");
}

bool Evaluation::visit(const MinItemsConstraint& constraint) {
  return !is(JsonType::Array) || elements() >= constraint.getMinItems() ||
         tell(ViolationKind::WrongType, "has less than " + std::to_string(constraint.getMinItems()) + " elements");
}

bool Evaluation::visit(const UniqueItemsConstraint& /*constraint*/) {
  if (!is(JsonType::Array)) return true;
  std::unordered_set<std::string> seen;
  for (JsonCursor items(scope_->value.text); items.next();) {
    if (!seen.insert(normalForm(items.value())).second) {
      return tell(ViolationKind::WrongType, "has equal elements");
    }
  }
  return true;
}

}  // namespace xray::jsonschema
