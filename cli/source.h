#pragma once
// Where the commands get their answers: the read API of a server, or the same API over a store opened here.

#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "xray/status.h"

namespace xray::cli {

/// A GET of the read API; parameters not encoded yet.
struct Question {
  std::string path;  // path segments already percent-encoded where needed
  std::vector<std::pair<std::string, std::string>> parameters;
};

struct Answer {
  int status = 0;
  std::string body;  // checked JSON
};

/// One thread at a time.
class Source {
 public:
  virtual ~Source() = default;
  ///   Unavailable  nobody answers; the message says what to do
  ///   Internal     what answers does not speak the read API
  virtual Result<Answer> ask(const Question& question) = 0;
};

/// `url` is "http://host:port".
///   InvalidArgument  it is not
Result<std::unique_ptr<Source>> makeHttpSource(const std::string& url);

/// Opens the store that a server's configuration names.
///   InvalidArgument  the configuration's problems
///   else             why the store does not open
Result<std::unique_ptr<Source>> makeStoreSource(const std::filesystem::path& config);

/// Percent-encodes a text for one segment of a path, or a query's name or value.
std::string percentEncode(std::string_view text);

}  // namespace xray::cli
