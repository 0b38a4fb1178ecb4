#include "option_table.h"

#include <array>

namespace xray::filetransport {
namespace {

constexpr std::int64_t kMillisecond = 1'000;
constexpr std::int64_t kHour = 3'600'000 * kMillisecond;
constexpr std::int64_t kKiB = 1024;
constexpr std::int64_t kGiB = kKiB * kKiB * kKiB;
constexpr std::int64_t kTiB = kKiB * kGiB;

constexpr std::array<OptionSpec, 12> kOptions{{
    {"dir", OptionType::Text, nullptr,
     "The spool's directory, made (mode 0700) where none is. Must belong to the user that runs this, be writable for "
     "nobody else, and be no symbolic link."},
    {"durability", OptionType::Choice, "interval",
     "When a batch is on the disk: always before it is acknowledged, at an interval, or never before its segment is "
     "sealed. All three survive a killed process; a power cut may take what was acknowledged since the last time.",
     kSenderPlugin, 0, 0, "always|interval|never"},
    {"interval", OptionType::Duration, "200ms", "Longest time until a batch is on the disk with durability: interval.",
     kSenderPlugin, kMillisecond, kHour},
    {"compression", OptionType::Choice, "none",
     "How batches are packed: zstd takes a fraction of the room and some processor time.", kSenderPlugin, 0, 0,
     "none|zstd"},
    {"segment_bytes", OptionType::Bytes, "64MiB",
     "A segment is sealed, and can be read, before it gets greater. Never more than a quarter of max_bytes.",
     kSenderPlugin, 4 * kKiB, kGiB},
    {"seal_after", OptionType::Duration, "1s",
     "A segment is sealed, and can be read, this long after its first batch at the latest.", kSenderPlugin,
     kMillisecond, kHour},
    {"max_bytes", OptionType::Bytes, "1GiB",
     "Limit of all segments in the spool, those of other senders included (seen with a delay). What lies in bad/ and "
     "archive/ does not count.",
     kSenderPlugin, 16 * kKiB, 1024 * kTiB},
    {"when_full", OptionType::Choice, "block",
     "What a full spool, or a full disk, does: block refuses batches until there is room (the SDK keeps them and tries "
     "again), drop_newest drops the new batch, drop_oldest drops the oldest segments that nobody reads. Drops are "
     "counted and told.",
     kSenderPlugin, 0, 0, "block|drop_newest|drop_oldest"},
    {"after", OptionType::Choice, "delete",
     "What becomes of a segment whose batches are all stored: deleted, or moved to archive/ in the spool, which "
     "somebody else has to empty.",
     kReceiverPlugin, 0, 0, "delete|archive"},
    {"poll_interval", OptionType::Duration, "200ms",
     "Longest time until a new segment is seen where the kernel does not tell of it (network file systems).",
     kReceiverPlugin, kMillisecond, 200 * kMillisecond},
    {"in_flight", OptionType::Integer, "16",
     "Batches that may wait for the store at once, so that it can commit several together. 1 keeps them in order "
     "whatever is refused.",
     kReceiverPlugin, 1, 1024},
    {"max_batch_bytes", OptionType::Bytes, "32MiB",
     "A batch that is greater, unpacked, is put under bad/ in the spool and not given to the store.", kReceiverPlugin,
     kKiB, kGiB},
}};

}  // namespace

std::span<const OptionSpec> optionTable() {
  return kOptions;
}

}  // namespace xray::filetransport
