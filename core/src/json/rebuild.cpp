// The texts that are made anew: rewriteJson, canonicalJson, overlayJson.

#include <algorithm>
#include <unordered_set>

#include "json/characters.h"
#include "json/escapes.h"
#include "json/numbers.h"
#include "xray/json.h"

namespace xray {
namespace {

/// Order of the names that two raw names stand for.
bool nameLess(std::string_view a, std::string_view b) {
  if (a.find('\\') == a.npos && b.find('\\') == b.npos) return a < b;
  std::string first, second;
  json::appendUnescaped(first, a);
  json::appendUnescaped(second, b);
  return first < second;
}

/// Writes a checked text anew in one pass over it. Recursive: as deep as the text, which checkJson has bounded.
class Rebuild {
 public:
  enum class Form { Storable, Canonical };

  Rebuild(std::string_view text, Form form, std::string_view pointer, std::string& out,
          std::vector<JsonAlteration>& alterations)
      : at_(text.data()),
        end_(at_ + text.size()),
        form_(form),
        pointer_(pointer),
        out_(out),
        alterations_(alterations) {}

  void value();
  /// Tells of the alterations that were not listed.
  void finish();

 private:
  // What is listed of one text. A long name around many faults would make a list far larger than the text.
  static constexpr std::size_t kMaxAlterations = 100;
  static constexpr std::size_t kMaxPointerBytes = 256 * 1024;

  /// Where a member was written to.
  struct Written {
    std::size_t begin;    // in out_: of the opening quote of the name
    std::size_t nameEnd;  // in out_: behind its closing quote
    std::size_t end;
    std::size_t firstAlteration;
    std::size_t endAlteration;
  };

  void object();
  void array();
  Written member();
  void string();
  void scalar();
  void keepLastOfEach(std::vector<Written>& members, std::size_t begin, std::size_t firstAlteration);
  std::string_view nameOf(const Written& member) const {
    return std::string_view(out_).substr(member.begin + 1, member.nameEnd - member.begin - 2);
  }

  /// The characters between the quotes of the string at at_, which is left behind it.
  std::string_view takeString();
  void space() { at_ = json::skipSpace(at_, end_); }
  void altered(std::string_view reason);
  void altered(json::StringProblem problem) {
    if (problem != json::StringProblem::None) altered(json::reasonOf(problem));
  }

  const char* at_;
  const char* end_;
  Form form_;
  std::string pointer_;
  std::string& out_;
  std::vector<JsonAlteration>& alterations_;
  std::size_t listed_ = 0;
  std::size_t pointerBytes_ = 0;  // of what is listed
  std::size_t notListed_ = 0;
};

void Rebuild::altered(std::string_view reason) {
  if (listed_ == kMaxAlterations || pointerBytes_ + pointer_.size() > kMaxPointerBytes) {
    ++notListed_;
    return;
  }
  ++listed_;
  pointerBytes_ += pointer_.size();
  alterations_.push_back({pointer_, std::string(reason)});
}

void Rebuild::finish() {
  if (notListed_ != 0) alterations_.push_back({pointer_, std::to_string(notListed_) + " more that are not listed"});
}

void Rebuild::value() {
  space();
  switch (*at_) {
    case '{':
      return object();
    case '[':
      return array();
    case '"':
      return string();
    default:
      return scalar();
  }
}

void Rebuild::object() {
  const std::size_t begin = out_.size();
  const std::size_t firstAlteration = alterations_.size();
  std::vector<Written> members;
  out_ += '{';
  ++at_;
  for (space(); *at_ != '}'; space()) {
    if (*at_ == ',') {
      out_ += ',';
      ++at_;
      space();
    }
    members.push_back(member());
  }
  ++at_;
  out_ += '}';
  keepLastOfEach(members, begin, firstAlteration);
}

Rebuild::Written Rebuild::member() {
  Written written{};
  written.begin = out_.size();
  written.firstAlteration = alterations_.size();
  out_ += '"';
  const auto problem = json::appendFewestEscapes(out_, takeString(), form_ == Form::Storable);
  out_ += '"';
  written.nameEnd = out_.size();
  out_ += ':';
  const std::size_t pointerSize = pointer_.size();
  if (form_ == Form::Storable) {
    std::string name;
    json::appendUnescaped(name, nameOf(written));
    appendPointerToken(pointer_, name);
    altered(problem);
  }
  space();
  ++at_;  // the colon
  value();
  pointer_.resize(pointerSize);
  written.end = out_.size();
  written.endAlteration = alterations_.size();
  return written;
}

void Rebuild::array() {
  out_ += '[';
  ++at_;
  const std::size_t pointerSize = pointer_.size();
  std::size_t index = 0;
  for (space(); *at_ != ']'; space()) {
    if (*at_ == ',') {
      out_ += ',';
      ++at_;
      ++index;
    }
    pointer_ += '/';
    pointer_ += std::to_string(index);
    value();
    pointer_.resize(pointerSize);
  }
  ++at_;
  out_ += ']';
}

std::string_view Rebuild::takeString() {
  const char* begin = at_ + 1;
  at_ = json::findStringEnd(begin, end_) + 1;
  return std::string_view(begin, static_cast<std::size_t>(at_ - 1 - begin));
}

void Rebuild::string() {
  const std::string_view raw = takeString();
  out_ += '"';
  if (form_ == Form::Canonical) {
    json::appendFewestEscapes(out_, raw, false);
  } else if (json::findProblem(raw) == json::StringProblem::None) {
    out_ += raw;
  } else {
    altered(json::appendFewestEscapes(out_, raw, true));
  }
  out_ += '"';
}

void Rebuild::scalar() {
  const char* begin = at_;
  while (at_ != end_ && *at_ != ',' && *at_ != '}' && *at_ != ']' && !json::isSpace(*at_)) ++at_;
  const std::string_view text(begin, static_cast<std::size_t>(at_ - begin));
  const bool number = json::isDigit(text.front()) || text.front() == '-';
  if (form_ == Form::Storable && number && json::isOutsideDoubleRange(text)) {
    out_ += '"';
    out_ += text;
    out_ += '"';
    altered("number outside double range");
    return;
  }
  out_ += text;
}

void Rebuild::keepLastOfEach(std::vector<Written>& members, std::size_t begin, std::size_t firstAlteration) {
  std::vector<std::size_t> byName(members.size());
  for (std::size_t i = 0; i < byName.size(); ++i) byName[i] = i;
  std::stable_sort(byName.begin(), byName.end(),
                   [&](std::size_t a, std::size_t b) { return nameLess(nameOf(members[a]), nameOf(members[b])); });
  std::vector<std::size_t> kept;
  for (std::size_t i = 0; i < byName.size(); ++i) {
    const bool last = i + 1 == byName.size() || nameOf(members[byName[i]]) != nameOf(members[byName[i + 1]]);
    if (last) kept.push_back(byName[i]);
  }
  if (form_ == Form::Storable) std::sort(kept.begin(), kept.end());
  if (kept.size() == members.size() && std::is_sorted(kept.begin(), kept.end())) return;

  std::string object = "{";
  std::vector<JsonAlteration> alterations;
  for (const std::size_t index : kept) {
    const Written& member = members[index];
    if (object.size() > 1) object += ',';
    object.append(out_, member.begin, member.end - member.begin);
    std::move(alterations_.begin() + static_cast<std::ptrdiff_t>(member.firstAlteration),
              alterations_.begin() + static_cast<std::ptrdiff_t>(member.endAlteration),
              std::back_inserter(alterations));
  }
  object += '}';
  out_.replace(begin, std::string::npos, object);
  alterations_.resize(firstAlteration);
  std::move(alterations.begin(), alterations.end(), std::back_inserter(alterations_));
}

}  // namespace

void rewriteJson(std::string_view text, std::string_view pointerPrefix, std::string& out,
                 std::vector<JsonAlteration>& alterations) {
  Rebuild rebuild(text, Rebuild::Form::Storable, pointerPrefix, out, alterations);
  rebuild.value();
  rebuild.finish();
}

std::string canonicalJson(std::string_view text) {
  std::string out;
  std::vector<JsonAlteration> none;
  Rebuild(text, Rebuild::Form::Canonical, {}, out, none).value();
  return out;
}

std::string overlayJson(std::string_view base, std::string_view overlay) {
  std::unordered_set<std::string> overlaid;
  for (JsonCursor members(overlay); members.next();) overlaid.insert(members.key());
  std::string out = "{";
  const auto append = [&](const JsonCursor& member) {
    if (out.size() > 1) out += ',';
    out += '"';
    out += member.rawKey();
    out += "\":";
    out += member.value().text;
  };
  for (JsonCursor members(base); members.next();) {
    if (!overlaid.contains(members.key())) append(members);
  }
  for (JsonCursor members(overlay); members.next();) append(members);
  out += '}';
  return out;
}

}  // namespace xray
