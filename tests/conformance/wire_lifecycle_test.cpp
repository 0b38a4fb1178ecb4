// Beginning and ending both ends of a wire: nothing hangs, nothing is lost, no thread is left.

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <set>
#include <thread>

#include "conformance/threads.h"
#include "conformance/transport_test.h"

namespace xray::test {
namespace {

using WireLifecycleTest = TransportTest;

TEST_P(WireLifecycleTest, Endpoint_IsToldBeforeAndAfterStart) {
  WireSink& sink = newSink();
  EXPECT_FALSE(makeReceiver()->endpoint().empty());
  EXPECT_FALSE(startReceiver(sink).endpoint().empty());
}

TEST_P(WireLifecycleTest, ReceiverThatWasNeverStarted_CanBeStoppedAndGo) {
  EXPECT_TRUE(makeReceiver()->stop(patience()).ok());
  makeReceiver().reset();
}

TEST_P(WireLifecycleTest, Cancel_EndsARunningSend_AndEveryLaterOne) {
  WireSink& sink = newSink();
  sink.answerWith([](const Batch&) { return std::nullopt; });
  startReceiver(sink);
  const auto sender = newSender();
  Status last;
  std::thread sending([&] {
    // A wire that keeps batches returns at once, another waits for the backend.
    while (last.ok()) last = sender->send({batchOf("x"), BatchFormat::NdJson}, patience()).status();
  });
  EXPECT_TRUE(keepsBatches() || sink.waitForOwed(1));
  sender->cancel();
  sending.join();
  EXPECT_EQ(last.code(), StatusCode::Unavailable) << last.toString();
  EXPECT_EQ(sender->send({batchOf("y"), BatchFormat::NdJson}, patience()).status().code(), StatusCode::Unavailable);
  sink.release();
}

TEST_P(WireLifecycleTest, BackendThatStaysAway_KeepsTheSendersDeadline) {
  WireSink& sink = newSink();
  sink.answerWith([](const Batch&) { return Result<Receipt>(tryAgain(StatusCode::Unavailable)); });
  startReceiver(sink);
  const auto sender = newSender();
  const auto receipt =
      sender->send({batchOf("x"), BatchFormat::NdJson}, std::chrono::steady_clock::now() + std::chrono::seconds(1));
  if (keepsBatches()) {
    EXPECT_TRUE(receipt.ok()) << receipt.status().toString();
  } else {
    EXPECT_TRUE(receipt.status().retryable()) << receipt.status().toString();
  }
}

TEST_P(WireLifecycleTest, Stop_WithAnswersOwed_LosesNothing_AndTheSinkIsLeftAlone) {
  WireSink& sink = newSink();
  sink.answerWith([](const Batch&) { return std::nullopt; });
  startReceiver(sink);
  auto sender = newSender();
  Result<Receipt> receipt = Status(StatusCode::Internal, "");
  std::thread sending([&] {
    receipt = sender->send({batchOf("in flight"), BatchFormat::NdJson}, patience());
    (void)sender->flush(patience());
  });
  EXPECT_TRUE(sink.waitForOwed(1));
  const Status stopped = stopReceiver(std::chrono::milliseconds(200));
  EXPECT_TRUE(stopped.ok() || stopped.code() == StatusCode::DeadlineExceeded) << stopped.toString();
  const std::size_t submitted = sink.submitted().size();
  sender->cancel();
  sending.join();
  EXPECT_TRUE(receipt.ok() || receipt.status().retryable()) << receipt.status().toString();
  EXPECT_EQ(sink.submitted().size(), submitted) << "no batch comes after stop";

  // The backend answers when nobody is there any more; then the wire is put up again.
  const bool delivered = !keepsBatches() && receipt.ok();
  sink.release();
  EXPECT_EQ(sink.submitted().size(), submitted);
  WireSink& next = newSink();
  startReceiver(next);
  sender = newSender();
  if (!keepsBatches() && !delivered) mustSend(*sender, batchOf("in flight"));
  mustSend(*sender, batchOf("after"));
  ASSERT_TRUE(next.waitForAccepted(delivered ? 1 : 2));
  const std::vector<std::string> arrived = next.accepted();
  const std::set<std::string> bodies(arrived.begin(), arrived.end());
  EXPECT_TRUE(bodies.contains(batchOf("after")));
  EXPECT_TRUE(delivered || bodies.contains(batchOf("in flight"))) << "what was not answered comes again";
}

TEST_P(WireLifecycleTest, BatchesTakenWithoutAReceiver_ReachTheNextOne) {
  if (!keepsBatches()) GTEST_SKIP() << "this wire keeps nothing: without a receiver a batch stays with its sender";
  std::vector<std::string> sent;
  for (int round = 0; round < 3; ++round) {
    const auto sender = newSender();  // each leaves its files behind
    for (int i = 0; i < 5; ++i) {
      sent.push_back(batchOf(std::to_string(round) + "-" + std::to_string(i)));
      EXPECT_EQ(mustSend(*sender, sent.back()).accepted, 1u);
    }
  }
  WireSink& sink = newSink();
  startReceiver(sink);
  ASSERT_TRUE(sink.waitForAccepted(sent.size()));
  const std::vector<std::string> arrived = sink.accepted();
  EXPECT_EQ(std::set<std::string>(arrived.begin(), arrived.end()), std::set<std::string>(sent.begin(), sent.end()));
  EXPECT_EQ(arrived.size(), sent.size());
  ASSERT_TRUE(stopReceiver().ok());
  WireSink& again = newSink();
  startReceiver(again);
  const auto sender = newSender();
  mustSend(*sender, batchOf("new"));
  ASSERT_TRUE(again.waitForAccepted(1));
  EXPECT_EQ(again.accepted(), std::vector{batchOf("new")}) << "what was taken once is not given again";
}

TEST_P(WireLifecycleTest, Stop_JoinsEveryThread) {
  const auto cycle = [this] {
    newPlace();
    WireSink& sink = newSink();
    startReceiver(sink);
    {
      const auto sender = newSender();
      for (int i = 0; i < 5; ++i) mustSend(*sender, batchOf(std::to_string(i)));
    }
    ASSERT_TRUE(sink.waitForAccepted(5));
    ASSERT_TRUE(stopReceiver().ok());
  };
  cycle();  // libraries may start threads that stay
  const std::size_t before = threadCount();
  for (int round = 0; round < 3; ++round) {
    cycle();
    EXPECT_TRUE(threadsFallTo(before)) << threadCount() << " threads after stop, " << before << " before";
  }
}

TEST_P(WireLifecycleTest, PlaceThatCannotBeUsed_IsTold_AndNothingIsStarted) {
  const bool ofDir = GetParam().optionsText.find("{dir}") != std::string::npos;
  const bool ofPort = GetParam().optionsText.find("{port}") != std::string::npos;
  if (!ofDir && !ofPort) GTEST_SKIP() << "the options name no {dir} and no {port} that could be a bad one";
  const auto expectRefused = [&](StatusCode code) {
    WireSink& sink = newSink();
    const std::size_t threads = threadCount();
    const auto receiver = makeReceiver();
    const Status started = receiver->start(sink);
    EXPECT_EQ(started.code(), code) << started.toString();
    EXPECT_FALSE(started.message().empty());
    EXPECT_TRUE(threadsFallTo(threads));
    EXPECT_TRUE(receiver->stop(patience()).ok());
  };
  if (ofDir) {
    const std::filesystem::path dir = place_.dir;
    std::filesystem::remove(dir);
    std::ofstream(dir) << "no directory";
    expectRefused(StatusCode::InvalidArgument);
    newPlace();
  }
  if (ofPort) {
    const int other = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    ASSERT_EQ(::bind(other, reinterpret_cast<sockaddr*>(&address), size), 0);
    ASSERT_EQ(::listen(other, 1), 0);
    ASSERT_EQ(::getsockname(other, reinterpret_cast<sockaddr*>(&address), &size), 0);
    place_.port = std::to_string(ntohs(address.sin_port));
    expectRefused(StatusCode::Unavailable);
    ::close(other);
  }
}

XRAY_TRANSPORT_SUITE(WireLifecycleTest);

}  // namespace
}  // namespace xray::test
