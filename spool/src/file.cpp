#include "xray/spool/file.h"

#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

namespace xray::spool {
namespace {

StatusCode codeOf(int error) {
  switch (error) {
    case ENOSPC:
    case EDQUOT:
      return StatusCode::Overloaded;
    case ENOENT:
      return StatusCode::NotFound;
    case EACCES:
    case EPERM:
    case EROFS:
    case ELOOP:
    case ENOTDIR:
      return StatusCode::PermissionDenied;
    default:
      return StatusCode::Unavailable;
  }
}

}  // namespace

Status systemError(const std::string& what, int error) {
  return {codeOf(error), what + ": " + std::generic_category().message(error)};
}

File::~File() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Result<std::uint64_t> File::size() const {
  struct stat info {};
  if (::fstat(descriptor_, &info) != 0) return systemError("fstat", errno);
  return static_cast<std::uint64_t>(info.st_size);
}

Result<std::uint64_t> File::links() const {
  struct stat info {};
  if (::fstat(descriptor_, &info) != 0) return systemError("fstat", errno);
  return static_cast<std::uint64_t>(info.st_nlink);
}

Status File::readAt(std::uint64_t offset, std::size_t bytes, std::string& out) const {
  out.resize(bytes);
  std::size_t done = 0;
  while (done < bytes) {
    const ssize_t got = ::pread(descriptor_, out.data() + done, bytes - done, static_cast<off_t>(offset + done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return systemError("read", errno);
    if (got == 0) break;
    done += static_cast<std::size_t>(got);
  }
  out.resize(done);
  return {};
}

Status File::writeAt(std::uint64_t offset, std::string_view first, std::string_view second) const {
  while (!first.empty() || !second.empty()) {
    iovec parts[] = {{const_cast<char*>(first.data()), first.size()},
                     {const_cast<char*>(second.data()), second.size()}};
    const ssize_t wrote = ::pwritev(descriptor_, parts, 2, static_cast<off_t>(offset));
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) return systemError("write", errno);
    if (wrote == 0) return systemError("write", ENOSPC);
    offset += static_cast<std::uint64_t>(wrote);
    const std::size_t ofFirst = std::min<std::size_t>(first.size(), static_cast<std::size_t>(wrote));
    first.remove_prefix(ofFirst);
    second.remove_prefix(static_cast<std::size_t>(wrote) - ofFirst);
  }
  return {};
}

Status File::truncate(std::uint64_t size) const {
  while (::ftruncate(descriptor_, static_cast<off_t>(size)) != 0) {
    if (errno != EINTR) return systemError("truncate", errno);
  }
  return {};
}

Status File::syncData() const {
  return ::fdatasync(descriptor_) == 0 ? Status() : systemError("fdatasync", errno);
}

Status File::sync() const {
  return ::fsync(descriptor_) == 0 ? Status() : systemError("fsync", errno);
}

}  // namespace xray::spool
