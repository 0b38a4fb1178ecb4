// Random documents, written in every way that JSON allows, against a model kept beside them and against simdjson.

#include <gtest/gtest.h>
#include <simdjson.h>

#include <map>
#include <memory>
#include <random>

#include "xray/json.h"

namespace xray {
namespace {

/// What a document means, drawn as canonical JSON.
struct Model {
  std::string scalar;  // canonical text, when it is one
  bool isObject = false;
  bool isArray = false;
  std::map<std::string, Model> members;
  std::vector<Model> elements;

  std::string canonical() const {
    if (!isObject && !isArray) return scalar;
    std::string out = isObject ? "{" : "[";
    for (const auto& [name, value] : members) {
      if (out.size() > 1) out += ',';
      appendJsonString(out, name);
      out += ':' + value.canonical();
    }
    for (const Model& value : elements) {
      if (out.size() > 1) out += ',';
      out += value.canonical();
    }
    return out + (isObject ? "}" : "]");
  }
};

class Generator {
 public:
  explicit Generator(std::uint64_t seed) : random_(seed) {}

  /// Appends a text of a random value and returns its meaning.
  Model value(std::string& out, int depth) {
    space(out);
    const unsigned kind = below(depth > 0 ? 8 : 5);
    Model model;
    if (kind == 0) {
      model.scalar = pick({"true", "false", "null"});
      out += model.scalar;
    } else if (kind <= 2) {
      model.scalar = number();
      out += model.scalar;
    } else if (kind <= 4) {
      appendJsonString(model.scalar, string(out));
    } else if (kind == 5) {
      model = array(out, depth);
    } else {
      model = object(out, depth);
    }
    space(out);
    return model;
  }

  unsigned below(unsigned limit) { return std::uniform_int_distribution<unsigned>(0, limit - 1)(random_); }
  std::string pick(std::vector<std::string> from) { return from[below(static_cast<unsigned>(from.size()))]; }

 private:
  void space(std::string& out) {
    while (below(6) == 0) out += pick({" ", "\n", "\t", "\r"});
  }

  Model array(std::string& out, int depth) {
    Model model;
    model.isArray = true;
    out += '[';
    const unsigned count = below(5);
    for (unsigned i = 0; i < count; ++i) {
      if (i != 0) out += ',';
      model.elements.push_back(value(out, depth - 1));
    }
    if (count == 0) space(out);
    out += ']';
    return model;
  }

  Model object(std::string& out, int depth) {
    Model model;
    model.isObject = true;
    out += '{';
    const unsigned count = below(10) == 0 ? 40 : below(6);
    for (unsigned i = 0; i < count; ++i) {
      if (i != 0) out += ',';
      space(out);
      const std::string name = string(out);
      space(out);
      out += ':';
      model.members.insert_or_assign(name, value(out, depth - 1));
    }
    if (count == 0) space(out);
    out += '}';
    return model;
  }

  // Short digit runs, so that no mutation of a byte makes a number that simdjson refuses for its size.
  std::string number() {
    std::string text = below(3) == 0 ? "-" : "";
    text += std::to_string(below(3) == 0 ? 0 : 1 + below(99));
    if (below(3) == 0) text += '.' + std::to_string(below(100));
    if (below(4) == 0) text += pick({"e", "E"}) + pick({"", "+", "-"}) + std::to_string(below(20));
    return text;
  }

  /// Appends a quoted string, each character written as it is or escaped, and returns what it stands for.
  std::string string(std::string& out) {
    static const std::vector<std::pair<std::string, std::string>> kWritten = {
        {"a", "a"},
        {"a", "\\u0061"},
        {"b", "b"},
        {"\"", "\\\""},
        {"\\", "\\\\"},
        {"/", "/"},
        {"/", "\\/"},
        {"\n", "\\n"},
        {"\n", "\\u000A"},
        {"\xC3\xA9", "\xC3\xA9"},
        {"\xC3\xA9", "\\u00e9"},
        {"\xF0\x9D\x84\x9E", "\\uD834\\udd1e"},
        {"\xF0\x9D\x84\x9E", "\xF0\x9D\x84\x9E"},
        {"\x01", "\\u0001"},
        {"\x7f", "\x7f"},
        {"long enough for the wide loop", "long enough for the wide loop"},
        {"}]", "}]"},
        {":,", ":,"}};
    std::string meaning;
    out += '"';
    for (unsigned i = below(5); i > 0; --i) {
      const auto& [character, text] = kWritten[below(static_cast<unsigned>(kWritten.size()))];
      meaning += character;
      out += text;
    }
    out += '"';
    return meaning;
  }

  std::mt19937_64 random_;
};

/// The document that simdjson reads, as canonical JSON (numbers as doubles).
void draw(std::string& out, simdjson::dom::element element) {
  if (element.is_object()) {
    std::map<std::string, simdjson::dom::element> members;
    for (const auto field : simdjson::dom::object(element))
      members.insert_or_assign(std::string(field.key), field.value);
    out += '{';
    for (const auto& [name, value] : members) {
      appendJsonString(out, name);
      draw(out += ':', value);
    }
    out += '}';
  } else if (element.is_array()) {
    out += '[';
    for (const auto value : simdjson::dom::array(element)) draw(out += ' ', value);
    out += ']';
  } else if (element.is_string()) {
    appendJsonString(out, element.get_string().value_unsafe());
  } else if (element.is_number()) {
    appendJsonNumber(out, element.get_double().value_unsafe());
  } else {
    out += element.is_null() ? "null" : element.get_bool().value_unsafe() ? "true" : "false";
  }
}

std::string drawn(simdjson::dom::parser& parser, const std::string& text) {
  simdjson::dom::element document;
  if (parser.parse(text).get(document)) return "simdjson refuses it";
  std::string out;
  draw(out, document);
  return out;
}

class RandomJson : public testing::Test {
 protected:
  const std::uint64_t seed_ = std::random_device{}();
  testing::ScopedTrace trace_{__FILE__, __LINE__, "seed " + std::to_string(seed_)};
  Generator generate_{seed_};
  simdjson::dom::parser parser_;
};

TEST_F(RandomJson, Documents_KeepTheirMeaningThroughRewriteAndCanonicalForm) {
  for (int i = 0; i < 1500; ++i) {
    std::string text;
    const Model model = generate_.value(text, 4);
    const auto facts = checkJson(text, 128);
    ASSERT_TRUE(facts.ok()) << text << facts.status().message();
    ASSERT_EQ(canonicalJson(text), model.canonical()) << text;

    std::string rewritten;
    std::vector<JsonAlteration> alterations;
    rewriteJson(text, "", rewritten, alterations);
    ASSERT_TRUE(alterations.empty());
    ASSERT_EQ(canonicalJson(rewritten), model.canonical()) << rewritten;
    ASSERT_EQ(drawn(parser_, rewritten), drawn(parser_, text)) << text;
    // A second time there are no repeated names, and no escapes but those that names must have.
    std::string again;
    rewriteJson(rewritten, "", again, alterations);
    ASSERT_EQ(again, rewritten);
    ASSERT_EQ(jsonValue(text).text, facts->text);
    ASSERT_EQ(jsonValue(text).type, facts->type);
  }
}

TEST_F(RandomJson, Mutations_AreRefusedWhenSimdjsonRefusesThem) {
  static const std::string kBytes = "{}[]:,\"\\/ \n\t\r019-+.eEutfn\x01\xC3\xA9\xFFx";
  for (int i = 0; i < 4000; ++i) {
    std::string text;
    generate_.value(text, 3);
    const unsigned at = generate_.below(static_cast<unsigned>(text.size()));
    const char byte = kBytes[generate_.below(static_cast<unsigned>(kBytes.size()))];
    switch (generate_.below(3)) {
      case 0:
        text[at] = byte;
        break;
      case 1:
        text.insert(at, 1, byte);
        break;
      default:
        text.erase(at, 1);
    }
    simdjson::dom::element document;
    const auto error = parser_.parse(text).get(document);
    const auto facts = checkJson(text, 128);
    // Lone surrogates and 1e999 are JSON (RFC 8259 sections 8.2 and 6), which simdjson refuses.
    const bool valueRefused = error == simdjson::STRING_ERROR || error == simdjson::NUMBER_ERROR;
    if (valueRefused && facts.ok() && facts->needsRewrite) continue;
    ASSERT_EQ(facts.ok(), error == simdjson::SUCCESS) << text << "\n"
                                                      << facts.status().message() << "\n"
                                                      << simdjson::error_message(error);
  }
}

}  // namespace
}  // namespace xray
