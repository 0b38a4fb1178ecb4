#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/source.h"
#include "xray/ids.h"

namespace xray::cli {

/// A run id as people write it: whole, or only its beginning. A value type.
struct RunIdText {
  std::string prefix;  // lower case, with the dashes where they belong; 36 characters: whole

  /// At least 8 digits, with or without dashes.
  ///   InvalidArgument  no beginning of a UUID
  static Result<RunIdText> parse(std::string_view text);

  bool whole() const { return prefix.size() == Id::kTextSize; }
};

/// The one run whose id begins so. A whole id is not looked for. Others are: ids of version 7 begin with the time, so
/// most are found among the runs of that moment; else among the newest 100,000 runs.
///   NotFound         none begins so
///   InvalidArgument  several do; the message names some
///   else             as Source::ask, or what was answered
Result<Id> findRun(Source& source, const RunIdText& text);

/// The shortest beginnings, of at least 13 characters, that tell these ids from each other.
std::size_t shortIdSize(const std::vector<std::string>& ids);

}  // namespace xray::cli
