#include "bench/payload/shapes.h"

#include <array>
#include <string_view>

#include "bench/payload/random.h"
#include "xray/json.h"

namespace xray::bench {
namespace {

constexpr std::size_t kInputBytes = 200;
constexpr std::size_t kOutputBytes = 400;
constexpr std::size_t kReasoningBytes = 150;

constexpr std::array<std::string_view, 6> kPipelines = {"product-selection", "support-triage", "fraud-check",
                                                        "document-search",   "route-planning", "content-review"};
struct Place {
  std::string_view name, type;
};
constexpr std::array<Place, 10> kPlaces = {{{"read-request", "api"},
                                            {"rewrite-query", "llm"},
                                            {"fetch-candidates", "api"},
                                            {"price-filter", "filter"},
                                            {"stock-filter", "filter"},
                                            {"policy-filter", "filter"},
                                            {"rank-candidates", "ranking"},
                                            {"judge-candidates", "llm"},
                                            {"choose", "ranking"},
                                            {"explain-choice", "llm"}}};
constexpr std::array<std::string_view, 48> kWords = {
    "price",    "limit",    "under",  "stock",    "rating",   "above",   "because", "candidate", "removed", "kept",
    "shipping", "days",     "seller", "verified", "warranty", "match",   "query",   "term",      "weight",  "battery",
    "screen",   "size",     "colour", "market",   "policy",   "rule",    "allows",  "denies",    "context", "earlier",
    "answer",   "customer", "asked",  "cheapest", "reliable", "option",  "ranked",  "first",     "second",  "lower",
    "score",    "than",     "the",    "and",      "with",     "without", "for",     "only"};
// What texts in the world have besides words: characters that JSON escapes, and more than ASCII.
constexpr std::array<std::string_view, 6> kSpices = {
    "\"best value\"", "line one\nline two", "café", "größer", "日本語", "50 €"};
constexpr std::array<std::string_view, 4> kMarkets = {"US", "DE", "JP", "BR"};
constexpr std::array<std::string_view, 4> kStrategies = {"strict", "relaxed", "greedy", "exact"};

template <std::size_t N>
std::string pick(Random& random, const std::array<std::string_view, N>& texts) {
  return std::string(texts[random.below(N)]);
}

std::int64_t whole(Random& random, std::uint64_t limit) {
  return static_cast<std::int64_t>(random.below(limit));
}

/// With `digits` after the point, below `limit`.
double fraction(Random& random, std::uint64_t limit, unsigned digits) {
  std::uint64_t scale = 1;
  for (unsigned i = 0; i < digits; ++i) scale *= 10;
  return static_cast<double>(random.below(limit * scale)) / static_cast<double>(scale);
}

std::string code(Random& random) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (std::uint64_t bits = random.next(), i = 0; i < 12; ++i, bits >>= 4) text += kDigits[bits & 15];
  return text;
}

void appendValue(std::string& out, const Value& value) {
  if (const auto* text = std::get_if<std::string>(&value)) {
    appendJsonString(out, *text);
  } else if (const auto* truth = std::get_if<bool>(&value)) {
    out += *truth ? "true" : "false";
  } else if (const auto* integer = std::get_if<std::int64_t>(&value)) {
    appendJsonNumber(out, *integer);
  } else {
    appendJsonNumber(out, std::get<double>(value));
  }
}

std::string render(const Payload& payload) {
  std::string json = "{";
  for (const auto& [key, value] : payload.members) {
    if (json.size() > 1) json += ',';
    appendJsonString(json, key);
    json += ':';
    appendValue(json, value);
  }
  return json + '}';
}

/// The payload with its last member, a text, of as many words as make its JSON about `bytes` long.
Payload filled(Random& random, std::vector<std::pair<std::string, Value>> members, std::size_t bytes) {
  Payload payload{std::move(members), ""};
  auto& text = std::get<std::string>(payload.members.back().second);
  const std::size_t before = render(payload).size();
  if (random.oneIn(8)) text = pick(random, kSpices);
  while (before + text.size() + 4 < bytes) text += (text.empty() ? "" : " ") + pick(random, kWords);
  payload.json = render(payload);
  return payload;
}

Payload input(Random& random) {
  return filled(random,
                {{"candidates", whole(random, 500)},
                 {"max_price", fraction(random, 900, 2)},
                 {"market", pick(random, kMarkets)},
                 {"page", whole(random, 20)},
                 {"in_stock", random.oneIn(2)},
                 {"source", pick(random, kWords)},
                 {"cursor", code(random)},
                 {"query", std::string()}},
                kInputBytes);
}

Payload output(Random& random) {
  return filled(random,
                {{"kept", whole(random, 120)},
                 {"dropped", whole(random, 380)},
                 {"selected", "sku-" + code(random)},
                 {"top_score", fraction(random, 1, 6)},
                 {"cached", random.oneIn(3)},
                 {"took_ms", fraction(random, 400, 3)},
                 {"model", pick(random, kWords) + "-" + std::to_string(random.below(9))},
                 {"explanation", std::string()}},
                kOutputBytes);
}

Payload reasoning(Random& random) {
  return filled(random,
                {{"score", fraction(random, 1, 4)},
                 {"percentage_eliminated", fraction(random, 100, 1)},
                 {"threshold", fraction(random, 50, 2)},
                 {"kept", whole(random, 120)},
                 {"confident", random.oneIn(2)},
                 {"strategy", pick(random, kStrategies)},
                 {"rank", whole(random, 10)},
                 {"rule", std::string()}},
                kReasoningBytes);
}

/// Fills the three members that tell a failure, of a step or of a run.
template <typename Shape>
void fail(Random& random, Shape& shape) {
  shape.errorType = random.oneIn(2) ? "TimeoutError" : "UpstreamError";
  shape.errorMessage = "no answer from " + pick(random, kWords) + " after " + std::to_string(random.below(30)) + " s";
  JsonWriter(shape.error)
      .beginObject()
      .key("type")
      .string(shape.errorType)
      .key("message")
      .string(shape.errorMessage)
      .endObject();
}

StepShape step(Random& random, const Place& place) {
  StepShape shape;
  shape.name = place.name;
  shape.type = place.type;
  shape.input = input(random);
  shape.output = output(random);
  shape.reasoning = reasoning(random);
  const std::uint64_t longest = place.type == "llm" ? 900'000 : place.type == "api" ? 120'000 : 4'000;
  shape.duration = Microseconds(20 + static_cast<std::int64_t>(random.below(longest)));
  if (random.oneIn(50)) fail(random, shape);
  return shape;
}

}  // namespace

std::vector<RunShape> standardShapes(std::uint64_t seed, std::size_t runs) {
  Random random(seed);
  std::vector<RunShape> shapes(runs);
  for (RunShape& shape : shapes) {
    shape.pipeline = pick(random, kPipelines);
    JsonWriter(shape.metadata = "")
        .beginObject()
        .key("market")
        .string(pick(random, kMarkets))
        .key("build")
        .integer(whole(random, 900))
        .endObject();
    for (const Place& place : kPlaces) shape.steps.push_back(step(random, place));
    if (random.oneIn(25)) {
      if (shape.steps.back().error.empty()) fail(random, shape.steps.back());
      fail(random, shape);
    }
  }
  return shapes;
}

std::string standardDefinition() {
  return R"({"step_types":["api","llm","filter","ranking"],)"
         R"("input_data":["candidates","max_price","market","page","in_stock","source","cursor","query"],)"
         R"("output_data":["kept","dropped","selected","top_score","cached","took_ms","model","explanation"],)"
         R"("reasoning":[{"key":"score","type":"number"},{"key":"percentage_eliminated","type":"number"},"threshold","kept",)"
         R"("confident","strategy","rank",{"key":"rule","type":"string"}]})";
}

}  // namespace xray::bench
