#include "database_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include "xray/text.h"

namespace xray::sqlite {
namespace {

constexpr mode_t kOwnerOnly = 0600;
constexpr mode_t kAnyWrite = 0222;

Status refusal(const std::filesystem::path& path, const std::string& why,
               StatusCode code = StatusCode::InvalidArgument) {
  return {code, "sqlite " + quoted(path.string(), 400) + ": " + why};
}

std::string reason(int error) {
  return std::generic_category().message(error);
}

/// The mode is looked at besides access(), which lets root write anywhere: a file that its owner made read-only is
/// meant to stay as it is.
bool writable(const std::filesystem::path& path, const struct stat& info) {
  return (info.st_mode & kAnyWrite) != 0 && ::access(path.c_str(), W_OK) == 0;
}

Status checkDirectory(const std::filesystem::path& path) {
  const std::filesystem::path directory = path.parent_path();
  struct stat info {};
  if (::stat(directory.c_str(), &info) != 0) {
    return refusal(path, "the directory " + quoted(directory.string(), 400) + " cannot be used: " + reason(errno));
  }
  if (!S_ISDIR(info.st_mode)) return refusal(path, quoted(directory.string(), 400) + " is not a directory");
  if (!writable(directory, info)) {
    return refusal(path, "the directory " + quoted(directory.string(), 400) +
                             " is read-only; SQLite has to write its log beside the database");
  }
  return {};
}

Status checkFile(const std::filesystem::path& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) {
    if (errno != ENOENT) return refusal(path, reason(errno));
    const int file = ::open(path.c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, kOwnerOnly);
    if (file < 0) return refusal(path, "cannot create it: " + reason(errno));
    ::close(file);
    return {};
  }
  if (S_ISDIR(info.st_mode)) return refusal(path, "it is a directory, not a database file");
  if (!S_ISREG(info.st_mode)) return refusal(path, "it is not a regular file");
  if (!writable(path, info)) return refusal(path, "the file is read-only");
  if (::access(path.c_str(), R_OK) != 0) return refusal(path, "it cannot be read: " + reason(errno));
  return {};
}

/// Absolute, without symbolic links: two names of one file are one claim.
Result<std::filesystem::path> realPath(const std::filesystem::path& path) {
  std::error_code error;
  std::filesystem::path absolute = std::filesystem::absolute(path, error).lexically_normal();
  if (error || path.empty() || !absolute.has_filename()) return refusal(path, "\"path\" must name a file");
  if (auto real = std::filesystem::weakly_canonical(absolute, error); !error) absolute = std::move(real);
  return absolute;
}

}  // namespace

Result<DatabaseFile> DatabaseFile::look(const std::filesystem::path& path) {
  const Result<std::filesystem::path> absolute = realPath(path);
  if (!absolute.ok()) return absolute.status();
  struct stat info {};
  if (::stat(absolute->c_str(), &info) != 0) {
    return refusal(*absolute, errno == ENOENT ? "there is no such file, and none is made for reading" : reason(errno));
  }
  if (S_ISDIR(info.st_mode)) return refusal(*absolute, "it is a directory, not a database file");
  if (!S_ISREG(info.st_mode)) return refusal(*absolute, "it is not a regular file");
  if (::access(absolute->c_str(), R_OK) != 0) return refusal(*absolute, "it cannot be read: " + reason(errno));
  DatabaseFile file(*absolute, -1);
  if (Status status = file.remember(); !status.ok()) return status;
  return file;
}

Result<DatabaseFile> DatabaseFile::claim(const std::filesystem::path& path) {
  const Result<std::filesystem::path> real = realPath(path);
  if (!real.ok()) return real.status();
  const std::filesystem::path& absolute = *real;
  if (Status status = checkDirectory(absolute); !status.ok()) return status;

  const std::string lockPath = absolute.string() + "-lock";
  struct stat info {};
  if (::stat(absolute.c_str(), &info) == 0 && S_ISDIR(info.st_mode)) {
    return refusal(absolute, "it is a directory, not a database file");
  }
  const int lock = ::open(lockPath.c_str(), O_CREAT | O_RDWR | O_CLOEXEC | O_NOFOLLOW, kOwnerOnly);
  if (lock < 0) return refusal(absolute, "cannot open " + quoted(lockPath, 400) + ": " + reason(errno));
  DatabaseFile file(absolute, lock);
  if (::flock(lock, LOCK_EX | LOCK_NB) != 0) {
    return refusal(absolute, "another X-Ray process has it open", StatusCode::Unavailable);
  }
  if (Status status = checkFile(absolute); !status.ok()) return status;
  if (Status status = file.remember(); !status.ok()) return status;
  return file;
}

Status DatabaseFile::remember() {
  struct stat info {};
  if (::stat(path_.c_str(), &info) != 0) return refusal(path_, reason(errno));
  device_ = info.st_dev;
  inode_ = info.st_ino;
  return {};
}

DatabaseFile::DatabaseFile(DatabaseFile&& other) noexcept
    : path_(std::move(other.path_)),
      lock_(std::exchange(other.lock_, -1)),
      device_(other.device_),
      inode_(other.inode_) {}

DatabaseFile& DatabaseFile::operator=(DatabaseFile&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(lock_, other.lock_);
  std::swap(device_, other.device_);
  std::swap(inode_, other.inode_);
  return *this;
}

DatabaseFile::~DatabaseFile() {
  if (lock_ >= 0) ::close(lock_);
}

Status DatabaseFile::stillThere() const {
  struct stat info {};
  if (::stat(path_.c_str(), &info) != 0) {
    return refusal(path_, "the file is gone: " + reason(errno), StatusCode::Unavailable);
  }
  if (info.st_dev != device_ || info.st_ino != inode_) {
    return refusal(path_, "another file took its place while it was open", StatusCode::Unavailable);
  }
  return {};
}

}  // namespace xray::sqlite
