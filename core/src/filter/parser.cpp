// Recursive descent over the grammar of query.md section 1. The depth limit bounds the recursion.

#include <algorithm>

#include "filter/field_table.h"
#include "filter/literal.h"
#include "filter/scanner.h"
#include "xray/text.h"

namespace xray {
namespace filter {
namespace {

using NodePtr = std::unique_ptr<FilterNode>;
using NodeResult = Result<NodePtr>;

/// AND, OR or NOT for a word that is one of them in other letters; empty for any other word.
std::string_view keywordLike(std::string_view word) {
  std::string upper(word);
  for (char& c : upper) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  for (const std::string_view keyword : {"AND", "OR", "NOT"}) {
    if (upper == keyword && word != keyword) return keyword;
  }
  return {};
}

/// A field's name as messages show it: as it stands in the filter, or escaped and cut where that would spoil a line.
std::string shownName(std::string_view written) {
  constexpr std::size_t kLongestShown = 80;
  const bool plain = std::ranges::none_of(written, [](char c) { return (c >= 0 && c < ' ') || c == '\x7F'; });
  return plain && written.size() <= kLongestShown ? std::string(written) : quoted(written, kLongestShown);
}

std::string notAKeyword(std::string_view word) {
  return quoted(word) + " is not a keyword; write " + std::string(keywordLike(word));
}

NodePtr makeNode(FilterNode::Kind kind, NodePtr child) {
  auto node = std::make_unique<FilterNode>();
  node->kind = kind;
  node->children.push_back(std::move(child));
  return node;
}

class Parser {
 public:
  Parser(std::string_view text, Entity entity, Timestamp now) : in_(text), entity_(entity), now_(now) {}

  NodeResult parse() {
    auto root = expression();
    if (!root) return root;
    if (!in_.atEnd()) return errorAt(in_.position(), "\")\" closes nothing");
    return root;
  }

 private:
  /// Terms up to a closing parenthesis or the end.
  NodeResult expression() {
    std::vector<NodePtr> terms;
    std::string_view joint;
    while (true) {
      auto next = term(joint);
      if (!next) return next;
      terms.push_back(std::move(*next));
      in_.skipSpace();
      if (in_.atEnd() || in_.peek() == ')') break;
      const std::size_t start = in_.position();
      const std::string_view word = in_.peekIdentifier();
      if (word != "AND" && word != "OR") return errorAt(start, expectedJoint(word));
      if (!joint.empty() && joint != word)
        return errorAt(start, "AND and OR are mixed; put parentheses around one of them");
      joint = in_.identifier();
    }
    if (terms.size() == 1) return std::move(terms.front());
    auto node = std::make_unique<FilterNode>();
    node->kind = joint == "AND" ? FilterNode::Kind::And : FilterNode::Kind::Or;
    node->children = std::move(terms);
    return node;
  }

  std::string expectedJoint(std::string_view word) const {
    if (!keywordLike(word).empty()) return notAKeyword(word);
    return "expected AND or OR, found " + in_.describeNext();
  }

  /// `before` is the keyword that the term follows, for messages.
  NodeResult term(std::string_view before) {
    in_.skipSpace();
    const std::size_t start = in_.position();
    if (!acceptNegation()) return simple(before);
    if (Status status = enter(start); !status.ok()) return status;
    in_.skipSpace();
    const std::size_t next = in_.position();
    if (acceptNegation()) return errorAt(next, "NOT of NOT needs parentheses: NOT (NOT …)");
    auto child = simple("NOT");
    if (!child) return child;
    --depth_;
    return makeNode(FilterNode::Kind::Not, std::move(*child));
  }

  bool acceptNegation() {
    if (in_.accept('-')) return true;
    if (in_.peekIdentifier() != "NOT") return false;
    in_.identifier();
    return true;
  }

  NodeResult simple(std::string_view before) {
    const std::size_t start = in_.position();
    if (in_.peek() == '(') return parenthesized(start);
    if (in_.atQuote() || !in_.peekIdentifier().empty()) return restriction();
    const std::string after = before.empty() ? "" : " after " + std::string(before);
    return errorAt(start, "expected a condition such as status = crashed" + after + ", found " + in_.describeNext());
  }

  NodeResult parenthesized(std::size_t start) {
    if (Status status = enter(start); !status.ok()) return status;
    const std::size_t open = in_.position();
    in_.accept('(');
    auto inner = expression();
    if (!inner) return inner;
    if (!in_.accept(')')) return errorAt(open, "this \"(\" is not closed");
    --depth_;
    return inner;
  }

  NodeResult restriction() {
    const std::size_t start = in_.position();
    const std::string_view first = in_.peekIdentifier();
    auto names = in_.fieldNames();
    if (!names) return names.status();
    const std::string_view written = in_.textSince(start);
    if (written == "AND" || written == "OR")
      return errorAt(start, "expected a condition before " + std::string(written));
    if (written == first && !keywordLike(first).empty()) return errorAt(start, notAKeyword(first));
    if (++restrictions_ > kMaxFilterRestrictions) {
      return errorAt(start, "more than " + std::to_string(kMaxFilterRestrictions) + " restrictions");
    }
    if (names->size() == 1 && names->front() == "steps") return anyStep(start);

    auto field = findField(*names, written, entity_, start);
    if (!field) return field.status();
    in_.skipSpace();
    const std::size_t signStart = in_.position();
    const auto comparator = in_.comparator(written);
    if (!comparator) return comparator.status();
    const ComparatorAt sign{*comparator, in_.textSince(signStart), signStart};
    in_.skipSpace();
    const auto literal = readLiteral(in_, sign.sign, now_);
    if (!literal) return literal.status();
    Restriction target{field->field, std::move(field->path), *comparator, {}};
    auto made = makeRestriction(std::move(target), shownName(written), sign, *literal);
    if (!made) return made.status();
    auto node = std::make_unique<FilterNode>();
    node->kind = FilterNode::Kind::Restriction;
    node->restriction = std::move(*made);
    return node;
  }

  /// After `steps`.
  NodeResult anyStep(std::size_t start) {
    if (insideSteps_) return errorAt(start, "steps:( … ) cannot stand within another");
    if (entity_ == Entity::Step)
      return errorAt(start, "steps:( … ) stands only in a filter over runs; name the step's fields directly");
    in_.skipSpace();
    const std::size_t sign = in_.position();
    bool open = in_.accept(':');
    in_.skipSpace();
    open = open && in_.peek() == '(';
    if (!open) return errorAt(sign, "steps takes a condition on steps: steps:(status = error)");
    insideSteps_ = true;
    entity_ = Entity::Step;
    auto inner = parenthesized(start);
    insideSteps_ = false;
    entity_ = Entity::Run;
    if (!inner) return inner;
    return makeNode(FilterNode::Kind::AnyStep, std::move(*inner));
  }

  /// One level deeper. Levels are left only on success: after a failure nothing more is read.
  Status enter(std::size_t start) {
    if (++depth_ <= kMaxFilterDepth) return {};
    return errorAt(start, "nested deeper than " + std::to_string(kMaxFilterDepth) +
                              " levels (parentheses, NOT and steps:( … ) each count)");
  }

  Scanner in_;
  Entity entity_;
  Timestamp now_;
  std::size_t depth_ = 0;
  std::size_t restrictions_ = 0;
  bool insideSteps_ = false;
};

/// Offset of the first byte that is not UTF-8; only when there is one.
std::size_t firstInvalidByte(std::string_view text) {
  std::size_t good = 0;
  for (std::size_t end = 1; end <= text.size() && end <= good + 4; ++end) {
    if (isUtf8(text.substr(good, end - good))) good = end;
  }
  return good;
}

Status checkText(std::string_view text) {
  if (text.size() > kMaxFilterBytes) {
    return errorAt(kMaxFilterBytes, "longer than " + std::to_string(kMaxFilterBytes) + " bytes");
  }
  if (!isUtf8(text)) return errorAt(firstInvalidByte(text), "not UTF-8");
  if (const std::size_t nul = text.find('\0'); nul != std::string_view::npos) {
    return errorAt(nul, "a filter cannot hold the NUL character");
  }
  return {};
}

}  // namespace
}  // namespace filter

Result<Filter> parseFilter(std::string_view text, Entity entity, Timestamp now) {
  if (Status status = filter::checkText(text); !status.ok()) return status;
  Filter result;
  result.entity = entity;
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) return result;
  auto root = filter::Parser(text, entity, now).parse();
  if (!root) return root.status();
  result.root = std::move(*root);
  return result;
}

}  // namespace xray
