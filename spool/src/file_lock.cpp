#include "xray/spool/file_lock.h"

#include <pthread.h>
#include <sys/file.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <mutex>

namespace xray::spool {

/// All locks of this process, so that a forked child can let go of those that it inherited.
struct LockRegistry {
  std::mutex mu;
  FileLock* first = nullptr;  // guarded by mu
  std::atomic<unsigned> generation{0};

  void add(FileLock& lock) {
    const std::lock_guard guard(mu);
    lock.next_ = first;
    if (first) first->previous_ = &lock;
    first = &lock;
  }

  void remove(FileLock& lock) {
    const std::lock_guard guard(mu);
    if (!lock.previous_ && first != &lock) return;  // of the parent of a forked child
    (lock.previous_ ? lock.previous_->next_ : first) = lock.next_;
    if (lock.next_) lock.next_->previous_ = lock.previous_;
  }

  /// Closing (and not unlocking) leaves the lock with the parent. Forgets them, too: some lie on the stacks of threads
  /// that the child does not have, whose memory its own threads get.
  void closeAll() {
    while (FileLock* lock = first) {
      first = lock->next_;
      lock->next_ = lock->previous_ = nullptr;
      lock->file_ = File();
    }
  }

  static LockRegistry& instance() {
    // Never destroyed: locks and forks may outlive static objects.
    static LockRegistry* const registry = new LockRegistry;
    return *registry;
  }
};

namespace {

// Registered when the library is loaded, before there is a lock.
const int registered =
    pthread_atfork([] { LockRegistry::instance().mu.lock(); }, [] { LockRegistry::instance().mu.unlock(); },
                   [] {
                     LockRegistry& registry = LockRegistry::instance();
                     registry.generation.fetch_add(1, std::memory_order_relaxed);
                     registry.closeAll();
                     registry.mu.unlock();
                   });

}  // namespace

unsigned forkGeneration() noexcept {
  (void)registered;
  return LockRegistry::instance().generation.load(std::memory_order_relaxed);
}

FileLock::FileLock(File file) : file_(std::move(file)) {
  LockRegistry::instance().add(*this);
}

FileLock::~FileLock() {
  LockRegistry::instance().remove(*this);
  // A child that is being forked off may still have the file open: closing alone would leave the lock with it.
  if (file_.isOpen()) ::flock(file_.descriptor(), LOCK_UN);
}

Result<bool> FileLock::tryLock(Kind kind) {
  const int operation = (kind == Kind::Shared ? LOCK_SH : LOCK_EX) | LOCK_NB;
  while (::flock(file_.descriptor(), operation) != 0) {
    if (errno == EWOULDBLOCK) return false;
    if (errno != EINTR) return systemError("flock", errno);
  }
  const auto links = file_.links();
  if (!links.ok()) return links.status();
  return *links > 0;
}

}  // namespace xray::spool
