#include "support/random_filter.h"

#include "support/history.h"
#include "support/vocabulary.h"

namespace xray::test {
namespace {

const std::vector<std::string> kAnyOrder = {"=", "!=", "<", "<=", ">", ">="};
const std::vector<std::string> kEquality = {"=", "!="};
const std::vector<std::string> kAll = {"=", "!=", "<", "<=", ">", ">=", ":"};
const std::vector<std::string> kOfTruths = {"=", "!=", ":"};

// What histories hold, and what is near it.
const std::vector<std::string> kTexts = {"product-selection",
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
const std::vector<std::string> kRunStatuses = {"running", "completed", "crashed", "incomplete"};
const std::vector<std::string> kStepStatuses = {"running", "success", "error"};
const std::vector<std::string> kDurations = {"0s", "250ms", "1s", "1.5s", "0.25s", "5m", "1h", "2d"};
const std::vector<std::string> kNumbers = {"-1", "0", "1", "2", "3", "2.5", "1e0", "10", "9007199254740993", "-0.0"};
constexpr std::uint64_t kIds = 5;
constexpr std::uint64_t kTimes = 24;

Id idFor(Field field, std::uint64_t n) {
  const bool ofRun = field == Field::RunId || field == Field::ParentRunId || field == Field::StepRunId;
  return makeId(ofRun ? kRunKind : kStepKind, static_cast<std::uint32_t>(n));
}

std::string timeText(std::uint64_t n) {
  return formatTimestamp(kEpoch + std::chrono::milliseconds(250 * n));
}

bool isTruth(const std::string& literal) {
  return literal == "true" || literal == "false";
}

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
    const std::string literal = literalOf(field);
    return with(comparatorsFor(field, literal), literal);
  }

  std::string literalOf(Field field) {
    switch (typeOf(field)) {
      case FieldType::Id:
        return idFor(field, random_.below(kIds)).toString();
      case FieldType::String:
        return text(field);
      case FieldType::RunStatus:
        return random_.pick(kRunStatuses);
      case FieldType::StepStatus:
        return random_.pick(kStepStatuses);
      case FieldType::Time:
        return time();
      case FieldType::Duration:
        return random_.pick(kDurations);
      case FieldType::Number:
        return random_.pick(kNumbers);
      case FieldType::Boolean:
        return random_.chance(0.5) ? "true" : "false";
      case FieldType::Json:
        break;
    }
    return randomJsonLiteral(random_);
  }

  std::string text(Field field) {
    const std::string& value =
        field == Field::Name && random_.chance(0.1) ? random_.pick(textValues()) : random_.pick(kTexts);
    return isPlainWord(value) && random_.chance(0.5) ? value : quoteForFilter(random_, value);
  }

  std::string time() {
    if (random_.chance(0.1)) return "ago(" + random_.pick(kDurations) + ")";
    const std::string text = timeText(random_.below(kTimes));
    return random_.chance(0.5) ? text : "\"" + text + "\"";
  }

  Random& random_;
  Entity entity_;
  bool insideSteps_ = false;
};

}  // namespace

std::string randomFilter(Random& random, Entity entity) {
  return FilterBuilder(random, entity).expression(static_cast<int>(random.below(3)));
}

const std::vector<std::string>& comparatorsFor(Field field, const std::string& literal) {
  switch (typeOf(field)) {
    case FieldType::Id:
    case FieldType::RunStatus:
    case FieldType::StepStatus:
    case FieldType::Boolean:
      return kEquality;
    case FieldType::Time:
    case FieldType::Duration:
    case FieldType::Number:
      return kAnyOrder;
    case FieldType::String:
      return kAll;
    case FieldType::Json:
      break;
  }
  return isTruth(literal) ? kOfTruths : kAll;
}

std::vector<std::string> literalsFor(Random& random, Field field) {
  std::vector<std::string> literals;
  switch (typeOf(field)) {
    case FieldType::Id:
      for (std::uint64_t n = 0; n < kIds; ++n) literals.push_back(idFor(field, n).toString());
      return literals;
    case FieldType::RunStatus:
      return kRunStatuses;
    case FieldType::StepStatus:
      return kStepStatuses;
    case FieldType::Time:
      for (std::uint64_t n = 0; n < kTimes; n += 3) literals.push_back(timeText(n));
      return literals;
    case FieldType::Duration:
      return kDurations;
    case FieldType::Number:
      return kNumbers;
    case FieldType::Boolean:
      return {"true", "false"};
    case FieldType::String:
      for (const std::string& text : kTexts) literals.push_back(quoteForFilter(random, text));
      break;
    case FieldType::Json:
      literals = {"true", "false"};
      for (const std::string& number : numberTexts()) literals.push_back(number);
      break;
  }
  for (const std::string& text : textValues()) literals.push_back(quoteForFilter(random, text));
  return literals;
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
