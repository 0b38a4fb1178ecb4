// How batches are framed and limited.

#include <gtest/gtest.h>

#include "core/event/event_lines.h"
#include "xray/event_decoder.h"

namespace xray {
namespace {

using namespace test;

std::vector<std::uint32_t> linesOf(const DecodedBatch& batch) {
  std::vector<std::uint32_t> lines;
  for (const Event& event : batch.events) lines.push_back(event.line);
  return lines;
}

TEST(DecodeBatch, Lines_CountBlankOnesAndKeepRawBytes) {
  const std::string padded = "  " + runEnded() + "\t";
  const auto batch = decodeBatch({"\n" + runStarted() + "\r\n \t\r\n" + padded + "\n\n" + stepEnded()}, {});
  ASSERT_TRUE(batch.ok());
  EXPECT_EQ(linesOf(*batch), (std::vector<std::uint32_t>{2, 4, 6}));
  EXPECT_TRUE(batch->rejected.empty());
  EXPECT_EQ(batch->events[0].raw, runStarted() + "\r");
  EXPECT_EQ(batch->events[1].raw, padded);
  EXPECT_EQ(batch->events[2].raw, stepEnded());
}

TEST(DecodeBatch, ViewsStayValid_WhenTheBatchMoves) {
  auto decoded = decodeBatch(
      {"{\"event\":\"schema.registered\",\"name\":\"\\u0061\",\"version\":1,\"definition\":{\"b\":1}}"}, {});
  ASSERT_TRUE(decoded.ok());
  const DecodedBatch moved = std::move(*decoded);
  const DecodedBatch& batch = moved;
  const auto& schema = std::get<SchemaRegistered>(batch.events.at(0).fact);
  EXPECT_EQ(schema.name, "a");
  EXPECT_EQ(schema.definition, "{\"b\":1}");
}

struct Unframed {
  std::string body;
  BatchFormat format;
  std::string message;
};

TEST(DecodeBatch, WhatCannotBeFramed_IsRefusedAsAWhole) {
  const std::vector<Unframed> cases = {
      {"", BatchFormat::NdJson, "the batch is empty: expected one JSON object per line"},
      {"\n \r\n\n", BatchFormat::NdJson, "the batch is empty: expected one JSON object per line"},
      {"\xFF\n\n{\"\xC0\xAF\":1}\n", BatchFormat::NdJson, "no line of the batch is UTF-8"},
      {"", BatchFormat::Json, "the body is empty: expected a JSON object or array"},
      {" \n", BatchFormat::Json, "the body is empty: expected a JSON object or array"},
      {"\"x\"", BatchFormat::Json, "the body must be a JSON object or an array of them"},
      {"7", BatchFormat::Json, "the body must be a JSON object or an array of them"},
      {"{\"a\":\"\xFF\"}", BatchFormat::Json, "the body is not UTF-8"},
      {"{\"a\":1", BatchFormat::Json, "expected \",\" or \"}\" after a member at byte 6, found the end"},
      {"{} {}", BatchFormat::Json, "expected the end of the text at byte 3, found \"{\""},
      {"[", BatchFormat::Json, "expected a value at byte 1"},
      {"[{}", BatchFormat::Json, "expected \",\" or \"]\" after an element at byte 3"},
      {"[{},]", BatchFormat::Json, "expected a value at byte 4"},
      {"[,{}]", BatchFormat::Json, "expected a value at byte 1"},
      {"[{} {}]", BatchFormat::Json, "expected \",\" or \"]\" after an element at byte 4"},
      {"[{}] x", BatchFormat::Json, "expected the end of the text at byte 5"},
      {"[{}]]", BatchFormat::Json, "expected the end of the text at byte 4"},
      {"[{},{\"a\":}]", BatchFormat::Json, "element 2: expected a value at byte 5, found \"}\""},
      {"[{]}]", BatchFormat::Json,
       "element 1: expected a member name in double quotes, or \"}\" at byte 1, found \"]\""},
      {"[\"abc", BatchFormat::Json, "element 1: expected a closing quote at byte 4, found the end"},
      {"[{}}", BatchFormat::Json, "expected \",\" or \"]\" after an element at byte 3"},
  };
  for (const Unframed& test : cases) {
    const auto batch = decodeBatch({test.body, test.format}, {});
    ASSERT_FALSE(batch.ok()) << test.body;
    EXPECT_EQ(batch.status().code(), StatusCode::InvalidArgument) << test.body;
    EXPECT_EQ(batch.status().message(), test.message) << test.body;
  }
}

TEST(DecodeBatch, JsonDocuments_AreOneEventOrAnArrayOfThem) {
  const auto one = decodeBatch({" " + runStarted() + "\n", BatchFormat::Json}, {});
  ASSERT_TRUE(one.ok());
  EXPECT_EQ(linesOf(*one), std::vector<std::uint32_t>{1});
  EXPECT_EQ(one->events[0].raw, runStarted());

  const auto none = decodeBatch({" [ ] ", BatchFormat::Json}, {});
  ASSERT_TRUE(none.ok());
  EXPECT_TRUE(none->events.empty() && none->rejected.empty());

  const std::string body = "[ " + runStarted() + ",\n 7 , {\"event\":\"x y\"},\n" + runEnded() + " ]\n";
  const auto several = decodeBatch({body, BatchFormat::Json}, {});
  ASSERT_TRUE(several.ok());
  EXPECT_EQ(linesOf(*several), (std::vector<std::uint32_t>{1, 4}));
  EXPECT_EQ(several->events[1].raw, runEnded());
  ASSERT_EQ(several->rejected.size(), 2u);
  EXPECT_EQ(several->rejected[0].line, 2u);
  EXPECT_EQ(several->rejections[0].raw, "7");
  EXPECT_EQ(several->rejected[1].line, 3u);
}

TEST(DecodeBatch, DepthLimit_IsExactAndCountsTheEvent) {
  const auto nested = [](std::size_t levels) { return std::string(levels, '[') + std::string(levels, ']'); };
  for (const BatchFormat format : {BatchFormat::NdJson, BatchFormat::Json}) {
    // The event is level 1 and the payload level 2.
    const std::string fits = stepStarted(",\"input_data\":{\"a\":" + nested(126) + "}");
    const std::string over = stepStarted(",\"input_data\":{\"a\":" + nested(127) + "}");
    const bool json = format == BatchFormat::Json;
    const auto batch =
        decodeBatch({(json ? "[" : "") + fits + (json ? "," : "\n") + over + (json ? "]" : "\n"), format}, {});
    ASSERT_TRUE(batch.ok()) << batch.status().message();
    EXPECT_EQ(linesOf(*batch), std::vector<std::uint32_t>{1});
    ASSERT_EQ(batch->rejected.size(), 1u);
    EXPECT_EQ(batch->rejected[0].line, 2u);
    EXPECT_EQ(toString(batch->rejected[0].code), "too_deep");
    EXPECT_EQ(batch->rejected[0].detail,
              "deeper than 128 levels at byte " + std::to_string(over.find(nested(127)) + 126));
    EXPECT_EQ(batch->rejections[0].raw, over);
  }
}

TEST(DecodeBatch, SizeLimits_AreExact) {
  EventLimits limits;
  const std::string event = runStarted(",\"metadata\":{\"a\":\"" + std::string(50, 'x') + "\"}");
  limits.maxEventBytes = event.size();
  limits.maxBatchBytes = 2 * event.size() + 3;
  const auto batch = decodeBatch({event + "\n" + event + " \n"}, limits);
  ASSERT_TRUE(batch.ok());
  EXPECT_EQ(linesOf(*batch), std::vector<std::uint32_t>{1});
  ASSERT_EQ(batch->rejected.size(), 1u);
  EXPECT_EQ(toString(batch->rejected[0].code), "too_large");
  EXPECT_EQ(batch->rejected[0].detail,
            "an event of " + std::to_string(event.size() + 1) + " bytes; the limit is " + std::to_string(event.size()));
  EXPECT_EQ(batch->rejections[0].raw, event + " ");

  const auto over = decodeBatch({event + "\n" + event + "\n \n"}, limits);
  ASSERT_FALSE(over.ok());
  EXPECT_EQ(over.status().code(), StatusCode::TooLarge);
  EXPECT_EQ(over.status().message(), "a batch of " + std::to_string(limits.maxBatchBytes + 1) +
                                         " bytes; the limit is " + std::to_string(limits.maxBatchBytes));
}

TEST(DecodeBatch, MoreRejectedEventsThanOneBatchMayHave_IsTooLarge) {
  EventLimits limits;
  EXPECT_EQ(limits.maxRejected, 10'000u);
  limits.maxRejected = 3;
  struct Case {
    BatchFormat format;
    std::string fits, over;
  };
  const std::string good = runStarted() + "\n";
  const Case cases[] = {{BatchFormat::NdJson, "1\n" + good + "{\n\xff\n", "1\n" + good + "{\n\xff\n2\n"},
                        {BatchFormat::NdJson, good + "\xff\n\xff\n\xff", good + "\xff\n\xff\n\xff\n\xff"},
                        {BatchFormat::Json, "[1,2,3]", "[1,2,3,4]"}};
  for (const Case& text : cases) {
    const auto fits = decodeBatch({text.fits, text.format}, limits);
    ASSERT_TRUE(fits.ok()) << fits.status().message();
    EXPECT_EQ(fits->rejected.size(), 3u);
    const auto over = decodeBatch({text.over, text.format}, limits);
    ASSERT_FALSE(over.ok());
    EXPECT_EQ(over.status().code(), StatusCode::TooLarge);
    EXPECT_EQ(over.status().message(), "more than 3 events of the batch are rejected; send smaller batches");
  }
}

}  // namespace
}  // namespace xray
