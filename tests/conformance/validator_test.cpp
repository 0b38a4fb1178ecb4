// What every validator keeps to: its definition says the same as the key list of key_list.h, so it must judge as that.

#include "conformance/key_list.h"
#include "conformance/subject.h"
#include "support/random.h"
#include "support/vocabulary.h"
#include "xray/json.h"
#include "xray/schema_validator.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <thread>

namespace xray::test {
namespace {

using Violations = std::vector<Violation>;

/// A step with texts of its own.
struct OwnStep {
  std::string stepType;
  std::string inputData = "{}";
  std::string outputData = "{}";
  std::string reasoning = "{}";
  bool ended = true;

  StepContent content() const { return {stepType, inputData, outputData, reasoning, ended}; }
};

Violations check(const CompiledSchema& schema, const OwnStep& step) {
  Violations violations;
  schema.check(step.content(), violations);
  return violations;
}

/// "pointer kind", sorted: validators may differ in their order and reasons.
std::vector<std::string> facts(const Violations& violations) {
  std::vector<std::string> out;
  for (const Violation& one : violations) out.push_back(one.pointer + " " + std::string(toString(one.kind)));
  std::sort(out.begin(), out.end());
  return out;
}

class ValidatorTest : public ::testing::TestWithParam<Subject> {
 protected:
  void SetUp() override {
    if (!GetParam().skip.empty()) GTEST_SKIP() << GetParam().skip;
    validator_ = makeValidator();
    schema_ = mustCompile(*validator_, GetParam().definition);
    reference_ = mustCompile(*makeKeyListValidator(), kKeyList);
  }

  static std::unique_ptr<SchemaValidator> makeValidator() {
    const auto options = readOptions(GetParam(), kValidatorPlugin, {});
    if (!options) throw std::runtime_error(options.status().message());
    auto validator = loader().makeValidator(GetParam().plugin, *options, {&systemClock()});
    if (!validator) throw std::runtime_error(validator.status().toString());
    return std::move(*validator);
  }

  static std::unique_ptr<CompiledSchema> mustCompile(const SchemaValidator& validator, const std::string& definition) {
    auto schema = validator.compile(definition);
    if (!schema) throw std::runtime_error(schema.status().toString());
    return std::move(*schema);
  }

  std::unique_ptr<SchemaValidator> validator_;
  std::unique_ptr<CompiledSchema> schema_;
  std::unique_ptr<CompiledSchema> reference_;
};

/// Members of which most are in the key list, with values of any type.
std::string randomSection(Random& random, std::vector<std::string> keys) {
  random.shuffle(keys);
  std::set<std::string> used;
  std::string out;
  JsonWriter json(out);
  json.beginObject();
  for (std::uint64_t n = random.below(6); n > 0; --n) {
    const std::string key = random.chance(0.85) ? random.pick(keys) : random.pick(memberNames());
    if (!used.insert(key).second) continue;
    // Escapes in names are undone before they are compared.
    json.key(key).raw(randomJson(random, 2));
  }
  json.endObject();
  return out;
}

OwnStep randomStep(Random& random) {
  OwnStep step;
  step.stepType = random.pick(std::vector<std::string>{"filter", "llm", "größe", "llmm", "", "a\"b"});
  step.inputData = randomSection(random, {"query", "limit"});
  step.outputData = randomSection(random, {"answer", "more"});
  step.reasoning =
      randomSection(random, {"rule", "share", "flag", "list", "o", "name", "a/b~c", "percent left", "model"});
  step.ended = random.chance(0.7);
  return step;
}

TEST_P(ValidatorTest, CleanSteps_HaveNoViolations) {
  for (const OwnStep& step : cleanSteps<OwnStep>()) {
    EXPECT_EQ(facts(check(*schema_, step)), std::vector<std::string>()) << step.reasoning;
    for (const auto mode : {ValidationMode::Warn, ValidationMode::Sanitize, ValidationMode::Reject}) {
      const Enforcement result = enforceSchema(*schema_, mode, step.content(), "[]");
      EXPECT_FALSE(result.changed || result.rejected);
    }
  }
}

TEST_P(ValidatorTest, RandomSteps_AreJudgedAsByTheKeyList) {
  Random random("RandomSteps");
  int faulty = 0;
  for (int i = 0; i < 2000; ++i) {
    const OwnStep step = randomStep(random);
    const auto expected = facts(check(*reference_, step));
    ASSERT_EQ(facts(check(*schema_, step)), expected) << step.stepType << " " << step.inputData << " "
                                                      << step.outputData << " " << step.reasoning << " " << step.ended;
    if (!expected.empty()) ++faulty;
  }
  EXPECT_GE(faulty, 500);
}

TEST_P(ValidatorTest, Violations_AreAddedToWhatIsThere_EachOnce_AndAlwaysInOneOrder) {
  Random random("OneOrder");
  for (int i = 0; i < 300; ++i) {
    const OwnStep step = randomStep(random);
    const Violations first = check(*schema_, step);
    Violations second{{"/before", ViolationKind::Altered, "is kept"}};
    schema_->check(step.content(), second);
    ASSERT_EQ(second.size(), first.size() + 1);
    EXPECT_EQ(second[0].pointer, "/before");
    std::set<std::pair<std::string, ViolationKind>> seen;
    for (std::size_t n = 0; n < first.size(); ++n) {
      EXPECT_EQ(first[n].pointer, second[n + 1].pointer);
      EXPECT_EQ(first[n].kind, second[n + 1].kind);
      EXPECT_EQ(first[n].reason, second[n + 1].reason);
      EXPECT_TRUE(seen.emplace(first[n].pointer, first[n].kind).second) << first[n].pointer << " twice";
    }
  }
}

TEST_P(ValidatorTest, StepThatStillRuns_MissesNothing) {
  EXPECT_EQ(facts(check(*schema_, {.stepType = "filter", .ended = true})),
            std::vector<std::string>{"/reasoning/share missing_key"});
  EXPECT_EQ(facts(check(*schema_, {.stepType = "filter", .ended = false})), std::vector<std::string>());
  EXPECT_EQ(facts(check(*schema_, {.stepType = "filter", .reasoning = R"({"x":1,"flag":1})", .ended = false})),
            (std::vector<std::string>{"/reasoning/flag wrong_type", "/reasoning/x unknown_key"}));
}

TEST_P(ValidatorTest, EmptyTexts_CountAsEmptyObjects) {
  EXPECT_EQ(facts(check(*schema_, {"filter", "", "", "", true})),
            std::vector<std::string>{"/reasoning/share missing_key"});
}

TEST_P(ValidatorTest, Modes_ActAsWithTheKeyList) {
  Random random("Modes");
  const auto same = [](const std::string& left, const std::string& right) {
    return (left.empty() ? "" : canonicalJson(left)) == (right.empty() ? "" : canonicalJson(right));
  };
  for (int i = 0; i < 500; ++i) {
    const OwnStep step = randomStep(random);
    for (const auto mode : {ValidationMode::Warn, ValidationMode::Sanitize, ValidationMode::Reject}) {
      const Enforcement result = enforceSchema(*schema_, mode, step.content(), "[]");
      const Enforcement expected = enforceSchema(*reference_, mode, step.content(), "[]");
      ASSERT_EQ(result.changed, expected.changed);
      ASSERT_EQ(result.rejected, expected.rejected);
      ASSERT_EQ(result.stepType, expected.stepType);
      ASSERT_EQ(result.violationCount, expected.violationCount);
      ASSERT_TRUE(same(result.inputData, expected.inputData)) << result.inputData << expected.inputData;
      ASSERT_TRUE(same(result.outputData, expected.outputData)) << result.outputData << expected.outputData;
      ASSERT_TRUE(same(result.reasoning, expected.reasoning)) << result.reasoning << expected.reasoning;
    }
  }
}

TEST_P(ValidatorTest, Schema_OutlivesItsValidator) {
  validator_.reset();
  EXPECT_EQ(facts(check(*schema_, {.stepType = "filter"})), std::vector<std::string>{"/reasoning/share missing_key"});
}

TEST_P(ValidatorTest, ManyThreads_CompileAndCheckAtOnce) {
  Random random("ManyThreads");
  std::vector<OwnStep> steps;
  std::vector<std::vector<std::string>> expected;
  for (int i = 0; i < 100; ++i) {
    steps.push_back(randomStep(random));
    expected.push_back(facts(check(*reference_, steps.back())));
  }
  std::vector<std::thread> threads;
  for (int n = 0; n < 8; ++n) {
    threads.emplace_back([&, n] {
      const auto own = mustCompile(*validator_, GetParam().definition);
      for (int round = 0; round < 5; ++round) {
        for (std::size_t i = 0; i < steps.size(); ++i) {
          EXPECT_EQ(facts(check(n % 2 == 0 ? *schema_ : *own, steps[i])), expected[i]);
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

/// The definition with the n-th of its values replaced; nothing when it has fewer.
class Mutation {
 public:
  Mutation(std::size_t n, std::string replacement) : left_(n), replacement_(std::move(replacement)) {}

  std::optional<std::string> of(const std::string& json) {
    std::string out = copy(jsonValue(json));
    return done_ ? std::optional(out) : std::nullopt;
  }

 private:
  std::string copy(const JsonValue& value) {
    if (!done_ && left_-- == 0) {
      done_ = true;
      return replacement_;
    }
    if (value.type != JsonType::Object && value.type != JsonType::Array) return std::string(value.text);
    std::string out;
    JsonWriter json(out);
    const bool object = value.type == JsonType::Object;
    object ? json.beginObject() : json.beginArray();
    for (JsonCursor cursor(value.text); cursor.next();) {
      if (object) json.key(cursor.key());
      json.raw(copy(cursor.value()));
    }
    object ? json.endObject() : json.endArray();
    return out;
  }

  std::size_t left_;
  std::string replacement_;
  bool done_ = false;
};

TEST_P(ValidatorTest, BadDefinitions_AreInvalidArguments_ThatNameTheirPlace) {
  Random random("BadDefinitions");
  int refused = 0;
  for (const std::string replacement : {"7", "null", "[]", "{}", "[[]]", "\"odd\"", "true", "[7,{\"x\":[]}]"}) {
    for (std::size_t n = 0;; ++n) {
      const auto definition = Mutation(n, replacement).of(GetParam().definition);
      if (!definition) break;
      if (jsonValue(*definition).type != JsonType::Object) continue;  // compile() is given objects
      const auto schema = validator_->compile(*definition);
      if (schema.ok()) {
        for (int i = 0; i < 3; ++i) check(**schema, randomStep(random));
        continue;
      }
      ++refused;
      EXPECT_EQ(schema.status().code(), StatusCode::InvalidArgument) << *definition;
      const std::string message = schema.status().message();
      EXPECT_TRUE(message.starts_with('/') || message.starts_with("definition: ")) << message << " of " << *definition;
    }
  }
  EXPECT_GE(refused, 10);
}

TEST_P(ValidatorTest, LargeAndDeepSteps_AreJudged) {
  const std::string deep = "{\"o\":{\"d\":" + std::string(120, '[') + std::string(120, ']') + "},\"share\":1}";
  EXPECT_EQ(facts(check(*schema_, {.stepType = "filter", .reasoning = deep})), std::vector<std::string>());
  std::string list = "{\"share\":1,\"list\":[0";
  while (list.size() < (std::size_t{7} << 20)) list += ",{\"k\":\"some text\"}";
  EXPECT_EQ(facts(check(*schema_, {.stepType = "filter", .reasoning = list + "]}"})), std::vector<std::string>());
  std::string members = "{\"share\":1";
  std::vector<std::string> expected;
  for (int i = 0; i < 5'000; ++i) {
    members += ",\"unknown" + std::to_string(i) + "\":1";
    expected.push_back("/reasoning/unknown" + std::to_string(i) + " unknown_key");
  }
  std::sort(expected.begin(), expected.end());
  EXPECT_EQ(facts(check(*schema_, {.stepType = "filter", .reasoning = members + "}"})), expected);
}

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(ValidatorTest);
INSTANTIATE_TEST_SUITE_P(Validator, ValidatorTest, ::testing::ValuesIn(subjects().validators),
                         [](const auto& info) { return caseName(info.param); });

}  // namespace
}  // namespace xray::test
