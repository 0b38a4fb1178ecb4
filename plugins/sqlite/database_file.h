#pragma once
// The place of a database: checked, created and claimed before SQLite sees it.

#include <filesystem>
#include <string>

#include "xray/status.h"

namespace xray::sqlite {

/// A claim on a database file: at most one process (and one object in it) holds it, so that one connection alone
/// commits and checkpoints. Kept by a lock on the file `<path>-lock`, which the kernel drops with the process however
/// it dies. Or, for reading, a look without a claim. One thread at a time.
class DatabaseFile {
 public:
  /// Checks the place and creates an empty file (mode 0600) where none is.
  ///   InvalidArgument  no such directory, a directory or device, read-only
  ///   Unavailable      another process holds the claim
  static Result<DatabaseFile> claim(const std::filesystem::path& path);

  /// Checks the place for reading, beside whoever holds the claim: takes none, creates nothing.
  ///   InvalidArgument  no such file, a directory or device, not readable
  static Result<DatabaseFile> look(const std::filesystem::path& path);

  DatabaseFile(DatabaseFile&& other) noexcept;
  DatabaseFile& operator=(DatabaseFile&& other) noexcept;
  ~DatabaseFile();

  const std::filesystem::path& path() const { return path_; }

  /// Ok while the file is the one that the path names; Unavailable when it was deleted or replaced.
  Status stillThere() const;

 private:
  DatabaseFile(std::filesystem::path path, int lock) : path_(std::move(path)), lock_(lock) {}

  Status remember();

  std::filesystem::path path_;  // absolute
  int lock_ = -1;               // none: only looked at
  std::uint64_t device_ = 0;
  std::uint64_t inode_ = 0;
};

}  // namespace xray::sqlite
