#include "option_table.h"

#include <array>

namespace xray::httptransport {
namespace {

constexpr std::int64_t kMillisecond = 1'000;
constexpr std::int64_t kHour = 3'600'000 * kMillisecond;
constexpr std::int64_t kKiB = 1024;
constexpr std::int64_t kGiB = kKiB * kKiB * kKiB;

constexpr std::array<OptionSpec, 13> kOptions{{
    {"url", OptionType::Text, "http://127.0.0.1:7008",
     "Where the backend's receiver listens; /v1/events is added to its path.", kSenderPlugin},
    {"compression", OptionType::Choice, "zstd", "How batches are packed on the way.", kSenderPlugin, 0, 0,
     "none|gzip|zstd"},
    {"timeout", OptionType::Duration, "30s",
     "Longest time for one try: connecting, sending, and the backend's answer once it has committed.", kSenderPlugin,
     kMillisecond, kHour},
    {"key", OptionType::Secret, "", "Sent as a bearer token, where the backend (or a proxy before it) asks for one.",
     kSenderPlugin},
    {"retry_min", OptionType::Duration, "100ms",
     "First pause before a batch is tried again; it doubles, with jitter, unless the backend names one.", kSenderPlugin,
     kMillisecond, kHour},
    {"retry_max", OptionType::Duration, "10s", "Longest such pause; not less than retry_min.", kSenderPlugin,
     kMillisecond, kHour},
    {"listen", OptionType::Text, "127.0.0.1:7008",
     "HOST:PORT to take batches on; port 0 takes a free one. Other machines reach it only if this names an address of "
     "the network, or 0.0.0.0.",
     kReceiverPlugin},
    {"threads", OptionType::Integer, "2", "Threads that serve all connections; decompression is their main work.",
     kReceiverPlugin, 1, 256},
    {"max_body_bytes", OptionType::Bytes, "32MiB",
     "Limit of one batch, counted as it comes and again as it is decompressed; more is refused with 413.",
     kReceiverPlugin, kKiB, kGiB},
    {"max_header_bytes", OptionType::Bytes, "16KiB",
     "Limit of one request's first line and headers; more is refused with 431.", kReceiverPlugin, kKiB, kKiB* kKiB},
    {"max_connections", OptionType::Integer, "1024",
     "Connections open at once; of more, 64 at a time are answered 503 before they are closed, others just closed.",
     kReceiverPlugin, 1, 1'000'000},
    {"idle_timeout", OptionType::Duration, "60s", "A connection without a request is closed after this.",
     kReceiverPlugin, kMillisecond, 24 * kHour},
    {"request_timeout", OptionType::Duration, "30s",
     "Longest time from a request's first byte to its last; later ones are answered 408.", kReceiverPlugin,
     kMillisecond, kHour},
}};

}  // namespace

std::span<const OptionSpec> optionTable() {
  return kOptions;
}

}  // namespace xray::httptransport
