#include "cli/output_file.h"

#include <cerrno>
#include <cstring>

namespace xray::cli {

OutputFile::OutputFile(std::filesystem::path path) : path_(std::move(path)), written_(path_) {
  std::error_code ignored;
  const std::filesystem::file_status there = std::filesystem::status(path_, ignored);
  if (!std::filesystem::exists(there) || std::filesystem::is_regular_file(there)) written_ += ".part";
}

OutputFile::~OutputFile() {
  if (!stream_.is_open() || written_ == path_) return;
  stream_.close();
  std::error_code ignored;
  std::filesystem::remove(written_, ignored);
}

Status OutputFile::open() {
  errno = 0;
  stream_.open(written_, std::ios::binary | std::ios::trunc);
  return stream_ ? Status() : failed(errno);
}

Status OutputFile::finish() {
  errno = 0;
  const bool written = static_cast<bool>(stream_.flush());
  if (!written) return failed(errno);
  stream_.close();
  if (written_ == path_) return {};
  std::error_code failure;
  std::filesystem::rename(written_, path_, failure);
  return failure ? failed(failure.value()) : Status();
}

Status OutputFile::failed(int reason) const {
  return Status(StatusCode::Unavailable,
                "cannot write " + path_.string() + (reason ? std::string(": ") + std::strerror(reason) : ""));
}

}  // namespace xray::cli
