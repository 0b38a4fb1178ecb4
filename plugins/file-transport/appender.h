#pragma once

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <string_view>
#include <thread>

#include "writer_directory.h"
#include "xray/spool/segment_writer.h"
#include "xray/time.h"

namespace xray::filetransport {

enum class Durability { Always, Interval, Never };

struct AppenderSettings {
  Durability durability = Durability::Interval;
  Microseconds interval{};
  std::uint64_t segmentBytes = 0;
  Microseconds sealAfter{};
};

/// Writes frames into the segments of one writer. A thread of its own makes them durable and seals them: by size, by
/// age, at seal(), and all when this goes.
///
/// At most kMaxSealing segments wait to be sealed; append() then waits with them. One thread at a time, but for
/// cancel().
class Appender {
 public:
  static constexpr std::size_t kMaxSealing = 4;

  /// Throws std::system_error when no thread is to be had.
  Appender(std::unique_ptr<WriterDirectory> directory, const AppenderSettings& settings);
  ~Appender();
  Appender(const Appender&) = delete;
  Appender& operator=(const Appender&) = delete;

  /// Ok: written, and durable as configured. The bytes by which the segments grew.
  ///   Overloaded        no room on the disk; nothing of it is left
  ///   DeadlineExceeded  the disk is too slow; nothing was written
  ///   Unavailable       it cannot be written, or what was written earlier cannot be made durable (told once)
  Result<std::uint64_t> append(std::uint32_t flags, std::string_view payload, Deadline deadline);

  /// Seals what was appended, which makes it durable.
  ///   DeadlineExceeded  not yet; it goes on
  ///   Unavailable       it cannot be made durable
  Status seal(Deadline deadline);

  void cancel();

  /// False when the directory was removed by somebody.
  bool stillThere() const { return directory_->directory().stillThere(); }
  /// In a forked child: forgets everything that is the parent's. Nothing else may be called after it.
  static void abandon(std::unique_ptr<Appender> appender);

 private:
  using Segment = std::shared_ptr<spool::SegmentWriter>;

  Status waitForRoom(std::unique_lock<std::mutex>& lock, Deadline deadline);
  Status openSegment();
  void closeSegment();
  Status makeDurable(const Segment& segment);
  void run();
  Deadline nextTurn() const;
  void sealFront(std::unique_lock<std::mutex>& lock);
  void syncOpen(std::unique_lock<std::mutex>& lock);

  const std::unique_ptr<WriterDirectory> directory_;
  const AppenderSettings settings_;

  std::mutex mu_;
  std::condition_variable work_;  // the thread waits
  std::condition_variable done_;  // callers wait
  // Guarded by mu_.
  Segment open_;
  Deadline openedAt_{};
  Deadline unsyncedSince_{};  // of open_; Deadline::max(): nothing is unsynced
  std::deque<Segment> sealing_;
  std::uint64_t nextNumber_ = 0;
  Status failure_;  // of the thread, not told yet
  Deadline pauseUntil_{};
  bool cancelled_ = false;
  bool stopping_ = false;

  std::thread thread_;  // joined by the destructor
};

}  // namespace xray::filetransport
