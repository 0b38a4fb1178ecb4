#include "bench/load/load.h"

#include <sys/resource.h>

#include <chrono>
#include <memory>
#include <thread>

#include "xray/event_encoder.h"
#include "xray/json.h"

namespace xray::bench {
namespace {

using SteadyClock = std::chrono::steady_clock;

double cpuSeconds() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

double since(SteadyClock::time_point begin) {
  return std::chrono::duration<double>(SteadyClock::now() - begin).count();
}

std::uint64_t countOf(std::string_view receipt, std::string_view name) {
  const auto member = findJsonMember(receipt, name);
  return member && member->type == JsonType::Number ? static_cast<std::uint64_t>(member->number()) : 0;
}

std::uint64_t lengthOf(std::string_view receipt, std::string_view name) {
  const auto member = findJsonMember(receipt, name);
  std::uint64_t length = 0;
  if (!member) return 0;
  for (JsonCursor entries(member->text); entries.next();) ++length;
  return length;
}

/// What all clients share.
struct Shared {
  const Recording& recording;
  const LoadOptions& options;
  SteadyClock::time_point begin = SteadyClock::now();
  std::atomic<std::uint64_t> next = 0;  // run, from options.first

  bool timeIsOver() const { return options.seconds > 0 && since(begin) >= options.seconds; }
};

class Client {
 public:
  Client(Shared& shared, unsigned number) : shared_(shared), http_(shared.options.place), number_(number) {}

  void run() {
    while (!shared_.timeIsOver() && takeBatch()) deliver();
  }
  const LoadReport& report() const { return report_; }

 private:
  bool takeBatch() {
    const LoadOptions& options = shared_.options;
    first_ = shared_.next.fetch_add(options.batchRuns);
    if (first_ >= options.runs) return false;
    runs_ = std::min(options.batchRuns, options.runs - first_);
    first_ += options.first;
    body_.clear();
    steps_ = 0;
    for (std::uint64_t i = 0; i < runs_; ++i) {
      shared_.recording.make(first_ + i, run_);
      encodeRun(body_, run_);
      steps_ += run_.steps.size();
    }
    return true;
  }

  /// Until it is acknowledged, or the time is over.
  void deliver() {
    do {
      waitForTurn();
      const auto begin = SteadyClock::now();
      const Result<HttpClient::Answer> answer = http_.post(body_);
      ++report_.attempts;
      if (!answer.ok()) {
        ++report_.broken;
        continue;
      }
      ++report_.statuses[answer->status];
      if (answer->status == 200) return acknowledge(*answer, since(begin));
      if (answer->status != 429 && answer->status != 503) return;
      if (!answer->retryAfter) ++report_.withoutRetryAfter;
      std::this_thread::sleep_for(std::chrono::seconds(answer->retryAfter.value_or(1)));
    } while (!shared_.timeIsOver());
  }

  /// With a rate: clients take turns, each attempt at its place in time.
  void waitForTurn() {
    const LoadOptions& options = shared_.options;
    if (options.batchesPerSecond <= 0) return;
    const double turn = static_cast<double>(turn_++ * options.clients + number_) / options.batchesPerSecond;
    std::this_thread::sleep_until(
        shared_.begin + std::chrono::duration_cast<SteadyClock::duration>(std::chrono::duration<double>(turn)));
  }

  void acknowledge(const HttpClient::Answer& answer, double seconds) {
    report_.runs += runs_;
    report_.steps += steps_;
    report_.bytes += body_.size();
    report_.accepted += countOf(answer.body, "accepted");
    report_.duplicates += countOf(answer.body, "duplicates");
    report_.rejected += lengthOf(answer.body, "rejected");
    report_.latencies.push_back(static_cast<float>(seconds * 1e3));
    if (shared_.options.keepAcknowledged) report_.acknowledged.push_back(first_);
  }

  Shared& shared_;
  HttpClient http_;
  const unsigned number_;
  std::uint64_t turn_ = 0;
  LoadReport report_;
  // The batch that is on its way.
  std::uint64_t first_ = 0, runs_ = 0, steps_ = 0;
  std::string body_;
  RecordedRun run_;
};

std::string schemaBatch() {
  std::string body;
  encodeEvent(body, standardSchema());
  return body;
}

}  // namespace

void LoadReport::add(const LoadReport& other) {
  attempts += other.attempts;
  broken += other.broken;
  for (const auto& [status, count] : other.statuses) statuses[status] += count;
  withoutRetryAfter += other.withoutRetryAfter;
  runs += other.runs;
  steps += other.steps;
  bytes += other.bytes;
  accepted += other.accepted;
  duplicates += other.duplicates;
  rejected += other.rejected;
  latencies.insert(latencies.end(), other.latencies.begin(), other.latencies.end());
  acknowledged.insert(acknowledged.end(), other.acknowledged.begin(), other.acknowledged.end());
}

LoadReport runLoad(const Recording& recording, const LoadOptions& options) {
  LoadReport report;
  const double cpu = cpuSeconds();
  Shared shared{recording, options};
  std::vector<std::unique_ptr<Client>> clients;
  for (unsigned i = 0; i < options.clients; ++i) clients.push_back(std::make_unique<Client>(shared, i));
  std::vector<std::thread> threads;
  for (const auto& client : clients) threads.emplace_back([&client] { client->run(); });
  for (std::thread& thread : threads) thread.join();
  report.seconds = since(shared.begin);
  report.cpuSeconds = cpuSeconds() - cpu;
  for (const auto& client : clients) report.add(client->report());
  return report;
}

Status registerSchema(const Place& place) {
  HttpClient client(place);
  const auto answer = client.post(schemaBatch());
  if (!answer.ok()) return answer.status();
  if (answer->status == 200 && lengthOf(answer->body, "rejected") == 0) return {};
  return {StatusCode::InvalidArgument,
          "the schema was answered " + std::to_string(answer->status) + ": " + std::string(answer->body)};
}

Status openIdle(const Place& place, std::size_t count, std::vector<std::unique_ptr<HttpClient>>& clients) {
  const std::string body = schemaBatch();  // known by then: a duplicate, which costs the store nothing
  while (clients.size() < count) {
    const auto answer = clients.emplace_back(std::make_unique<HttpClient>(place))->post(body);
    if (!answer.ok()) return answer.status();
    if (answer->status != 200)
      return {StatusCode::Unavailable, "an idle client was answered " + std::to_string(answer->status)};
  }
  return {};
}

}  // namespace xray::bench
