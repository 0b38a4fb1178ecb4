#include "support/random_filter.h"

#include "support/history.h"
#include "support/vocabulary.h"

namespace xray::test {
namespace {

const std::vector<std::string> kAnyOrder = {"=", "!=", "<", "<=", ">", ">="};
const std::vector<std::string> kEquality = {"=", "!="};

bool isPlainWord(const std::string& text) {
  if (text.empty() || text == "true" || text == "false" || text == "null" || text == "ago") return false;
  return std::all_of(text.begin(), text.end(), [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; });
}

class FilterBuilder {
 public:
  FilterBuilder(Random& random, Entity entity) : random_(random), entity_(entity) {}

  std::string expression(int depth) {
    const std::uint64_t terms = depth == 0 ? 1 : 1 + random_.below(3);
    const std::string joint = random_.chance(0.5) ? " AND " : " OR ";
    std::string out = term(depth);
    for (std::uint64_t n = 1; n < terms; ++n) out += joint + term(depth);
    return out;
  }

 private:
  std::string term(int depth) {
    const std::string negation = random_.chance(0.2) ? (random_.chance(0.5) ? "NOT " : "-") : "";
    if (depth > 0 && random_.chance(0.3)) return negation + "(" + expression(depth - 1) + ")";
    if (entity_ == Entity::Run && !insideSteps_ && random_.chance(0.3)) {
      insideSteps_ = true;
      const std::string inner = expression(depth > 0 ? depth - 1 : 0);
      insideSteps_ = false;
      return negation + "steps:(" + inner + ")";
    }
    return negation + restriction();
  }

  std::string restriction() {
    const bool aboutStep = entity_ == Entity::Step || insideSteps_;
    const bool runField = !aboutStep || random_.chance(0.2);
    const auto first = static_cast<std::uint64_t>(Field::StepId);
    const auto last = static_cast<std::uint64_t>(Field::Reasoning);
    auto field = static_cast<Field>(runField ? random_.below(first) : first + random_.below(last + 1 - first));
    // Payloads are what filters are mostly about.
    if (random_.chance(0.5))
      field = runField ? Field::Metadata : random_.chance(0.8) ? Field::Reasoning : Field::OutputData;
    std::string name = (aboutStep && runField ? "run." : "") + std::string(nameOf(field));
    if (typeOf(field) == FieldType::Json) name += path();
    if (random_.chance(0.1)) return name + ":*";
    return name + comparison(field);
  }

  std::string path() {
    std::string out;
    std::uint64_t names = 1;
    while (names < 3 && random_.chance(0.25)) ++names;
    for (; names > 0; --names) {
      const std::string& name = random_.pick(memberNames());
      out += "." + (isPlainWord(name) && random_.chance(0.7) ? name : quoteForFilter(random_, name));
    }
    return out;
  }

  std::string with(const std::vector<std::string>& signs, const std::string& literal) {
    const std::string space = random_.chance(0.5) ? " " : "";
    return space + random_.pick(signs) + space + literal;
  }

  std::string comparison(Field field) {
    switch (typeOf(field)) {
      case FieldType::Id:
        return with(kEquality, id(field));
      case FieldType::String:
        return with({"=", "!=", "<", "<=", ">", ">=", ":"}, text(field));
      case FieldType::RunStatus:
        return with(kEquality, random_.pick(kRunStatuses));
      case FieldType::StepStatus:
        return with(kEquality, random_.pick(kStepStatuses));
      case FieldType::Time:
        return with(kAnyOrder, time());
      case FieldType::Duration:
        return with(kAnyOrder, random_.pick(kDurations));
      case FieldType::Number:
        return with(kAnyOrder, random_.pick(kNumbers));
      case FieldType::Boolean:
        return with(kEquality, random_.chance(0.5) ? "true" : "false");
      case FieldType::Json:
        break;
    }
    const std::string literal = randomJsonLiteral(random_);
    if (literal == "true" || literal == "false") return with({"=", "!=", ":"}, literal);
    return with({"=", "!=", "<", "<=", ">", ">=", ":"}, literal);
  }

  std::string id(Field field) {
    const bool ofRun = field == Field::RunId || field == Field::ParentRunId || field == Field::StepRunId;
    return makeId(ofRun ? kRunKind : kStepKind, static_cast<std::uint32_t>(random_.below(5))).toString();
  }

  std::string text(Field field) {
    static const std::vector<std::string> known = {"product-selection",
                                                   "picker",
                                                   "größe",
                                                   "it's",
                                                   "%",
                                                   "A",
                                                   "price-filter",
                                                   "rank",
                                                   "llm call",
                                                   "a\"b",
                                                   "rank ",
                                                   "llm",
                                                   "api",
                                                   "filter",
                                                   "s",
                                                   "",
                                                   "selection",
                                                   "Crash",
                                                   "Timeout",
                                                   "é",
                                                   "no \"answer\"",
                                                   "answer\"",
                                                   "of 100%",
                                                   "it's over",
                                                   "%over",
                                                   "_"};
    const std::string& value =
        field == Field::Name && random_.chance(0.1) ? random_.pick(textValues()) : random_.pick(known);
    return isPlainWord(value) && random_.chance(0.5) ? value : quoteForFilter(random_, value);
  }

  std::string time() {
    if (random_.chance(0.1)) return "ago(" + random_.pick(kDurations) + ")";
    const std::string text = formatTimestamp(kEpoch + std::chrono::milliseconds(250 * random_.below(24)));
    return random_.chance(0.5) ? text : "\"" + text + "\"";
  }

  const std::vector<std::string> kRunStatuses{"running", "completed", "crashed", "incomplete"};
  const std::vector<std::string> kStepStatuses{"running", "success", "error"};
  const std::vector<std::string> kDurations{"0s", "250ms", "1s", "1.5s", "0.25s", "5m", "1h", "2d"};
  const std::vector<std::string> kNumbers{"-1", "0", "1", "2", "3", "2.5", "1e0", "10", "9007199254740993", "-0.0"};

  Random& random_;
  Entity entity_;
  bool insideSteps_ = false;
};

}  // namespace

std::string randomFilter(Random& random, Entity entity) {
  return FilterBuilder(random, entity).expression(static_cast<int>(random.below(3)));
}

std::string quoteForFilter(Random& random, const std::string& text) {
  const char quote = random.chance(0.5) ? '"' : '\'';
  std::string out(1, quote);
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == quote || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n' && random.chance(0.5)) {
      out += "\\n";
    } else if (byte < 0x80 && random.chance(0.1)) {
      constexpr char kHex[] = "0123456789abcdef";
      out += std::string("\\u00") + kHex[byte >> 4] + kHex[byte & 15];
    } else {
      out += c;
    }
  }
  return out + quote;
}

std::string randomJsonLiteral(Random& random) {
  const std::uint64_t kind = random.below(8);
  if (kind < 3) return random.pick(numberTexts());
  if (kind == 3) return random.chance(0.5) ? "true" : "false";
  const std::string& text = kind < 7 ? random.pick(textValues()) : random.pick(memberNames());
  return isPlainWord(text) && random.chance(0.5) ? text : quoteForFilter(random, text);
}

}  // namespace xray::test
