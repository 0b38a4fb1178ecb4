#pragma once

#include <filesystem>

#include "xray/spool/file.h"

namespace xray::filetransport {

/// Wakes a thread when something comes to a spool: a writer, a sealed segment, the end of a writer. By inotify, as far
/// as the kernel gives it; who waits must look by himself now and then all the same.
///
/// One thread at a time.
class SpoolWatch {
 public:
  SpoolWatch();

  /// The spool itself: new writers. A path that was watched before is watched once.
  void watchSpool(const std::filesystem::path& path);
  /// A writer's directory: segments that are sealed, and locks that are let go.
  void watchWriter(const std::filesystem::path& path);

  /// Readable when something came; -1 without inotify.
  int descriptor() const { return events_.descriptor(); }
  /// Forgets what came. True when it was anything.
  bool drain();

 private:
  void watch(const std::filesystem::path& path, unsigned events);

  spool::File events_;
};

}  // namespace xray::filetransport
