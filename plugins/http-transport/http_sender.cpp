#include "http_sender.h"

#include <algorithm>
#include <optional>
#include <random>
#include <system_error>

#include "receipt_json.h"
#include "xray/text.h"

namespace xray::httptransport {
namespace {

using std::chrono::steady_clock;

StatusCode codeOf(int status) {
  switch (status) {
    case 401:
      return StatusCode::Unauthenticated;
    case 403:
      return StatusCode::PermissionDenied;
    case 413:
      return StatusCode::TooLarge;
    case 429:
      return StatusCode::Overloaded;
    case 502:
    case 503:
    case 504:
      return StatusCode::Unavailable;
    default:
      // None of these passes with time, so the batch must not hold up the next ones.
      return status >= 300 && status < 500 ? StatusCode::InvalidArgument : StatusCode::Internal;
  }
}

bool mayRetry(int status) {
  return status == 429 || status == 502 || status == 503 || status == 504;
}

}  // namespace

HttpSender::HttpSender(SenderSettings settings)
    : settings_(std::move(settings)),
      connection_(settings_.endpoint, cancel_),
      backoff_(settings_.retryMin, settings_.retryMax, settings_.seed) {}

Result<Receipt> HttpSender::send(const Batch& batch, Deadline deadline) {
  const auto packed = http::compress(settings_.compression, batch.body);
  if (!packed.ok()) {
    return packed.status();
  }
  const Upload upload{.body = *packed,
                      .contentType = batch.format == BatchFormat::Json ? "application/json" : "application/x-ndjson",
                      .encoding = settings_.compression,
                      .key = settings_.key};
  backoff_.reset();
  std::optional<Status> last;
  while (!isOver(deadline)) {
    Attempt tried = attempt(upload, std::min(deadline, steady_clock::now() + settings_.timeout));
    if (!tried.retry) {
      return std::move(tried.result);
    }
    if (isOver(deadline)) {
      if (!last && !cancel_.isSet()) {
        return std::move(tried.result);
      }
      break;  // a try that was cut short knows less than the one before it
    }
    last = tried.result.status();
    if (!pause(*last, deadline)) {
      if (!isOver(deadline)) {
        return *last;
      }
      break;
    }
  }
  if (last) {
    Status stopped(last->code(), last->message() + " (stopped while trying again)");
    return last->retryAfter() ? stopped.retryIn(*last->retryAfter()) : stopped;
  }
  if (cancel_.isSet()) {
    return Status(StatusCode::Unavailable, connection_.endpoint().toString() + ": cancelled");
  }
  return Status(StatusCode::DeadlineExceeded,
                connection_.endpoint().toString() + ": the deadline was over before the first try");
}

Status HttpSender::flush(Deadline) {
  return {};
}

HttpSender::Attempt HttpSender::attempt(const Upload& upload, Deadline deadline) {
  const auto answer = connection_.post(upload, deadline);
  if (!answer.ok()) {
    return {answer.status(), true};
  }
  if (answer->status != 200) {
    return {failure(*answer), mayRetry(answer->status)};
  }
  auto receipt = readReceipt(answer->body);
  if (!receipt.ok()) {
    return {Status(StatusCode::Internal,
                   connection_.endpoint().toString() + ": answered 200 without a receipt; is this an X-Ray receiver?"),
            false};
  }
  return {std::move(receipt), false};
}

Status HttpSender::failure(const Answer& answer) const {
  const std::string detail = problemDetail(answer.body);
  Status status(codeOf(answer.status), connection_.endpoint().toString() + ": " + std::to_string(answer.status) + " " +
                                           answer.reason + (detail.empty() ? "" : ": " + detail));
  if (answer.retryAfter) {
    status.retryIn(*answer.retryAfter);
  }
  return status;
}

bool HttpSender::isOver(Deadline deadline) const {
  return cancel_.isSet() || steady_clock::now() >= deadline;
}

/// Waits before the next try. False when there is none.
bool HttpSender::pause(const Status& failure, Deadline deadline) {
  const auto now = steady_clock::now();
  Deadline next = now + backoff_.next();
  if (const auto told = failure.retryAfter()) {
    if (*told >= deadline - now) {
      return false;
    }
    next = std::max<Deadline>(next, now + *told);  // "0" must not make a busy loop
  }
  return cancel_.wait(-1, 0, std::min(next, deadline)) == CancelSignal::Woken::Deadline && next < deadline;
}

Result<std::unique_ptr<Sender>> makeSender(const Options& options) {
  const auto endpoint = Endpoint::parse(options.text("url"));
  if (!endpoint.ok()) {
    return endpoint.status();
  }
  const std::string& key = options.text("key");
  if (std::any_of(key.begin(), key.end(), [](unsigned char c) { return c <= 0x20 || c >= 0x7f; })) {
    return Status(StatusCode::InvalidArgument, "key: only visible ASCII characters may stand in it");
  }
  if (options.duration("retry_min") > options.duration("retry_max")) {
    return Status(StatusCode::InvalidArgument, "retry_min: " + formatDuration(options.duration("retry_min")) +
                                                   " is more than retry_max, " +
                                                   formatDuration(options.duration("retry_max")));
  }
  const std::string& compression = options.text("compression");
  try {
    return std::unique_ptr<Sender>(std::make_unique<HttpSender>(SenderSettings{
        .endpoint = *endpoint,
        .compression = compression == "none" ? http::Encoding::Identity
                                             : http::parseEncoding(compression).value_or(http::Encoding::Zstd),
        .key = key,
        .timeout = options.duration("timeout"),
        .retryMin = options.duration("retry_min"),
        .retryMax = options.duration("retry_max"),
        .seed = std::random_device()()}));
  } catch (const std::system_error& error) {
    return Status(StatusCode::Unavailable, std::string("out of file descriptors: ") + error.what());
  }
}

}  // namespace xray::httptransport
