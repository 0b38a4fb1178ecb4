#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "backoff.h"
#include "cancel_signal.h"
#include "connection.h"
#include "xray/options.h"
#include "xray/transport.h"

namespace xray::httptransport {

struct SenderSettings {
  Endpoint endpoint;
  http::Encoding compression = http::Encoding::Zstd;
  std::string key;
  std::chrono::microseconds timeout{30'000'000};  // of one try
  std::chrono::microseconds retryMin{100'000};
  std::chrono::microseconds retryMax{10'000'000};
  std::uint64_t seed = 0;  // of the jitter
};

/// Sends batches by POST /v1/events. Retries what 429, 502, 503, 504 and broken connections keep from arriving, after
/// Retry-After and a backoff, until the deadline; when Retry-After leads beyond the deadline it returns at once.
/// Failures carry retryAfter() where the backend named one. When cancel() or the deadline ends the retries, the failure
/// is that of the last try that came to its own end, and says that it was stopped.
///
/// Thread-safety, errors: as Sender.
class HttpSender : public Sender {
 public:
  explicit HttpSender(SenderSettings settings);

  Result<Receipt> send(const Batch& batch, Deadline deadline) override;
  Status flush(Deadline deadline) override;
  void cancel() override { cancel_.set(); }

 private:
  struct Attempt {
    Result<Receipt> result;
    bool retry = false;
  };
  Attempt attempt(const Upload& upload, Deadline deadline);
  Status failure(const Answer& answer) const;
  bool isOver(Deadline deadline) const;
  bool pause(const Status& failure, Deadline deadline);

  const SenderSettings settings_;
  CancelSignal cancel_;
  Connection connection_;
  Backoff backoff_;
};

/// Reads the options of a sender.
///   InvalidArgument  `url` is not one, `key` cannot stand in a header, or retry_min is over retry_max
Result<std::unique_ptr<Sender>> makeSender(const Options& options);

}  // namespace xray::httptransport
