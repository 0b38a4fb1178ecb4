#include "xray/options.h"

#include "xray/config.h"

namespace xray {
namespace {

OptionSpec spec(OptionType type, std::int64_t minimum = 0, std::int64_t maximum = INT64_MAX, const char* allowed = "") {
  return {"x", type, "", "help", 0, minimum, maximum, allowed};
}

TEST(Options, ParseOption_ReadsWhatFits) {
  const struct {
    OptionSpec spec;
    const char* text;
    OptionValue value;
  } cases[] = {
      {spec(OptionType::Text), "", std::string()},
      {spec(OptionType::Secret), "s", std::string("s")},
      {spec(OptionType::Integer), "0", std::int64_t{0}},
      {spec(OptionType::Integer, INT64_MIN), "-9223372036854775808", INT64_MIN},
      {spec(OptionType::Integer), "9223372036854775807", INT64_MAX},
      {spec(OptionType::Integer, 1, 64), "64", std::int64_t{64}},
      {spec(OptionType::Boolean), "true", true},
      {spec(OptionType::Boolean), "false", false},
      {spec(OptionType::Duration), "0s", Microseconds(0)},
      {spec(OptionType::Duration), "250ms", Microseconds(250'000)},
      {spec(OptionType::Duration, 1, 1000), "1ms", Microseconds(1000)},
      {spec(OptionType::Bytes), "4096", std::int64_t{4096}},
      {spec(OptionType::Bytes), "64KiB", std::int64_t{65536}},
      {spec(OptionType::Bytes), "8388607TiB", std::int64_t{8388607} << 40},
      {spec(OptionType::Choice, 0, 0, "none|gzip|zstd"), "gzip", std::string("gzip")},
      {spec(OptionType::TextList), "", std::vector<std::string>()},
      {spec(OptionType::TextList), "[]", std::vector<std::string>()},
      {spec(OptionType::TextList), "[a, b c,d]", std::vector<std::string>{"a", "b c", "d"}},
  };
  for (const auto& c : cases) {
    const auto value = parseOption(c.spec, c.text);
    ASSERT_TRUE(value.ok()) << c.text << ": " << value.status().message();
    EXPECT_EQ(*value, c.value) << toString(c.spec.type) << " " << c.text;
  }
}

TEST(Options, ParseOption_SaysWhatIsAllowed) {
  const struct {
    OptionSpec spec;
    const char* text;
    const char* message;
  } cases[] = {
      {spec(OptionType::Integer, 1, 64), "many", "must be an integer from 1 to 64, not \"many\""},
      {spec(OptionType::Integer, 1, 64), "65", "must be an integer from 1 to 64, not \"65\""},
      {spec(OptionType::Integer), "-1", "must be an integer of at least 0, not \"-1\""},
      {spec(OptionType::Integer), "1.0", "must be an integer of at least 0, not \"1.0\""},
      {spec(OptionType::Integer), " 1", "must be an integer of at least 0, not \" 1\""},
      {spec(OptionType::Integer), "+1", "must be an integer of at least 0, not \"+1\""},
      {spec(OptionType::Integer), "0x10", "must be an integer of at least 0, not \"0x10\""},
      {spec(OptionType::Integer, INT64_MIN), "9223372036854775808", "must be an integer, not \"9223372036854775808\""},
      {spec(OptionType::Integer), "", "must be an integer of at least 0, not \"\""},
      {spec(OptionType::Boolean), "True", "must be true or false, not \"True\""},
      {spec(OptionType::Boolean), "on", "must be true or false, not \"on\""},
      {spec(OptionType::Duration, 1000, 3'600'000'000), "1d",
       "must be a duration from 1ms to 1h (written as 250ms or 15m), not \"1d\""},
      {spec(OptionType::Duration), "5", "must be a duration (written as 250ms or 15m), not \"5\""},
      {spec(OptionType::Duration), "-5s", "must be a duration (written as 250ms or 15m), not \"-5s\""},
      {spec(OptionType::Bytes, 4096, 1 << 20), "2MiB",
       "must be a size from 4KiB to 1MiB (written as 4096, 64KiB or 8MiB), not \"2MiB\""},
      {spec(OptionType::Bytes), "8MB", "must be a size (written as 4096, 64KiB or 8MiB), not \"8MB\""},
      {spec(OptionType::Bytes), "1.5KiB", "must be a size (written as 4096, 64KiB or 8MiB), not \"1.5KiB\""},
      {spec(OptionType::Bytes), "8388608TiB", "must be a size (written as 4096, 64KiB or 8MiB), not \"8388608TiB\""},
      {spec(OptionType::Choice, 0, 0, "none|gzip|zstd"), "gzpi",
       "must be one of none, gzip, zstd, not \"gzpi\"; did you mean \"gzip\"?"},
      {spec(OptionType::Choice, 0, 0, "none|gzip|zstd"), "none|gzip",
       "must be one of none, gzip, zstd, not \"none|gzip\""},
      {spec(OptionType::TextList), "a, b", "must be a list of texts, not \"a, b\""},
  };
  for (const auto& c : cases) {
    const auto value = parseOption(c.spec, c.text);
    ASSERT_FALSE(value.ok()) << c.text;
    EXPECT_EQ(value.status().code(), StatusCode::InvalidArgument);
    EXPECT_EQ(value.status().message(), c.message);
  }
  const std::string secret("hunter2\0", 8);
  EXPECT_EQ(parseOption(spec(OptionType::Secret), secret).status().message(), "must be a text without NUL characters");
}

TEST(Options, Get_OtherNameOrType_IsALogicError) {
  Options options;
  options.set("n", std::int64_t{1});
  EXPECT_EQ(options.integer("n"), 1);
  EXPECT_THROW(options.text("n"), std::logic_error);
  EXPECT_THROW(options.integer("m"), std::logic_error);
}

}  // namespace
}  // namespace xray
