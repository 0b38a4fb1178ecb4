#pragma once

#include <filesystem>
#include <fstream>

#include "xray/status.h"

namespace xray::cli {

/// A file that is there whole or not at all: written beside its place as FILE.part, and moved there by finish().
/// What is no regular file (a pipe, /dev/null) is written to at once. Left out finish(): FILE.part is removed.
/// One thread at a time.
class OutputFile {
 public:
  explicit OutputFile(std::filesystem::path path);
  ~OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  ///   Unavailable  it cannot be written; nothing is there
  Status open();
  std::ostream& stream() { return stream_; }
  ///   Unavailable  something of it could not be written; what was at its place is still there
  Status finish();

 private:
  Status failed(int reason) const;

  std::filesystem::path path_;
  std::filesystem::path written_;
  std::ofstream stream_;
};

}  // namespace xray::cli
