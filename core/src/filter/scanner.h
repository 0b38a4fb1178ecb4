#pragma once
// Characters of a filter: names, comparators, quoted texts, barewords. What they mean is the parser's business.

#include <string>
#include <string_view>
#include <vector>

#include "xray/filter.h"
#include "xray/status.h"

namespace xray::filter {

/// InvalidArgument `filter:COLUMN: message`, with the position counted from 0 and the column from 1.
Status errorAt(std::size_t position, const std::string& message);

/// Walks over a text that is UTF-8 without NUL, which must outlive it. One thread at a time.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  std::size_t position() const { return at_; }
  bool atEnd() const { return at_ == text_.size(); }
  /// The next character, or NUL at the end.
  char peek() const { return atEnd() ? '\0' : text_[at_]; }
  bool atQuote() const { return peek() == '"' || peek() == '\''; }
  void skipSpace();
  /// Takes `c` when it is next.
  bool accept(char c);

  /// The identifier that is next, not taken; empty when there is none.
  std::string_view peekIdentifier() const;
  /// Takes the identifier that is next; empty when there is none.
  std::string_view identifier();
  /// Takes everything up to white space, a parenthesis, a quote or the end; may be empty.
  std::string_view bareword();
  /// Takes a quoted text and undoes its escapes. Only when atQuote().
  Result<std::string> quotedText();
  /// Takes a field's names, taken apart at its dots; names that are no identifiers are quoted.
  Result<std::vector<std::string>> fieldNames();
  /// Takes a comparator; `:` is Has. `after` stands in the message.
  Result<Comparator> comparator(std::string_view after);

  std::string_view textSince(std::size_t start) const { return text_.substr(start, at_ - start); }
  /// What is next, as a message shows it: the end, or the word there in quotes.
  std::string describeNext() const;

 private:
  Status escape(std::string& out);
  Result<unsigned> hexUnit(std::size_t escapeStart);

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace xray::filter
