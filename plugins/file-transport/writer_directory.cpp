#include "writer_directory.h"

#include <fcntl.h>

#include "xray/spool/format.h"

namespace xray::filetransport {
namespace {

/// A reader may take a directory for a dead writer's before its lock is held; then it is left to the reader.
constexpr int kTries = 20;

}  // namespace

Result<std::unique_ptr<WriterDirectory>> WriterDirectory::make(const spool::Directory& spool) {
  Status last;
  for (int i = 0; i < kTries; ++i) {
    const Id id = newId();
    auto directory = spool.makeChild(id.toString());
    if (!directory.ok()) {
      last = directory.status();
      if (last.code() == StatusCode::NotFound && spool.stillThere()) continue;
      return last;
    }
    auto file = directory->openFile(spool::kWriterLock, O_RDWR | O_CREAT | O_EXCL);
    if (!file.ok()) {
      last = file.status();
      if (last.code() == StatusCode::NotFound || directory->stat(spool::kWriterLock).ok()) continue;
      (void)spool.removeChild(id.toString());
      return last;
    }
    auto lock = std::make_unique<spool::FileLock>(std::move(*file));
    const auto held = lock->tryLock(spool::FileLock::Kind::Exclusive);
    if (!held.ok()) return held.status();
    if (!*held) {
      last = Status(StatusCode::Unavailable, directory->pathOf(spool::kWriterLock) + ": held by somebody else");
      continue;
    }
    if (Status status = spool.sync(); !status.ok()) return status;
    return std::unique_ptr<WriterDirectory>(new WriterDirectory(id, std::move(*directory), std::move(lock)));
  }
  return last;
}

}  // namespace xray::filetransport
