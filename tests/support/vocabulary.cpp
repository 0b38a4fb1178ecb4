#include "support/vocabulary.h"

#include "xray/json.h"

namespace xray::test {

Id makeId(std::uint32_t kind, std::uint32_t n) {
  // Two rounds of SplitMix64.
  std::uint64_t state = (std::uint64_t{kind} << 32) | n;
  Id::Bytes bytes{};
  for (std::size_t half = 0; half < 2; ++half) {
    state += 0x9E3779B97F4A7C15ull;
    std::uint64_t mixed = state;
    mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9ull;
    mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBull;
    mixed ^= mixed >> 31;
    for (std::size_t i = 0; i < 8; ++i) bytes[half * 8 + i] = static_cast<std::uint8_t>(mixed >> (8 * i));
  }
  bytes[6] = static_cast<std::uint8_t>((bytes[6] & 0x0F) | 0x40);
  bytes[8] = static_cast<std::uint8_t>((bytes[8] & 0x3F) | 0x80);
  return Id(bytes);
}

const std::vector<std::string>& memberNames() {
  static const std::vector<std::string> names = {
      "score", "score",   "kept",      "flag",    "deep",   "deep",  "list", "percent left", "größe", "a.b",   "it's",
      "q\"q",  "back\\s", "new\nline", "",        "$",      "[0]",   "0",    "%_",           "😀",     "Score", "#-1",
      "日本",  "\x01",    "a/b~c",     "$.score", "SELECT", "a[0].b"};
  return names;
}

const std::vector<std::string>& textValues() {
  static const std::vector<std::string> texts = {"",
                                                 "a",
                                                 "b",
                                                 "ab",
                                                 "abc",
                                                 "B",
                                                 "é",
                                                 "e\u0301",
                                                 "10",
                                                 "9",
                                                 "5",
                                                 "true",
                                                 "null",
                                                 "1e3",
                                                 "😀",
                                                 "\uFFFD",
                                                 "say \"x\"",
                                                 "it's",
                                                 "back\\s",
                                                 "a\nb",
                                                 "%",
                                                 "_",
                                                 "*",
                                                 "a%b",
                                                 "score",
                                                 "deep",
                                                 " ",
                                                 "\x7F",
                                                 "\x01",
                                                 "zz\uFFFFz",
                                                 "2026-11-22T16:00:00Z"};
  return texts;
}

const std::vector<std::string>& numberTexts() {
  static const std::vector<std::string> numbers = {"0",
                                                   "-0.0",
                                                   "1",
                                                   "1.0",
                                                   "-1",
                                                   "0.5",
                                                   "5",
                                                   "10",
                                                   "94.2",
                                                   "1e3",
                                                   "1000",
                                                   "9007199254740991",
                                                   "9007199254740992",
                                                   "9007199254740993",
                                                   "-9007199254740993",
                                                   "9223372036854775807",
                                                   "9223372036854775808",
                                                   "18446744073709551616",
                                                   "0.1",
                                                   "0.1000000000000000055511151231257827",
                                                   "1e-7",
                                                   "1.7976931348623157e308",
                                                   "5e-324"};
  return numbers;
}

std::string randomJson(Random& random, int depth) {
  const std::uint64_t kind = random.below(depth > 0 ? 12 : 8);
  if (kind < 3) return random.pick(numberTexts());
  if (kind == 6) return random.chance(0.5) ? "true" : "false";
  if (kind == 7) return "null";
  if (kind >= 10) return randomObject(random, depth - 1);
  std::string out;
  if (kind < 6) {
    appendJsonString(out, random.pick(textValues()));
    return out;
  }
  out = "[";
  for (std::uint64_t n = random.below(4); n > 0; --n) {
    out += (out.size() == 1 ? "" : ",") + randomJson(random, depth - 1);
  }
  return out + "]";
}

std::string randomObject(Random& random, int depth) {
  std::string out;
  JsonWriter json(out);
  json.beginObject();
  std::vector<std::string> names = memberNames();
  random.shuffle(names);
  std::vector<std::string> used;
  for (std::uint64_t n = random.below(7); n > 0; --n) {
    const std::string& name = names[n];
    if (std::find(used.begin(), used.end(), name) != used.end()) continue;
    used.push_back(name);
    json.key(name).raw(randomJson(random, depth));
  }
  json.endObject();
  return out;
}

}  // namespace xray::test
