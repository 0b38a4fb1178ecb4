#include "drain_loop.h"

#include <poll.h>

#include <algorithm>

#include "log.h"

namespace xray::filetransport {
namespace {

using std::chrono::steady_clock;

constexpr std::chrono::milliseconds kFirstPause{50};
constexpr std::chrono::milliseconds kLastPause{5'000};
/// At most, however much the kernel tells of.
constexpr std::chrono::milliseconds kLookEvery{5};
/// So much waits to be deleted at most before the next checkpoint.
constexpr std::uint64_t kCheckpointBytes = std::uint64_t{32} << 20;
/// Of batches in flight, where they are great: more would only wait in the sink's queue, or be refused by it.
constexpr std::size_t kInFlightBytes = std::size_t{16} << 20;
/// Damage without end must not keep the thread from its other duties.
constexpr std::size_t kMarksInWindow = 1024;

/// What will never pass. Everything else may, one day.
bool isForGood(StatusCode code) {
  return code == StatusCode::InvalidArgument || code == StatusCode::TooLarge || code == StatusCode::Internal;
}

}  // namespace

DrainLoop::DrainLoop(std::filesystem::path dir, std::shared_ptr<const spool::Directory> spool,
                     const LoopSettings& settings, Sink& sink)
    : dir_(std::move(dir)),
      settings_(settings),
      sink_(sink),
      answers_(std::make_shared<Answers>()),
      spool_(std::move(spool)),
      quarantine_(std::make_unique<Quarantine>(*spool_)),
      pause_(kFirstPause),
      thread_([this] { run(); }) {}

DrainLoop::~DrainLoop() {
  (void)stop(steady_clock::now());
}

Status DrainLoop::stop(Deadline deadline) {
  if (!thread_.joinable()) return {};
  {
    const std::lock_guard lock(mu_);
    stopBy_ = deadline;
  }
  stopping_ = true;
  answers_->wake();
  thread_.join();
  if (!cutOff_) return {};
  return {StatusCode::DeadlineExceeded, "batches were still waiting for their answers; they will be read again"};
}

std::map<Id, spool::Checkpoint> DrainLoop::consumed() const {
  const std::lock_guard lock(mu_);
  return consumed_;
}

std::shared_ptr<const spool::Directory> DrainLoop::directory() const {
  const std::lock_guard lock(mu_);
  return spool_;
}

void DrainLoop::run() {
  watch_.watchSpool(dir_);
  while (!stopping_) {
    if (watch_.drain()) lookAt_ = std::min(lookAt_, lookedAt_ + kLookEvery);
    if (steady_clock::now() >= lookAt_) lookAround();
    bool worked = false;
    try {
      while (!stopping_ && step()) worked = true;
    } catch (const std::exception& error) {
      pauseFor(Status(StatusCode::Unavailable, error.what()));
    }
    const bool idle = window_.empty();
    if (idle || steady_clock::now() >= checkpointAt_) checkpoint();
    if (idle) removeDrained();
    if (!worked) wait(std::min(lookAt_, pauseUntil_ > steady_clock::now() ? pauseUntil_ : lookAt_));
  }
  finish();
}

/// One answer taken, one batch submitted. False: there is nothing to do now.
bool DrainLoop::step() {
  takeAnswers();
  settle();
  if (!mayFly() || steady_clock::now() < pauseUntil_) return false;
  const auto pending =
      std::find_if(window_.begin(), window_.end(), [](const Entry& entry) { return entry.state == State::Pending; });
  if (pending != window_.end()) {
    submitAgain(*pending);
    return true;
  }
  return window_.size() < settings_.inFlight + kMarksInWindow && readOne();
}

bool DrainLoop::readOne() {
  // What dead writers left is older, and there is an end to it. The living take turns, a segment each.
  for (const bool dead : {true, false}) {
    for (std::size_t i = 0; i < drains_.size(); ++i) {
      const std::size_t index = dead ? i : (turn_ + i) % drains_.size();
      if (drains_[index]->dead() == dead && readFrom(index)) return true;
    }
  }
  return false;
}

bool DrainLoop::readFrom(std::size_t index) {
  WriterDrain& drain = *drains_[index];
  // Its place first: what was read must not be lost because there is no memory for it.
  Entry& entry = window_.emplace_back(Entry{&drain, {}, State::Settled});
  auto piece = drain.next();
  if (!piece.ok()) pauseFor(piece.status());
  if (!piece.ok() || !*piece) {
    window_.pop_back();
    return false;
  }
  entry.piece = std::move(**piece);
  if (entry.piece.endsSegment) turn_ = index + 1;
  if (auto batch = std::exchange(entry.piece.batch, std::nullopt)) submit(entry, std::move(*batch));
  return true;
}

void DrainLoop::submit(Entry& entry, Batch batch) {
  entry.state = State::InFlight;
  entry.ticket = ++lastTicket_;
  entry.bytes = batch.body.size();
  ++inFlight_;
  inFlightBytes_ += entry.bytes;
  try {
    sink_.submit(std::move(batch), [answers = answers_, ticket = entry.ticket](const Result<Receipt>& receipt) {
      answers->add(ticket, receipt.status());
    });
  } catch (const std::exception& error) {
    landed(entry);
    answered(entry, Status(StatusCode::Unavailable, std::string("the sink failed: ") + error.what()));
  }
}

void DrainLoop::landed(Entry& entry) {
  entry.state = State::Pending;
  --inFlight_;
  inFlightBytes_ -= entry.bytes;
}

bool DrainLoop::mayFly() const {
  if (inFlight_ == 0) return true;
  return !probing_ && inFlight_ < settings_.inFlight && inFlightBytes_ < kInFlightBytes;
}

void DrainLoop::submitAgain(Entry& entry) {
  auto batch = entry.drain->readAgain(entry.piece);
  if (batch.ok()) return submit(entry, std::move(*batch));
  if (batch.status().code() == StatusCode::Unavailable) return pauseFor(batch.status());
  entry.drain->lost(entry.piece, batch.status().message());
  entry.state = State::Settled;
}

void DrainLoop::takeAnswers() {
  for (const auto& [ticket, status] : answers_->take()) {
    const auto entry = std::find_if(window_.begin(), window_.end(), [wanted = ticket](const Entry& candidate) {
      return candidate.state == State::InFlight && candidate.ticket == wanted;
    });
    if (entry == window_.end()) continue;
    landed(*entry);
    answered(*entry, status);
  }
}

void DrainLoop::answered(Entry& entry, const Status& status) {
  if (status.ok()) {
    entry.state = State::Settled;
    if (std::exchange(probing_, false)) logWarning("going on");
    pause_ = kFirstPause;
  } else if (isForGood(status.code())) {
    refused(entry, status);
  } else {
    pauseFor(status);
  }
}

void DrainLoop::refused(Entry& entry, const Status& why) {
  if (const Status kept = entry.drain->setAside(entry.piece, why.message()); !kept.ok()) {
    return pauseFor(kept);
  }
  entry.state = State::Settled;
  probing_ = false;
  pause_ = kFirstPause;
}

void DrainLoop::pauseFor(const Status& why) {
  if (!std::exchange(probing_, true)) logWarning("waiting: " + why.message());
  const Deadline now = steady_clock::now();
  if (now < pauseUntil_) return;
  pauseUntil_ = now + std::max<std::chrono::milliseconds>(pause_, why.retryAfter().value_or(std::chrono::seconds(0)));
  pause_ = std::min(2 * pause_, kLastPause);
}

void DrainLoop::settle() {
  while (!window_.empty() && window_.front().state == State::Settled) {
    const Entry& entry = window_.front();
    entry.drain->settle(entry.piece);
    {
      const std::lock_guard lock(mu_);
      consumed_[entry.drain->writer()] = entry.drain->consumed();
    }
    if (entry.drain->doneBytes() >= kCheckpointBytes) checkpointAt_ = {};
    window_.pop_front();
  }
}

void DrainLoop::wait(Deadline until) {
  const Deadline now = steady_clock::now();
  const auto left =
      until > now ? std::chrono::ceil<std::chrono::milliseconds>(until - now) : std::chrono::milliseconds(0);
  pollfd watched[] = {{answers_->descriptor(), POLLIN, 0}, {watch_.descriptor(), POLLIN, 0}};
  ::poll(watched, 2, static_cast<int>(left.count()));
}

void DrainLoop::finish() {
  Deadline stopBy;
  {
    const std::lock_guard lock(mu_);
    stopBy = stopBy_;
  }
  for (takeAnswers(); inFlight_ > 0 && steady_clock::now() < stopBy; takeAnswers()) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(stopBy - steady_clock::now());
    pollfd watched{answers_->descriptor(), POLLIN, 0};
    ::poll(&watched, 1, static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, 1'000)));
  }
  settle();
  checkpoint();
  cutOff_ = inFlight_ > 0;
  if (window_.empty() && steady_clock::now() < stopBy) {
    for (const auto& drain : drains_) (void)drain->look();
    removeDrained();
  }
  window_.clear();
  drains_.clear();
}

}  // namespace xray::filetransport
