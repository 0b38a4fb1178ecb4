#pragma once

#include <re2/re2.h>

#include <string>
#include <string_view>

namespace xray::jsonschema {

/// A regular expression that is matched in time linear in the text and in bounded memory, whatever it and the text are.
/// (valijson's own check uses std::regex, which takes exponential time for some patterns and a stack as deep as the
/// text is long.) Immutable, thread-safe.
class Pattern {
 public:
  explicit Pattern(const std::string& pattern) : expression_(pattern, options()) {}

  bool ok() const { return expression_.ok(); }
  const std::string& error() const { return expression_.error(); }

  /// Whether it is found somewhere in the text.
  bool matches(std::string_view text) const {
    return RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), expression_);
  }

 private:
  static RE2::Options options() {
    RE2::Options options;
    options.set_log_errors(false);
    options.set_never_capture(true);
    options.set_max_mem(1 << 20);
    return options;
  }

  RE2 expression_;
};

}  // namespace xray::jsonschema
