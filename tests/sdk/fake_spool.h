#pragma once
// A wire that keeps batches, in memory: both ends of a fallback, and what lies between them when no process is there.

#include <condition_variable>
#include <deque>
#include <mutex>
#include <string>
#include <vector>

#include "fake_backend.h"
#include "wires.h"
#include "xray/transport.h"

namespace xray::sdk {

/// Thread-safe. Outlives the clients.
class FakeSpool {
 public:
  enum class WhenFull { Block, DropNewest, DropOldest };

  /// Full with so many batches.
  void limit(std::size_t batches, WhenFull whenFull);
  /// send() answers this until it is Ok.
  void failAlways(Status failure);
  /// send() waits until this is taken back, or for its deadline, or for cancel().
  void hold(bool held);
  /// What receivers of this process get: nothing, as if another process had the directory in hand.
  void readElsewhere(bool elsewhere);
  /// What that other process takes out.
  void clear();

  std::unique_ptr<Sender> makeSender();
  std::unique_ptr<Receiver> makeReceiver();
  void connect(Wires& wires);

  /// Batches that were put in so far, and those that are there now.
  std::size_t taken() const;
  std::size_t left() const;
  std::vector<std::string> setAside() const;
  bool waitUntilEmpty() const;
  bool waitUntilTaken(std::size_t batches) const;
  /// Batches for which there was no room (WhenFull::Block).
  bool waitUntilRefused(std::size_t batches) const;

 private:
  friend class FakeSpoolSender;
  friend class FakeSpoolReceiver;
  struct Kept {
    std::uint64_t number;
    Batch batch;
  };
  Result<Receipt> take(const Batch& batch, Deadline deadline, bool& cancelled);
  void settle(std::uint64_t number, const Status& status);

  mutable std::mutex mu_;
  mutable std::condition_variable changed_;
  std::size_t limit_ = SIZE_MAX;
  WhenFull whenFull_ = WhenFull::Block;
  Status always_;
  bool held_ = false;
  bool elsewhere_ = false;
  std::size_t taken_ = 0;
  std::size_t refused_ = 0;
  std::deque<Kept> kept_;
  std::vector<std::string> setAside_;
};

/// A client that delivers to `backend`, falls back to `spool`, and buries in `deadLetters` if given.
Client makeClient(FakeBackend& backend, FakeSpool& spool, Settings settings, LogSink log = nullptr,
                  FakeBackend* deadLetters = nullptr);

}  // namespace xray::sdk
