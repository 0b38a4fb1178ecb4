#include "support/filter_printer.h"

#include <charconv>

#include "xray/time.h"

namespace xray::test {
namespace {

std::string quotedText(const std::string& text) {
  return "\"" + text + "\"";
}

std::string print(const Literal& literal) {
  struct Printer {
    std::string operator()(std::monostate) const { return ""; }
    std::string operator()(const std::string& text) const { return quotedText(text); }
    std::string operator()(double number) const {
      char text[32];
      return std::string(text, std::to_chars(text, text + sizeof text, number).ptr);
    }
    std::string operator()(bool truth) const { return truth ? "true" : "false"; }
    std::string operator()(Timestamp time) const { return formatTimestamp(time); }
    std::string operator()(Microseconds duration) const { return formatDuration(duration); }
    std::string operator()(const Id& id) const { return id.toString(); }
    std::string operator()(RunStatus status) const { return std::string(toString(status)); }
    std::string operator()(StepStatus status) const { return std::string(toString(status)); }
  };
  return std::visit(Printer(), literal);
}

std::string print(const Restriction& restriction) {
  constexpr const char* kSigns[] = {"=", "!=", "<", "<=", ">", ">=", "has", "present"};
  std::string out = entityOf(restriction.field) == Entity::Run ? "run." : "step.";
  out += nameOf(restriction.field);
  for (const std::string& name : restriction.path) out += "[" + quotedText(name) + "]";
  out += std::string(" ") + kSigns[static_cast<int>(restriction.comparator)];
  const std::string literal = print(restriction.literal);
  return literal.empty() ? out : out + " " + literal;
}

std::string print(const FilterNode& node) {
  if (node.kind == FilterNode::Kind::Restriction) return print(node.restriction);
  constexpr const char* kNames[] = {"and", "or", "not", "", "any_step"};
  std::string out = std::string(kNames[static_cast<int>(node.kind)]) + "(";
  for (std::size_t i = 0; i < node.children.size(); ++i) out += (i == 0 ? "" : ", ") + print(*node.children[i]);
  return out + ")";
}

}  // namespace

std::string printFilter(const Filter& filter) {
  return filter.root ? print(*filter.root) : "";
}

}  // namespace xray::test
