#pragma once

#include <gtest/gtest.h>

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "conformance/subject.h"
#include "support/temp_folder.h"
#include "xray/transport.h"

namespace xray::test {

/// How long a case waits for what must come.
inline constexpr std::chrono::seconds kPatience{60};
Deadline patience();

/// A backend that keeps what it is given and answers as it is told. Thread-safe.
class WireSink : public Sink {
 public:
  /// What to answer to a batch; nothing: later, by release().
  using Answer = std::function<std::optional<Result<Receipt>>(const Batch& batch)>;

  /// Accepts every line at first.
  WireSink();
  /// Gives what is still owed, so that nobody waits for it.
  ~WireSink() override;

  void submit(Batch batch, Done done) override;

  void answerWith(Answer answer);
  /// Answers everything that is owed with what is accepted.
  void release();
  std::size_t owed() const;

  /// Bodies in the order in which they were accepted, repetitions included.
  std::vector<std::string> accepted() const;
  /// Every body that was submitted, in that order.
  std::vector<std::string> submitted() const;

  /// Waits until that many were accepted, submitted or owed; false when they do not come.
  bool waitForAccepted(std::size_t count);
  bool waitForSubmitted(std::size_t count);
  bool waitForOwed(std::size_t count);

 private:
  struct Owed {
    std::string body;
    Done done;
  };

  mutable std::mutex mu_;
  std::condition_variable changed_;
  Answer answer_;  // guarded by mu_, as are all below
  std::vector<std::string> accepted_;
  std::vector<std::string> submitted_;
  std::vector<Owed> owed_;
};

/// A receipt that accepts every line.
Receipt acceptAll(const std::string& body);
/// The status that a backend answers when it is away or full, to be tried again at once.
Status tryAgain(StatusCode code);

/// Both ends of one plugin's wire at a place of their own. Senders and receivers made here go with the test.
class TransportTest : public ::testing::TestWithParam<Subject> {
 protected:
  ~TransportTest() override;
  void SetUp() override;

  /// A new place: the next receiver and senders have nothing in common with those before.
  void newPlace();

  /// A backend that outlives every receiver of the test.
  WireSink& newSink();

  /// A receiver at the place, not started.
  std::unique_ptr<Receiver> makeReceiver() const;
  /// A started one; senders made from here on send to it. Stopped by stopReceiver() or with the test.
  Receiver& startReceiver(Sink& sink);
  /// Ok or DeadlineExceeded.
  Status stopReceiver(std::chrono::milliseconds within = kPatience);

  std::unique_ptr<Sender> newSender() const;

  /// The receiver's wire keeps batches: send() is Ok before the sink has seen them.
  bool keepsBatches() const { return keepsBatches_; }

  /// Sends a batch that must be taken, and flushes so that a receiver sees it.
  Receipt mustSend(Sender& sender, const std::string& body);

  Placeholders place_;

 private:
  TempFolder root_;
  int places_ = 0;
  std::vector<std::unique_ptr<WireSink>> sinks_;
  std::unique_ptr<Receiver> receiver_;
  bool keepsBatches_ = false;
};

/// `lines` lines of about `bytes` together that name `label`, each ended by \n.
std::string batchOf(const std::string& label, std::size_t lines = 1, std::size_t bytes = 0);

/// Instantiates the suite for every transport.
#define XRAY_TRANSPORT_SUITE(suite)                                                                    \
  GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(suite);                                                \
  INSTANTIATE_TEST_SUITE_P(Transport, suite, ::testing::ValuesIn(::xray::test::subjects().transports), \
                           [](const auto& info) { return ::xray::test::caseName(info.param); })

}  // namespace xray::test
