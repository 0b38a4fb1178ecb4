#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include <valijson/constraints/concrete_constraints.hpp>
#include <valijson/constraints/constraint_visitor.hpp>
#include <valijson/subschema.hpp>

#include "scope.h"
#include "section_schema.h"
#include "xray/schema_validator.h"

namespace xray::jsonschema {

/// Applies a schema that valijson compiled to one value. valijson's own validator is not used, because it knows neither
/// the kinds of violations nor steps that still run, gives paths as texts for people, and matches patterns by
/// std::regex. One use, one thread.
class Evaluation : private valijson::constraints::ConstraintVisitor {
 public:
  struct Budget {
    std::size_t violations;
    std::size_t depth;
    std::size_t applied;
  };

  /// Borrows everything. `pointer`: where the value stands; `growing`: it may still get members.
  Evaluation(const Patterns& patterns, const Budget& budget, std::string_view pointer, bool growing,
             std::vector<Violation>& violations)
      : patterns_(patterns), budget_(budget), pointer_(pointer), growing_(growing), violations_(&violations) {}

  void run(const valijson::Subschema& schema, const JsonValue& value);

  /// The budget of depth or work was used up; what was found until then is not the whole truth.
  bool gaveUp() const { return !whyGaveUp_.empty(); }
  const std::string& whyGaveUp() const { return whyGaveUp_; }
  /// There are more violations than the budget allows.
  bool tooMany() const { return told_.size() > budget_.violations; }

 private:
  using Subschema = valijson::Subschema;

  /// Whether the value in scope_ fits; tells what does not while violations_ is set.
  bool fits(const Subschema& schema);
  /// The same without telling.
  bool fitsQuietly(const Subschema& schema);
  /// The same for a member or element of the value in scope_.
  bool memberFits(const Subschema& schema, const Members::Member& member);
  bool elementFits(const Subschema& schema, const JsonValue& element, std::size_t index);

  /// Tells a violation of the value in scope_, or of its member `name`. Always false.
  bool tell(ViolationKind kind, std::string reason);
  bool tellMember(std::string_view name, ViolationKind kind, std::string reason);
  bool add(std::string pointer, ViolationKind kind, std::string reason);
  /// The value in scope_ is the one that may still get members.
  bool mayGrow() const { return growing_ && scope_->parent == nullptr; }
  bool is(JsonType type) const { return scope_->value.type == type; }
  std::size_t elements() const;

  bool visit(const AllOfConstraint& constraint) override;
  bool visit(const AnyOfConstraint& constraint) override;
  bool visit(const OneOfConstraint& constraint) override;
  bool visit(const NotConstraint& constraint) override;
  bool visit(const ConditionalConstraint& constraint) override;
  bool visit(const DependenciesConstraint& constraint) override;
  bool visit(const TypeConstraint& constraint) override;
  bool visit(const ConstConstraint& constraint) override;
  bool visit(const EnumConstraint& constraint) override;
  bool visit(const FormatConstraint& constraint) override;
  bool visit(const PolyConstraint& constraint) override;
  bool visit(const MaximumConstraint& constraint) override;
  bool visit(const MinimumConstraint& constraint) override;
  bool visit(const MultipleOfDoubleConstraint& constraint) override;
  bool visit(const MultipleOfIntConstraint& constraint) override;
  bool visit(const MaxLengthConstraint& constraint) override;
  bool visit(const MinLengthConstraint& constraint) override;
  bool visit(const PatternConstraint& constraint) override;
  bool visit(const ContainsConstraint& constraint) override;
  bool visit(const LinearItemsConstraint& constraint) override;
  bool visit(const SingularItemsConstraint& constraint) override;
  bool visit(const MaxItemsConstraint& constraint) override;
  bool visit(const MinItemsConstraint& constraint) override;
  bool visit(const UniqueItemsConstraint& constraint) override;
  bool visit(const PropertiesConstraint& constraint) override;
  bool visit(const PropertyNamesConstraint& constraint) override;
  bool visit(const RequiredConstraint& constraint) override;
  bool visit(const MaxPropertiesConstraint& constraint) override;
  bool visit(const MinPropertiesConstraint& constraint) override;

  const Patterns& patterns_;
  const Budget budget_;
  const std::string_view pointer_;
  const bool growing_;
  std::vector<Violation>* violations_;  // null: quiet
  const Scope* scope_ = nullptr;
  std::size_t depth_ = 0;
  std::size_t applied_ = 0;
  std::unordered_set<std::string> told_;  // kind and pointer: each once
  std::string whyGaveUp_;
};

}  // namespace xray::jsonschema
