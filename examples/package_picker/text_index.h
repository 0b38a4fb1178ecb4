#pragma once
// Full-text search over names, descriptions and tags.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "package.h"

namespace picker {

/// Lower-case words of a text, cut to their stems ("images" and "imaging" are one); words that say nothing ("the",
/// "for") left out.
std::vector<std::string> termsOf(std::string_view text);
/// The same of one word; empty for a word that says nothing.
std::string termOf(std::string_view word);

struct Hit {
  std::uint32_t package = 0;  // position in the catalogue
  double score = 0;           // BM25, above 0
  std::uint32_t matched = 0;  // how many different terms of the query it has
};

/// An inverted index with BM25 scores. A word of the name or the description counts twice, one of a tag once.
/// Immutable; the packages must outlive the constructor only.
class TextIndex {
 public:
  explicit TextIndex(std::span<const Package> packages);

  /// The `limit` best packages that have at least one of the terms, best first; equal scores in the order of the
  /// catalogue.
  std::vector<Hit> search(std::span<const std::string> terms, std::size_t limit) const;
  /// How many packages have at least one of the terms.
  std::size_t countMatching(std::span<const std::string> terms) const;

 private:
  struct Posting {
    std::uint32_t package;
    std::uint32_t weight;
  };
  std::vector<Hit> allHits(std::span<const std::string> terms) const;

  std::unordered_map<std::string, std::vector<Posting>> postings_;
  std::vector<std::uint32_t> lengths_;
  double averageLength_ = 1;
};

}  // namespace picker
