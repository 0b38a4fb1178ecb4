#pragma once

#include <xray/status.h>

#include <functional>
#include <string>
#include <string_view>

namespace journal {

/// A file of lines to which lines are added, each whole or not at all. One process at a time writes it (flock), any
/// number read it meanwhile. One thread at a time.
class JournalFile {
 public:
  enum class Use { Write, Read };
  using TakeLine = std::function<xray::Status(std::string_view)>;

  JournalFile(std::string path, bool sync, Use use) : path_(std::move(path)), sync_(sync), use_(use) {}
  ~JournalFile();
  JournalFile(const JournalFile&) = delete;
  JournalFile& operator=(const JournalFile&) = delete;

  /// Gives every whole line to `line`. For writing: makes the file where there is none, and cuts off what a killed
  /// process left of a line. Stops at the first line that is not taken.
  ///   InvalidArgument  the file cannot be opened, or another process writes it
  xray::Status open(const TakeLine& line);

  /// Gives the whole lines that were added since to `line`, until one is not taken.
  xray::Status readOn(const TakeLine& line);

  /// Adds a line without "\n" in it; Ok means that it is on the disk (with sync).
  ///   Unavailable  nothing was added
  xray::Status add(std::string line);

  void close();

 private:
  xray::Status failure(const char* what) const;
  /// Takes back what was written after the last whole line.
  void cut();

  const std::string path_;
  const bool sync_;
  const Use use_;
  int file_ = -1;
  long long size_ = 0;  // up to the end of the last whole line that was read or written
};

}  // namespace journal
