#include "xray/spool/directory.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <string_view>

#include "xray/text.h"

namespace xray::spool {
namespace {

constexpr mode_t kDirectoryMode = 0700;
constexpr mode_t kFileMode = 0600;
constexpr std::size_t kShownPath = 400;

std::string shown(const std::filesystem::path& path) {
  return quoted(path.string(), kShownPath);
}

Status notOurs(const std::filesystem::path& path, const std::string& why) {
  return {StatusCode::PermissionDenied, shown(path) + ": " + why};
}

std::string ownerOf(const struct stat& info) {
  return "it belongs to user " + std::to_string(info.st_uid) + ", and this is user " + std::to_string(::geteuid());
}

/// Opening what is no directory, or a link, fails with codes that do not say so.
Status openFailure(int parent, const std::string& name, const std::filesystem::path& path, int error) {
  struct stat info {};
  if (::fstatat(parent, name.c_str(), &info, AT_SYMLINK_NOFOLLOW) == 0) {
    if (S_ISLNK(info.st_mode)) return notOurs(path, "it is a symbolic link, which a spool does not follow");
    if (error == ENOTDIR) return notOurs(path, "it is not a directory");
  }
  return systemError(shown(path), error);
}

Status makeAt(int parent, const std::string& name, const std::filesystem::path& path) {
  return ::mkdirat(parent, name.c_str(), kDirectoryMode) == 0 ? Status()
                                                              : systemError("cannot make " + shown(path), errno);
}

/// The path without a slash at its end, which would follow a link.
std::filesystem::path plain(const std::filesystem::path& path) {
  std::error_code error;
  std::filesystem::path absolute = std::filesystem::absolute(path, error).lexically_normal();
  if (error) return path;
  return absolute.has_filename() ? absolute : absolute.parent_path();
}

}  // namespace

Result<Directory> Directory::openAt(int parent, const std::string& name, std::filesystem::path path) {
  File file(::openat(parent, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!file.isOpen()) return openFailure(parent, name, path, errno);
  struct stat info {};
  if (::fstat(file.descriptor(), &info) != 0) return systemError(shown(path), errno);
  if (info.st_uid != ::geteuid()) return notOurs(path, ownerOf(info));
  if ((info.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
    return notOurs(path, "other users may write to it; take that right away (chmod go-w)");
  }
  return Directory(std::move(file), std::move(path));
}

Result<Directory> Directory::open(const std::filesystem::path& path) {
  const std::filesystem::path absolute = plain(path);
  return openAt(AT_FDCWD, absolute.string(), absolute);
}

Result<Directory> Directory::openOrMake(const std::filesystem::path& path) {
  const std::filesystem::path absolute = plain(path);
  auto opened = openAt(AT_FDCWD, absolute.string(), absolute);
  if (opened.ok() || opened.status().code() != StatusCode::NotFound) return opened;
  std::filesystem::path made;
  for (const std::filesystem::path& part : absolute) {
    made /= part;
    if (::mkdir(made.c_str(), kDirectoryMode) == 0) {
      // So that it is still there after a power cut, as what will be acknowledged in it must be.
      const File parent(::open(made.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
      if (parent.isOpen()) (void)parent.sync();
    } else if (errno != EEXIST) {
      const int error = errno;
      if (struct stat info{}; ::stat(made.c_str(), &info) == 0) continue;  // "/" of a read-only system
      return systemError("cannot make " + shown(made), error);
    }
  }
  return openAt(AT_FDCWD, absolute.string(), absolute);
}

Result<Directory> Directory::openChild(const std::string& name) const {
  return openAt(descriptor(), name, path_ / name);
}

Result<Directory> Directory::makeChild(const std::string& name) const {
  if (Status status = makeAt(descriptor(), name, path_ / name); !status.ok()) return status;
  return openChild(name);
}

Result<Directory> Directory::openOrMakeChild(const std::string& name) const {
  auto opened = openChild(name);
  if (opened.ok() || opened.status().code() != StatusCode::NotFound) return opened;
  if (::mkdirat(descriptor(), name.c_str(), kDirectoryMode) != 0 && errno != EEXIST) {
    return systemError("cannot make " + pathOf(name), errno);
  }
  if (Status status = sync(); !status.ok()) return status;
  return openChild(name);
}

Result<File> Directory::openFile(const std::string& name, int flags) const {
  // O_NONBLOCK: a named pipe put here must not hold us up.
  File file(::openat(descriptor(), name.c_str(), flags | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, kFileMode));
  if (!file.isOpen()) return openFailure(descriptor(), name, path_ / name, errno);
  struct stat info {};
  if (::fstat(file.descriptor(), &info) != 0) return systemError(pathOf(name), errno);
  if (!S_ISREG(info.st_mode)) return notOurs(path_ / name, "it is not a regular file");
  if (info.st_uid != ::geteuid()) return notOurs(path_ / name, ownerOf(info));
  return file;
}

Result<std::vector<std::string>> Directory::list() const {
  // A descriptor of its own, for its own position.
  File file(::openat(descriptor(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!file.isOpen()) return systemError(shown(path_), errno);
  const std::unique_ptr<DIR, int (*)(DIR*)> stream(::fdopendir(file.descriptor()), ::closedir);
  if (!stream) return systemError(shown(path_), errno);
  file.release();  // to the stream
  std::vector<std::string> names;
  errno = 0;
  while (const dirent* entry = ::readdir(stream.get())) {
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") names.emplace_back(name);
  }
  if (errno != 0) return systemError(shown(path_), errno);
  return names;
}

Result<struct ::stat> Directory::stat(const std::string& name) const {
  struct ::stat info {};
  if (::fstatat(descriptor(), name.c_str(), &info, AT_SYMLINK_NOFOLLOW) != 0) return systemError(pathOf(name), errno);
  return info;
}

Status Directory::rename(const std::string& from, const std::string& to, bool replace) const {
  const int done = ::renameat2(descriptor(), from.c_str(), descriptor(), to.c_str(), replace ? 0 : RENAME_NOREPLACE);
  return done == 0 ? Status() : systemError("cannot rename " + pathOf(from) + " to " + quoted(to), errno);
}

Status Directory::moveTo(const std::string& name, const Directory& other, const std::string& newName) const {
  if (::renameat(descriptor(), name.c_str(), other.descriptor(), newName.c_str()) == 0) return {};
  return systemError("cannot move " + pathOf(name) + " to " + other.pathOf(newName), errno);
}

Status Directory::remove(const std::string& name) const {
  if (::unlinkat(descriptor(), name.c_str(), 0) == 0) return {};
  return systemError("cannot remove " + pathOf(name), errno);
}

Status Directory::removeChild(const std::string& name) const {
  if (::unlinkat(descriptor(), name.c_str(), AT_REMOVEDIR) == 0) return {};
  return systemError("cannot remove " + pathOf(name), errno);
}

Status Directory::sync() const {
  return ::fsync(descriptor()) == 0 ? Status() : systemError("fsync of " + shown(path_), errno);
}

bool Directory::stillThere() const {
  struct ::stat ours {};
  struct ::stat named {};
  return ::fstat(descriptor(), &ours) == 0 && ::lstat(path_.c_str(), &named) == 0 && ours.st_dev == named.st_dev &&
         ours.st_ino == named.st_ino;
}

std::string Directory::pathOf(const std::string& name) const {
  return shown(path_ / name);
}

}  // namespace xray::spool
