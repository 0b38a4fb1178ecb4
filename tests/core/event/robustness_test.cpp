// A batch with any byte lost or changed is decoded or refused, and every line is counted exactly once.

#include <gtest/gtest.h>

#include <algorithm>

#include "core/event/event_lines.h"
#include "xray/event_decoder.h"
#include "xray/json.h"

namespace xray {
namespace {

using namespace test;

std::string smallBatch() {
  return runStarted(
             ",\"metadata\":{\"a\":[1,2.5e3,{\"b\":null}]},\"schema\":{\"name\":\"s\",\"version\":1},\"timeout_s\":9") +
         "\n" +
         stepEnded(
             ",\"input_data\":{\"q\":\"\\u00e9\\n\xC3\xA9\\ud834\\udd1e\"},\"error\":{\"message\":\"m\"},"
             "\"violations\":[{\"pointer\":\"/a\",\"kind\":\"altered\",\"action\":\"warned\"}],\"seq\":12") +
         "\n" + runFailed(",\"lost\":{\"x\":1},\"last_seq\":3") + "\n" +
         schemaRegistered(",\"definition\":{\"reasoning\":[\"rule\"]}") + "\n";
}

std::size_t linesWithText(const std::string& body) {
  std::size_t lines = 0;
  bool text = false;
  for (const char c : body) {
    if (c != '\n') {
      text |= c != ' ' && c != '\t' && c != '\r';
      continue;
    }
    lines += text;
    text = false;
  }
  return lines + text;
}

void expectCounted(const std::string& body) {
  const auto batch = decodeBatch({body}, {});
  if (!batch.ok()) {
    EXPECT_EQ(linesWithText(body), 0u) << body;
    return;
  }
  EXPECT_EQ(batch->events.size() + batch->rejected.size(), linesWithText(body)) << body;
  EXPECT_EQ(batch->rejections.size(), batch->rejected.size());
  // What was accepted is JSON that needs no rewriting, whatever came.
  const auto expectClean = [](JsonText text) {
    const auto facts = checkJson(text, 128);
    EXPECT_TRUE(facts.ok()) << text;
    // Names keep the escapes that they must have.
    EXPECT_FALSE(facts.ok() && facts->needsRewrite && text.find('\\') == JsonText::npos) << text;
  };
  for (const Event& event : batch->events) {
    if (const auto* step = std::get_if<StepEvent>(&event.fact)) {
      expectClean(step->inputData);
      expectClean(step->violations);
    } else if (const auto* run = std::get_if<RunStarted>(&event.fact)) {
      expectClean(run->metadata);
    } else if (const auto* schema = std::get_if<SchemaRegistered>(&event.fact)) {
      expectClean(schema->definition);
    }
  }
}

TEST(DecodeBatch, EveryTruncation_IsCountedLineByLine) {
  const std::string body = smallBatch();
  ASSERT_EQ(decodeBatch({body}, {})->events.size(), 4u);
  for (std::size_t size = 0; size <= body.size(); ++size) expectCounted(body.substr(0, size));
}

TEST(DecodeBatch, EveryChangedByte_IsCountedLineByLine) {
  const std::string body = smallBatch();
  for (std::size_t at = 0; at < body.size(); ++at) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string changed = body;
      changed[at] = static_cast<char>(changed[at] ^ (1 << bit));
      expectCounted(changed);
    }
    for (const char c : std::string("\"\\{}[],:0\n\0\xFF", 13)) {
      std::string changed = body;
      changed[at] = c;
      expectCounted(changed);
    }
  }
}

TEST(DecodeBatch, EveryTruncationAndChangeOfAJsonArray_EndsInAnAnswer) {
  std::string array = "[" + smallBatch() + "]";
  std::replace(array.begin() + 1, array.end() - 2, '\n', ',');
  ASSERT_EQ(decodeBatch({array, BatchFormat::Json}, {})->events.size(), 4u);
  for (std::size_t size = 0; size < array.size(); ++size) {
    EXPECT_FALSE(decodeBatch({array.substr(0, size), BatchFormat::Json}, {}).ok()) << size;
  }
  for (std::size_t at = 0; at < array.size(); ++at) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string changed = array;
      changed[at] = static_cast<char>(changed[at] ^ (1 << bit));
      const auto batch = decodeBatch({changed, BatchFormat::Json}, {});
      // Accepted as a whole exactly when it is JSON.
      EXPECT_EQ(batch.ok(), checkJson(changed, 200).ok()) << changed;
      EXPECT_TRUE(!batch.ok() || batch->events.size() + batch->rejected.size() <= 5u) << changed;
    }
  }
}

}  // namespace
}  // namespace xray
