#pragma once

#include <atomic>
#include <filesystem>
#include <memory>
#include <mutex>

#include "appender.h"
#include "drop_oldest.h"
#include "room.h"
#include "xray/options.h"
#include "xray/spool/payload.h"
#include "xray/transport.h"

namespace xray::filetransport {

enum class WhenFull { Block, DropNewest, DropOldest };

struct SenderSettings {
  std::filesystem::path dir;
  AppenderSettings appender;
  bool zstd = false;
  std::uint64_t maxBytes = 0;
  WhenFull whenFull = WhenFull::Block;
};

/// Writes batches into a spool, in a writer's directory of its own that it makes with the first batch. `accepted` of a
/// receipt counts what was written; whether the store takes the events shows when they are drained.
///
/// Thread-safety: as Sender. Errors of send: Overloaded, the spool or the disk is full (the caller may try again when
/// somebody has drained it); DeadlineExceeded and Unavailable, the disk is slow or fails; PermissionDenied, the
/// directory is not ours alone; TooLarge, the batch alone is over a limit; InvalidArgument, it is empty.
///
/// In a forked child every call is refused with Unavailable and the parent's files stay as they are; a new sender
/// works.
class FileSender : public Sender {
 public:
  explicit FileSender(SenderSettings settings);
  /// Seals what was written.
  ~FileSender() override;

  Result<Receipt> send(const Batch& batch, Deadline deadline) override;
  /// Also seals what was written, so that a receiver sees it at once.
  Status flush(Deadline deadline) override;
  void cancel() override;

 private:
  struct Place;  // the spool and what is in it of this sender

  Status refusal(Deadline deadline) const;
  Status openPlace();
  Status openAppender();
  Result<Receipt> write(std::uint32_t flags, std::string_view payload, std::uint64_t events, Deadline deadline);
  Status makeRoom(std::uint64_t bytes, Deadline deadline);
  Result<bool> dropOldest();
  Result<Receipt> whenFull(const Status& why);

  const SenderSettings settings_;
  const unsigned process_;  // forkGeneration() of the one that made this
  spool::Compressor compressor_;
  std::uint64_t droppedEarlier_ = 0;  // not told yet
  std::atomic<bool> cancelled_{false};
  std::mutex placeMu_;  // where cancel() and the sending thread meet
  // Changed under placeMu_, by the sending thread alone; null: not opened yet, or lost.
  std::unique_ptr<Place> place_;
};

/// Reads the options of a sender.
///   InvalidArgument  `dir` is empty
Result<std::unique_ptr<Sender>> makeSender(const Options& options);

}  // namespace xray::filetransport
