#include "fake_backend.h"

namespace xray::sdk {

class FakeSender : public Sender {
 public:
  explicit FakeSender(FakeBackend& backend) : backend_(backend) {}

  Result<Receipt> send(const Batch& batch, Deadline deadline) override {
    return backend_.take(batch, deadline, cancelled_);
  }
  Status flush(Deadline) override { return Status(); }
  void cancel() override {
    std::lock_guard lock(backend_.mu_);
    cancelled_ = true;
    backend_.changed_.notify_all();
  }

 private:
  FakeBackend& backend_;
  bool cancelled_ = false;  // guarded by backend_.mu_
};

void FakeBackend::failNext(std::vector<Status> failures) {
  std::lock_guard lock(mu_);
  failures_.assign(failures.begin(), failures.end());
}

void FakeBackend::failAlways(Status failure) {
  std::lock_guard lock(mu_);
  always_ = std::move(failure);
}

void FakeBackend::limitBytes(std::size_t bytes) {
  std::lock_guard lock(mu_);
  limit_ = bytes;
}

void FakeBackend::rejectWhere(std::function<bool(const Event&)> refuse) {
  std::lock_guard lock(mu_);
  refuse_ = std::move(refuse);
}

void FakeBackend::hold(bool held) {
  std::lock_guard lock(mu_);
  held_ = held;
  changed_.notify_all();
}

std::unique_ptr<Sender> FakeBackend::makeSender() {
  return std::make_unique<FakeSender>(*this);
}

std::vector<std::string> FakeBackend::bodies() const {
  std::lock_guard lock(mu_);
  return bodies_;
}

int FakeBackend::waitForCalls(int calls) const {
  std::unique_lock lock(mu_);
  changed_.wait_for(lock, std::chrono::seconds(30), [&] { return calls_ >= calls; });
  return calls_;
}

bool FakeBackend::waitForEvents(std::size_t events) const {
  std::unique_lock lock(mu_);
  return changed_.wait_for(lock, std::chrono::seconds(30), [&] { return events_.size() >= events; });
}

std::vector<Event> FakeBackend::events() const {
  std::lock_guard lock(mu_);
  return events_;
}

Result<Receipt> FakeBackend::take(const Batch& batch, Deadline deadline, bool& cancelled) {
  std::unique_lock lock(mu_);
  ++calls_;
  changed_.notify_all();
  if (!changed_.wait_until(lock, deadline, [&] { return !held_ || cancelled; })) {
    return Status(StatusCode::DeadlineExceeded, "held");
  }
  if (cancelled) return Status(StatusCode::Unavailable, "cancelled");
  if (!failures_.empty()) {
    const Status failure = failures_.front();
    failures_.pop_front();
    return failure;
  }
  if (!always_.ok()) return always_;
  if (batch.body.size() > limit_) return Status(StatusCode::TooLarge, "over the limit");

  auto decoded = decodeBatch(batch, EventLimits());
  if (!decoded.ok()) return decoded.status();
  Receipt receipt;
  receipt.rejected = decoded->rejected;
  for (const Event& event : decoded->events) {
    if (refuse_ && refuse_(event)) {
      receipt.rejected.push_back({event.line, RejectCode::StoreRefused, "refused by the test"});
    } else {
      events_.push_back(event);
      ++receipt.accepted;
    }
  }
  bodies_.push_back(batch.body);
  batches_.push_back(std::move(*decoded));
  changed_.notify_all();
  return receipt;
}

Settings quickSettings() {
  Settings settings;
  settings.maxDelay = std::chrono::milliseconds(1);
  settings.retryFirst = std::chrono::milliseconds(1);
  settings.retryMost = std::chrono::milliseconds(5);
  settings.closeTimeout = std::chrono::seconds(20);
  return settings;
}

Client makeClient(FakeBackend& backend, Settings settings, LogSink log, const Clock& clock) {
  RecorderParts parts;
  parts.settings = std::move(settings);
  parts.wires.backend = [&backend]() -> Result<std::unique_ptr<Sender>> { return backend.makeSender(); };
  parts.clock = &clock;
  parts.log = std::move(log);
  return Client(std::make_shared<Recorder>(std::move(parts), backend.makeSender()));
}

}  // namespace xray::sdk
