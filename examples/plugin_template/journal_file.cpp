#include "journal_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace journal {

using xray::Status;
using xray::StatusCode;

JournalFile::~JournalFile() {
  close();
}

Status JournalFile::failure(const char* what) const {
  return {StatusCode::Unavailable, path_ + ": " + what + ": " + std::strerror(errno)};
}

Status JournalFile::open(const TakeLine& line) {
  const bool writes = use_ == Use::Write;
  file_ = ::open(path_.c_str(), writes ? O_RDWR | O_CREAT | O_CLOEXEC : O_RDONLY | O_CLOEXEC, 0600);
  if (file_ < 0) return {StatusCode::InvalidArgument, path_ + ": " + std::strerror(errno)};
  if (writes && ::flock(file_, LOCK_EX | LOCK_NB) != 0) {
    return {StatusCode::InvalidArgument, path_ + ": another process has this journal"};
  }
  if (Status status = readOn(line); !status.ok()) return status;
  if (writes) cut();
  return {};
}

Status JournalFile::readOn(const TakeLine& line) {
  std::string text;
  std::string part(1 << 20, '\0');
  auto from = static_cast<off_t>(size_);
  while (const ssize_t bytes = ::pread(file_, part.data(), part.size(), from)) {
    if (bytes < 0 && errno == EINTR) continue;
    if (bytes < 0) return failure("read");
    from += bytes;
    text.append(part, 0, static_cast<std::size_t>(bytes));
    std::size_t begin = 0;
    for (std::size_t end; (end = text.find('\n', begin)) != std::string::npos; begin = end + 1) {
      if (Status status = line(std::string_view(text).substr(begin, end - begin)); !status.ok()) return status;
      size_ += static_cast<long long>(end + 1 - begin);
    }
    text.erase(0, begin);
  }
  return {};
}

Status JournalFile::add(std::string line) {
  line += '\n';
  for (std::size_t written = 0; written < line.size();) {
    const ssize_t bytes = ::write(file_, line.data() + written, line.size() - written);
    if (bytes < 0 && errno == EINTR) continue;
    if (bytes < 0) {
      const Status status = failure("write");
      cut();
      return status;
    }
    written += static_cast<std::size_t>(bytes);
  }
  if (sync_ && ::fdatasync(file_) != 0) {
    const Status status = failure("sync");
    cut();
    return status;
  }
  size_ += static_cast<long long>(line.size());
  return {};
}

void JournalFile::cut() {
  // When even this fails, the next open cuts the torn line off: it has no "\n".
  if (::ftruncate(file_, size_) != 0 || ::lseek(file_, size_, SEEK_SET) < 0) return;
}

void JournalFile::close() {
  if (file_ >= 0) ::close(file_);
  file_ = -1;
}

}  // namespace journal
