#pragma once

#include <xray/status.h>

#include <functional>
#include <string>
#include <string_view>

namespace journal {

/// A file of lines to which lines are added, each whole or not at all. One process at a time has it (flock). One thread
/// at a time.
class JournalFile {
 public:
  JournalFile(std::string path, bool sync) : path_(std::move(path)), sync_(sync) {}
  ~JournalFile();
  JournalFile(const JournalFile&) = delete;
  JournalFile& operator=(const JournalFile&) = delete;

  /// Makes the file where there is none, gives every whole line to `line`, and cuts off what a killed process left of
  /// one. Stops at the first line that is not taken.
  ///   InvalidArgument  the file cannot be opened, or another process has it
  xray::Status open(const std::function<xray::Status(std::string_view)>& line);

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
  int file_ = -1;
  long long size_ = 0;  // up to the end of the last whole line
};

}  // namespace journal
