#pragma once

#include "xray/spool/file.h"

namespace xray::spool {

/// A lock (flock) on a file, which the kernel drops with the process however it dies. A forked child does not keep its
/// parent's locks: there, the file is closed at once, and the object is good for nothing but to be destroyed.
///
/// One thread at a time.
class FileLock {
 public:
  explicit FileLock(File file);
  ~FileLock();
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;

  enum class Kind { Shared, Exclusive };
  /// True: held until this goes. False: somebody else holds it, or the file was deleted meanwhile.
  ///   Unavailable  the file system has no locks
  Result<bool> tryLock(Kind kind);

  const File& file() const { return file_; }

 private:
  friend struct LockRegistry;

  File file_;
  FileLock* previous_ = nullptr;  // guarded by the registry's mutex
  FileLock* next_ = nullptr;
};

/// Tells a forked child from its parent: counts the forks between the first process and this one. Thread-safe.
unsigned forkGeneration() noexcept;

}  // namespace xray::spool
