#pragma once

#include <memory>

#include "xray/ids.h"
#include "xray/spool/directory.h"
#include "xray/spool/file_lock.h"

namespace xray::filetransport {

/// A writer's directory in a spool, new, and marked by its LOCK as being written for as long as this lives.
class WriterDirectory {
 public:
  ///   Overloaded        there is no room on the disk
  ///   PermissionDenied  no right
  static Result<std::unique_ptr<WriterDirectory>> make(const spool::Directory& spool);

  Id id() const { return id_; }
  const spool::Directory& directory() const { return directory_; }

 private:
  WriterDirectory(Id id, spool::Directory directory, std::unique_ptr<spool::FileLock> lock)
      : id_(id), directory_(std::move(directory)), lock_(std::move(lock)) {}

  const Id id_;
  const spool::Directory directory_;
  const std::unique_ptr<spool::FileLock> lock_;
};

}  // namespace xray::filetransport
