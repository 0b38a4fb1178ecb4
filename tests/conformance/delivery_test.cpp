// What is sent arrives: its bytes, its order, what became of it, however often the backend is away.

#include <algorithm>
#include <map>
#include <set>
#include <thread>

#include "conformance/transport_test.h"
#include "support/random.h"

namespace xray::test {
namespace {

using DeliveryTest = TransportTest;

std::string randomBytes(Random& random, std::size_t size) {
  std::string bytes;
  while (bytes.size() < size) {
    const std::uint64_t word = random.below(UINT64_MAX);
    bytes.append(reinterpret_cast<const char*>(&word), sizeof word);
  }
  bytes.resize(size);
  return bytes;
}

TEST_P(DeliveryTest, Batches_ArriveByteForByte_InTheirOrder) {
  Random random("ByteForByte");
  WireSink& sink = newSink();
  startReceiver(sink);
  const auto sender = newSender();
  std::vector<std::string> sent = {"{}\n",
                                   batchOf("first"),
                                   batchOf("größe \xF0\x9F\x98\x80", 3),
                                   batchOf("large", 1000, std::size_t{8} << 20),
                                   batchOf("one event", 1, std::size_t{8} << 20),
                                   "\n\n{}\n\n",
                                   std::string("\xFF\xFE no UTF-8 \0 \r\n", 16),
                                   batchOf("last line unended").substr(0, 20),
                                   randomBytes(random, std::size_t{8} << 20) + "\n"};
  for (int i = 0; i < 200; ++i) {
    sent.push_back(batchOf("tiny " + std::to_string(i), 1 + random.below(4), random.below(2000)));
  }
  for (const std::string& body : sent) {
    const auto receipt = sender->send({body, BatchFormat::NdJson}, patience());
    ASSERT_TRUE(receipt.ok()) << receipt.status().toString();
  }
  ASSERT_TRUE(sender->flush(patience()).ok());
  ASSERT_TRUE(sink.waitForAccepted(sent.size()));
  const std::vector<std::string> arrived = sink.accepted();
  ASSERT_EQ(arrived.size(), sent.size());
  for (std::size_t i = 0; i < sent.size(); ++i) EXPECT_TRUE(arrived[i] == sent[i]) << "batch " << i << " is another";
}

TEST_P(DeliveryTest, Receipts_ComeBackWhole_OrCountWhatIsKept) {
  Receipt told;
  told.accepted = 3;
  told.duplicates = 2;
  told.rejected = {{.line = 2, .code = RejectCode::InvalidEvent, .detail = "line 2: \"größe\" \n is odd"},
                   {.line = 7, .code = RejectCode::TooDeep, .detail = ""}};
  told.warnings = {{.code = "unknown_members", .detail = "x", .count = 4}};
  WireSink& sink = newSink();
  sink.answerWith([&](const Batch&) { return Result<Receipt>(told); });
  startReceiver(sink);
  const auto sender = newSender();
  const Receipt receipt = mustSend(*sender, batchOf("some", 7));
  EXPECT_FALSE(receipt.dropped);
  EXPECT_EQ(receipt.droppedEarlier, 0u);
  if (keepsBatches()) {
    EXPECT_EQ(receipt.accepted, 7u) << "one for each line that is kept";
    EXPECT_EQ(receipt.duplicates, 0u);
    EXPECT_TRUE(receipt.rejected.empty());
    return;
  }
  EXPECT_EQ(receipt.accepted, told.accepted);
  EXPECT_EQ(receipt.duplicates, told.duplicates);
  ASSERT_EQ(receipt.rejected.size(), told.rejected.size());
  for (std::size_t i = 0; i < told.rejected.size(); ++i) {
    EXPECT_EQ(receipt.rejected[i].line, told.rejected[i].line);
    EXPECT_EQ(receipt.rejected[i].code, told.rejected[i].code);
    EXPECT_EQ(receipt.rejected[i].detail, told.rejected[i].detail);
  }
  ASSERT_EQ(receipt.warnings.size(), 1u);
  EXPECT_EQ(receipt.warnings[0].code, "unknown_members");
  EXPECT_EQ(receipt.warnings[0].detail, "x");
  EXPECT_EQ(receipt.warnings[0].count, 4u);
}

TEST_P(DeliveryTest, BackendThatIsAwayOrFull_GetsEveryBatchAgain_UntilItTakesIt) {
  Random random("AwayOrFull");
  std::map<std::string, std::uint64_t> refusals;
  std::size_t refused = 0;
  std::vector<std::string> sent;
  for (int i = 0; i < 12; ++i) {
    sent.push_back(batchOf("batch " + std::to_string(i), 2));
    refusals[sent.back()] = i == 3 ? 4 : random.below(3);
    refused += refusals[sent.back()];
  }
  WireSink& sink = newSink();
  sink.answerWith([&](const Batch& batch) -> std::optional<Result<Receipt>> {
    std::uint64_t& left = refusals[batch.body];
    if (left == 0) return Result<Receipt>(acceptAll(batch.body));
    return Result<Receipt>(tryAgain(left-- % 2 == 0 ? StatusCode::Overloaded : StatusCode::Unavailable));
  });
  startReceiver(sink);
  const auto sender = newSender();
  for (const std::string& body : sent) EXPECT_EQ(mustSend(*sender, body).accepted, 2u);
  ASSERT_TRUE(sink.waitForAccepted(sent.size()));
  // What is refused may be overtaken: facts become the same state in any order.
  std::vector<std::string> accepted = sink.accepted();
  std::sort(accepted.begin(), accepted.end());
  std::sort(sent.begin(), sent.end());
  EXPECT_EQ(accepted, sent);
  EXPECT_GE(sink.submitted().size(), sent.size() + refused);
}

TEST_P(DeliveryTest, BatchesRefusedForGood_DoNotHoldUpTheNext) {
  const std::vector<std::pair<std::string, StatusCode>> refused = {{batchOf("no event"), StatusCode::InvalidArgument},
                                                                   {batchOf("too large"), StatusCode::TooLarge}};
  WireSink& sink = newSink();
  sink.answerWith([&](const Batch& batch) -> std::optional<Result<Receipt>> {
    for (const auto& [body, code] : refused) {
      if (batch.body == body) return Result<Receipt>(Status(code, "it's \"no\" batch"));
    }
    return Result<Receipt>(acceptAll(batch.body));
  });
  Receiver& receiver = startReceiver(sink);
  const auto sender = newSender();
  std::vector<std::string> good;
  for (const auto& [body, code] : refused) {
    const auto receipt = sender->send({body, BatchFormat::NdJson}, patience());
    if (keepsBatches()) {
      EXPECT_TRUE(receipt.ok()) << receipt.status().toString();
    } else {
      EXPECT_EQ(receipt.status().code(), code);
      EXPECT_NE(receipt.status().message().find("it's \"no\" batch"), std::string::npos) << receipt.status().message();
    }
    good.push_back(batchOf("good " + std::to_string(good.size())));
    EXPECT_EQ(mustSend(*sender, good.back()).accepted, 1u);
  }
  ASSERT_TRUE(sink.waitForAccepted(good.size()));
  EXPECT_EQ(sink.accepted(), good);
  if (!keepsBatches()) return;
  const auto backlog = receiver.backlog();
  ASSERT_TRUE(backlog.ok()) << backlog.status().toString();
  EXPECT_EQ(backlog->setAside, refused.size()) << "what was refused for good is kept aside and told";
}

TEST_P(DeliveryTest, ManySendersAtOnce_EachInItsOrder_WhileTheBackendAnswersLate) {
  constexpr int kSenders = 8;
  constexpr int kBatches = 25;
  WireSink& sink = newSink();
  sink.answerWith([](const Batch&) { return std::nullopt; });
  startReceiver(sink);
  std::atomic<bool> over = false;
  std::thread backend([&] {
    while (!over) sink.release(), std::this_thread::yield();
  });
  std::vector<std::thread> senders;
  for (int n = 0; n < kSenders; ++n) {
    senders.emplace_back([&, n] {
      const auto sender = newSender();
      for (int i = 0; i < kBatches; ++i) {
        const auto receipt =
            sender->send({batchOf("s" + std::to_string(n) + "-" + std::to_string(i)), BatchFormat::NdJson}, patience());
        EXPECT_TRUE(receipt.ok()) << receipt.status().toString();
      }
      const Status flushed = sender->flush(patience());
      EXPECT_TRUE(flushed.ok()) << flushed.toString();
    });
  }
  for (std::thread& sender : senders) sender.join();
  EXPECT_TRUE(sink.waitForAccepted(std::size_t{kSenders} * kBatches));
  EXPECT_TRUE(stopReceiver().ok());
  over = true;
  backend.join();
  const std::vector<std::string> arrived = sink.accepted();
  EXPECT_EQ(std::set<std::string>(arrived.begin(), arrived.end()).size(), std::size_t{kSenders} * kBatches);
  EXPECT_EQ(arrived.size(), std::size_t{kSenders} * kBatches) << "nothing was lost, so nothing is sent twice";
  for (int n = 0; n < kSenders; ++n) {
    const std::string label = "\"s" + std::to_string(n) + "-";
    int next = 0;
    for (const std::string& body : arrived) {
      if (body.find(label) == std::string::npos) continue;
      EXPECT_EQ(body, batchOf("s" + std::to_string(n) + "-" + std::to_string(next++)));
    }
  }
}

TEST_P(DeliveryTest, Backlog_TellsWhatWaits_OrIsNotSupported) {
  WireSink& sink = newSink();
  std::atomic<bool> away = true;
  sink.answerWith([&](const Batch& batch) -> std::optional<Result<Receipt>> {
    if (away) return Result<Receipt>(tryAgain(StatusCode::Unavailable));
    return Result<Receipt>(acceptAll(batch.body));
  });
  Receiver& receiver = startReceiver(sink);
  if (!keepsBatches()) {
    EXPECT_EQ(receiver.backlog().status().code(), StatusCode::NotSupported);
    EXPECT_FALSE(receiver.backlog().status().message().empty());
    return;
  }
  EXPECT_EQ(receiver.backlog()->bytes, 0u);
  const auto sender = newSender();
  const std::string body = batchOf("waits", 10, 50'000);
  for (int i = 0; i < 3; ++i) mustSend(*sender, body + batchOf(std::to_string(i)));
  ASSERT_TRUE(sink.waitForSubmitted(1));
  // Compressed or not; the receiver may see the files one after the other.
  const auto waits = [&] {
    const auto backlog = receiver.backlog();
    return backlog.ok() ? backlog->bytes + backlog->openBytes : 0;
  };
  EXPECT_GT(waits(), 0u);
  away = false;
  ASSERT_TRUE(sink.waitForAccepted(3));
  const Deadline end = patience();
  while (waits() != 0 && std::chrono::steady_clock::now() < end) std::this_thread::yield();
  EXPECT_EQ(waits(), 0u);
  EXPECT_EQ(receiver.backlog()->setAside, 0u);
}

XRAY_TRANSPORT_SUITE(DeliveryTest);

}  // namespace
}  // namespace xray::test
