#pragma once

#include <sys/stat.h>

#include <filesystem>
#include <string>
#include <vector>

#include "xray/spool/file.h"

namespace xray::spool {

/// An open directory that is ours alone: it belongs to this user, others may not write to it, and no symbolic link
/// leads to it. Its files are reached through it by name, so that nobody can put another one in its place. Messages
/// name full paths.
///
/// Thread-safe, but for moving it.
class Directory {
 public:
  Directory() = default;

  /// Opens, and makes it (mode 0700, its parents too) where none is.
  ///   PermissionDenied  a symbolic link, no directory, somebody else's, others may write to it, or no right
  static Result<Directory> openOrMake(const std::filesystem::path& path);
  ///   NotFound  there is none
  static Result<Directory> open(const std::filesystem::path& path);

  /// The same for a directory in this one.
  Result<Directory> openOrMakeChild(const std::string& name) const;
  Result<Directory> openChild(const std::string& name) const;
  /// Makes a child that must be new.
  Result<Directory> makeChild(const std::string& name) const;

  /// Opens a regular file of ours; `flags` as of open(2). With O_CREAT, its mode is 0600.
  ///   NotFound          there is none
  ///   PermissionDenied  a symbolic link, no regular file, somebody else's, or no right
  Result<File> openFile(const std::string& name, int flags) const;

  /// All names in it but "." and "..", in no order.
  Result<std::vector<std::string>> list() const;
  /// Of the name itself, links not followed.
  Result<struct ::stat> stat(const std::string& name) const;

  /// Renames within it. Replaces what has the name `to`, or fails with Unavailable when that is not wanted.
  Status rename(const std::string& from, const std::string& to, bool replace = true) const;
  Status moveTo(const std::string& name, const Directory& other, const std::string& newName) const;
  Status remove(const std::string& name) const;
  Status removeChild(const std::string& name) const;
  /// Makes what was made, renamed and removed in it durable.
  Status sync() const;
  /// False when it was removed, or something else has its name now.
  bool stillThere() const;

  bool isOpen() const { return file_.isOpen(); }
  int descriptor() const { return file_.descriptor(); }
  const std::filesystem::path& path() const { return path_; }
  /// The full path of a name in it, quoted, for messages.
  std::string pathOf(const std::string& name) const;

 private:
  Directory(File file, std::filesystem::path path) : file_(std::move(file)), path_(std::move(path)) {}
  static Result<Directory> openAt(int parent, const std::string& name, std::filesystem::path path);

  File file_;
  std::filesystem::path path_;
};

}  // namespace xray::spool
