#include "conformance/transport_test.h"

#include <algorithm>
#include <stdexcept>

namespace xray::test {

Deadline patience() {
  return std::chrono::steady_clock::now() + kPatience;
}

Receipt acceptAll(const std::string& body) {
  Receipt receipt;
  receipt.accepted = static_cast<std::uint64_t>(std::count(body.begin(), body.end(), '\n'));
  return receipt;
}

Status tryAgain(StatusCode code) {
  Status status(code, "not now");
  status.retryIn(std::chrono::seconds(0));
  return status;
}

std::string batchOf(const std::string& label, std::size_t lines, std::size_t bytes) {
  std::string body;
  for (std::size_t line = 0; line < lines; ++line) {
    body += R"({"event":")" + label + R"(","n":)" + std::to_string(line) + R"(,"pad":")";
    const std::size_t wanted = bytes * (line + 1) / lines;
    if (body.size() + 3 < wanted) body.append(wanted - body.size() - 3, 'x');
    body += "\"}\n";
  }
  return body;
}

WireSink::WireSink() : answer_([](const Batch& batch) { return Result<Receipt>(acceptAll(batch.body)); }) {}

WireSink::~WireSink() {
  release();
}

void WireSink::submit(Batch batch, Done done) {
  std::unique_lock lock(mu_);
  submitted_.push_back(batch.body);
  const std::optional<Result<Receipt>> answer = answer_(batch);
  if (!answer) {
    owed_.push_back({std::move(batch.body), std::move(done)});
  } else if (answer->ok()) {
    accepted_.push_back(std::move(batch.body));
  }
  changed_.notify_all();
  lock.unlock();
  if (answer) done(*answer);
}

void WireSink::answerWith(Answer answer) {
  const std::lock_guard lock(mu_);
  answer_ = std::move(answer);
}

void WireSink::release() {
  std::vector<Owed> owed;
  {
    const std::lock_guard lock(mu_);
    owed.swap(owed_);
    for (const Owed& one : owed) accepted_.push_back(one.body);
    changed_.notify_all();
  }
  for (Owed& one : owed) one.done(acceptAll(one.body));
}

std::size_t WireSink::owed() const {
  const std::lock_guard lock(mu_);
  return owed_.size();
}

std::vector<std::string> WireSink::accepted() const {
  const std::lock_guard lock(mu_);
  return accepted_;
}

std::vector<std::string> WireSink::submitted() const {
  const std::lock_guard lock(mu_);
  return submitted_;
}

bool WireSink::waitForAccepted(std::size_t count) {
  std::unique_lock lock(mu_);
  return changed_.wait_for(lock, kPatience, [&] { return accepted_.size() >= count; });
}

bool WireSink::waitForSubmitted(std::size_t count) {
  std::unique_lock lock(mu_);
  return changed_.wait_for(lock, kPatience, [&] { return submitted_.size() >= count; });
}

bool WireSink::waitForOwed(std::size_t count) {
  std::unique_lock lock(mu_);
  return changed_.wait_for(lock, kPatience, [&] { return owed_.size() >= count; });
}

void TransportTest::SetUp() {
  if (!GetParam().skip.empty()) GTEST_SKIP() << GetParam().skip;
  newPlace();
  // Asked once, of a receiver that nobody sends to.
  WireSink sink;
  keepsBatches_ = startReceiver(sink).backlog().status().code() != StatusCode::NotSupported;
  ASSERT_TRUE(stopReceiver().ok());
  newPlace();
}

TransportTest::~TransportTest() {
  // Whatever the test made of them, nothing is to be waited for now.
  for (const auto& sink : sinks_) {
    sink->answerWith([](const Batch& batch) { return Result<Receipt>(acceptAll(batch.body)); });
    sink->release();
  }
  EXPECT_TRUE(!receiver_ || stopReceiver().ok());
}

WireSink& TransportTest::newSink() {
  return *sinks_.emplace_back(std::make_unique<WireSink>());
}

void TransportTest::newPlace() {
  const std::filesystem::path dir = root_.path() / std::to_string(places_++);
  std::filesystem::create_directory(dir);
  std::filesystem::permissions(dir, std::filesystem::perms::owner_all);
  place_ = Placeholders::in(dir);
}

std::unique_ptr<Receiver> TransportTest::makeReceiver() const {
  const auto options = readOptions(GetParam(), kReceiverPlugin, place_);
  if (!options) throw std::runtime_error(options.status().message());
  auto receiver = loader().makeReceiver(GetParam().plugin, *options, {&systemClock()});
  if (!receiver) throw std::runtime_error(receiver.status().toString());
  return std::move(*receiver);
}

Receiver& TransportTest::startReceiver(Sink& sink) {
  receiver_ = makeReceiver();
  const Status started = receiver_->start(sink);
  if (!started.ok()) throw std::runtime_error(started.toString());
  place_.endpoint = receiver_->endpoint();
  return *receiver_;
}

Status TransportTest::stopReceiver(std::chrono::milliseconds within) {
  const Status stopped = receiver_->stop(std::chrono::steady_clock::now() + within);
  receiver_.reset();
  return stopped;
}

std::unique_ptr<Sender> TransportTest::newSender() const {
  const auto options = readOptions(GetParam(), kSenderPlugin, place_);
  if (!options) throw std::runtime_error(options.status().message());
  auto sender = loader().makeSender(GetParam().plugin, *options, {&systemClock()});
  if (!sender) throw std::runtime_error(sender.status().toString());
  return std::move(*sender);
}

Receipt TransportTest::mustSend(Sender& sender, const std::string& body) {
  auto receipt = sender.send({body, BatchFormat::NdJson}, patience());
  if (!receipt) throw std::runtime_error(receipt.status().toString());
  if (const Status flushed = sender.flush(patience()); !flushed.ok()) throw std::runtime_error(flushed.toString());
  return std::move(*receipt);
}

}  // namespace xray::test
