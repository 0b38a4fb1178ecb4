#include "fake_spool.h"

#include <algorithm>
#include <thread>

namespace xray::sdk {

class FakeSpoolSender : public Sender {
 public:
  explicit FakeSpoolSender(FakeSpool& spool) : spool_(spool) {}

  Result<Receipt> send(const Batch& batch, Deadline deadline) override {
    return spool_.take(batch, deadline, cancelled_);
  }
  Status flush(Deadline) override { return Status(); }
  void cancel() override {
    std::lock_guard lock(spool_.mu_);
    cancelled_ = true;
    spool_.changed_.notify_all();
  }

 private:
  FakeSpool& spool_;
  bool cancelled_ = false;  // guarded by spool_.mu_
};

class FakeSpoolReceiver : public Receiver {
 public:
  explicit FakeSpoolReceiver(FakeSpool& spool) : spool_(spool) {}
  ~FakeSpoolReceiver() override { EXPECT_FALSE(thread_.joinable()) << "not stopped"; }

  Status start(Sink& sink) override {
    thread_ = std::thread([this, &sink] { run(sink); });
    return Status();
  }
  Status stop(Deadline) override {
    {
      std::lock_guard lock(spool_.mu_);
      stopped_ = true;
      spool_.changed_.notify_all();
    }
    thread_.join();
    return Status();
  }
  std::string endpoint() const override { return "memory"; }
  Result<Backlog> backlog() const override {
    std::lock_guard lock(spool_.mu_);
    Backlog backlog;
    for (const auto& kept : spool_.kept_) backlog.bytes += kept.batch.body.size();
    backlog.setAside = spool_.setAside_.size();
    return backlog;
  }

 private:
  void run(Sink& sink) {
    std::unique_lock lock(spool_.mu_);
    for (;;) {
      spool_.changed_.wait(lock, [&] { return stopped_ || (!spool_.kept_.empty() && !spool_.elsewhere_); });
      if (stopped_) return;
      const FakeSpool::Kept next = spool_.kept_.front();
      lock.unlock();
      std::optional<Status> answer;
      sink.submit(next.batch, [&](const Result<Receipt>& receipt) { answer = receipt.status(); });
      ASSERT_TRUE(answer) << "the sink of the SDK answers before it comes back";
      spool_.settle(next.number, *answer);
      lock.lock();
      if (answer->retryable()) spool_.changed_.wait_for(lock, std::chrono::milliseconds(1), [&] { return stopped_; });
    }
  }

  FakeSpool& spool_;
  std::thread thread_;
  bool stopped_ = false;  // guarded by spool_.mu_
};

void FakeSpool::limit(std::size_t batches, WhenFull whenFull) {
  std::lock_guard lock(mu_);
  limit_ = batches;
  whenFull_ = whenFull;
}

void FakeSpool::failAlways(Status failure) {
  std::lock_guard lock(mu_);
  always_ = std::move(failure);
}

void FakeSpool::hold(bool held) {
  std::lock_guard lock(mu_);
  held_ = held;
  changed_.notify_all();
}

void FakeSpool::readElsewhere(bool elsewhere) {
  std::lock_guard lock(mu_);
  elsewhere_ = elsewhere;
  changed_.notify_all();
}

void FakeSpool::clear() {
  std::lock_guard lock(mu_);
  kept_.clear();
  changed_.notify_all();
}

std::unique_ptr<Sender> FakeSpool::makeSender() {
  return std::make_unique<FakeSpoolSender>(*this);
}

std::unique_ptr<Receiver> FakeSpool::makeReceiver() {
  return std::make_unique<FakeSpoolReceiver>(*this);
}

void FakeSpool::connect(Wires& wires) {
  wires.spool = [this]() -> Result<std::unique_ptr<Sender>> { return makeSender(); };
  wires.drain = [this]() -> Result<std::unique_ptr<Receiver>> { return makeReceiver(); };
}

std::size_t FakeSpool::taken() const {
  std::lock_guard lock(mu_);
  return taken_;
}

std::size_t FakeSpool::left() const {
  std::lock_guard lock(mu_);
  return kept_.size();
}

std::vector<std::string> FakeSpool::setAside() const {
  std::lock_guard lock(mu_);
  return setAside_;
}

bool FakeSpool::waitUntilEmpty() const {
  std::unique_lock lock(mu_);
  return changed_.wait_for(lock, std::chrono::seconds(30), [&] { return kept_.empty(); });
}

bool FakeSpool::waitUntilTaken(std::size_t batches) const {
  std::unique_lock lock(mu_);
  return changed_.wait_for(lock, std::chrono::seconds(30), [&] { return taken_ >= batches; });
}

bool FakeSpool::waitUntilRefused(std::size_t batches) const {
  std::unique_lock lock(mu_);
  return changed_.wait_for(lock, std::chrono::seconds(30), [&] { return refused_ >= batches; });
}

Result<Receipt> FakeSpool::take(const Batch& batch, Deadline deadline, bool& cancelled) {
  std::unique_lock lock(mu_);
  if (!changed_.wait_until(lock, deadline, [&] { return !held_ || cancelled; })) {
    return Status(StatusCode::DeadlineExceeded, "the spool is held");
  }
  if (cancelled) return Status(StatusCode::Unavailable, "the spool was cancelled");
  if (!always_.ok()) return always_;
  const auto events = static_cast<std::uint64_t>(std::count(batch.body.begin(), batch.body.end(), '\n'));
  Receipt receipt;
  if (kept_.size() >= limit_) {
    if (whenFull_ == WhenFull::Block) {
      ++refused_;
      changed_.notify_all();
      return Status(StatusCode::Overloaded, "the spool is full");
    }
    receipt.dropped = whenFull_ == WhenFull::DropNewest;
    if (receipt.dropped) return receipt;
    const std::string& oldest = kept_.front().batch.body;
    receipt.droppedEarlier = static_cast<std::uint64_t>(std::count(oldest.begin(), oldest.end(), '\n'));
    kept_.pop_front();
  }
  receipt.accepted = events;
  kept_.push_back({++taken_, batch});
  changed_.notify_all();
  return receipt;
}

void FakeSpool::settle(std::uint64_t number, const Status& status) {
  std::lock_guard lock(mu_);
  if (status.retryable() || kept_.empty() || kept_.front().number != number) return;
  if (!status.ok()) setAside_.push_back(kept_.front().batch.body);
  kept_.pop_front();
  changed_.notify_all();
}

Client makeClient(FakeBackend& backend, FakeSpool& spool, Settings settings, LogSink log, FakeBackend* deadLetters) {
  RecorderParts parts;
  parts.settings = std::move(settings);
  parts.wires.backend = [&backend]() -> Result<std::unique_ptr<Sender>> { return backend.makeSender(); };
  spool.connect(parts.wires);
  if (deadLetters) {
    parts.wires.deadLetters = [deadLetters]() -> Result<std::unique_ptr<Sender>> { return deadLetters->makeSender(); };
  }
  parts.log = std::move(log);
  return Client(std::make_shared<Recorder>(std::move(parts), backend.makeSender()));
}

}  // namespace xray::sdk
