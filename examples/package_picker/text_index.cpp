#include "text_index.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <unordered_set>

namespace picker {
namespace {

constexpr double kSaturation = 1.2;      // BM25's k1
constexpr double kLengthPenalty = 0.75;  // BM25's b
constexpr std::size_t kShortestStem = 4;

const std::unordered_set<std::string>& emptyWords() {
  static const std::unordered_set<std::string> words = {
      "a",      "an",      "and",      "any",   "application", "are",   "as",   "at",    "be",    "best",
      "by",     "can",     "do",       "does",  "find",        "for",   "from", "give",  "good",  "has",
      "have",   "how",     "i",        "in",    "is",          "it",    "its",  "let",   "like",  "me",
      "my",     "need",    "nice",     "of",    "on",          "one",   "or",   "other", "our",   "package",
      "please", "program", "software", "some",  "something",   "that",  "the",  "them",  "then",  "there",
      "these",  "thing",   "this",     "to",    "tool",        "tools", "use",  "used",  "using", "utility",
      "very",   "want",    "what",     "which", "will",        "with",  "you",  "your"};
  return words;
}

std::string stem(std::string word) {
  if (word.size() > kShortestStem && word.ends_with("ies")) return word.replace(word.size() - 3, 3, "y");
  if (word.size() > 3 && word.ends_with('s') && !word.ends_with("ss") && !word.ends_with("us")) word.pop_back();
  for (const std::string_view ending : {"ing", "ion", "er", "or", "ed", "e"}) {
    if (word.ends_with(ending) && word.size() - ending.size() >= kShortestStem) {
      word.resize(word.size() - ending.size());
      break;
    }
  }
  return word;
}

/// Words are runs of letters and digits; bytes beyond ASCII count as letters.
template <typename Consumer>
void eachWord(std::string_view text, Consumer&& consume) {
  std::string word;
  for (const char raw : text) {
    const auto c = static_cast<unsigned char>(raw);
    if (std::isalnum(c) || c >= 0x80) {
      word += static_cast<char>(std::tolower(c));
    } else if (!word.empty()) {
      consume(word);
      word.clear();
    }
  }
  if (!word.empty()) consume(word);
}

}  // namespace

std::string termOf(std::string_view word) {
  std::string lower(word);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return std::tolower(c); });
  return emptyWords().contains(lower) ? std::string() : stem(std::move(lower));
}

std::vector<std::string> termsOf(std::string_view text) {
  std::vector<std::string> terms;
  eachWord(text, [&](const std::string& word) {
    if (auto term = termOf(word); !term.empty()) terms.push_back(std::move(term));
  });
  return terms;
}

TextIndex::TextIndex(std::span<const Package> packages) {
  lengths_.reserve(packages.size());
  double total = 0;
  std::unordered_map<std::string, std::uint32_t> weights;
  for (std::uint32_t i = 0; i < packages.size(); ++i) {
    weights.clear();
    const Package& package = packages[i];
    for (const std::string_view text : {std::string_view(package.name), std::string_view(package.description)}) {
      for (auto& term : termsOf(text)) weights[std::move(term)] += 2;
    }
    for (const auto& tag : package.tags) {
      for (auto& term : termsOf(tag.substr(std::min(tag.find("::"), tag.size())))) weights[std::move(term)] += 1;
    }
    std::uint32_t length = 0;
    for (const auto& [term, weight] : weights) {
      postings_[term].push_back({i, weight});
      length += weight;
    }
    lengths_.push_back(length);
    total += length;
  }
  if (total > 0) averageLength_ = total / static_cast<double>(packages.size());
}

std::vector<Hit> TextIndex::allHits(std::span<const std::string> terms) const {
  std::unordered_map<std::uint32_t, Hit> hits;
  const auto packages = static_cast<double>(lengths_.size());
  for (const auto& term : terms) {
    const auto found = postings_.find(term);
    if (found == postings_.end()) continue;
    const auto having = static_cast<double>(found->second.size());
    const double rarity = std::log(1 + (packages - having + 0.5) / (having + 0.5));
    for (const auto& [package, weight] : found->second) {
      const double length = 1 - kLengthPenalty + kLengthPenalty * lengths_[package] / averageLength_;
      Hit& hit = hits[package];
      hit.package = package;
      hit.score += rarity * weight * (kSaturation + 1) / (weight + kSaturation * length);
      ++hit.matched;
    }
  }
  std::vector<Hit> all;
  all.reserve(hits.size());
  for (const auto& [package, hit] : hits) all.push_back(hit);
  return all;
}

std::vector<Hit> TextIndex::search(std::span<const std::string> terms, std::size_t limit) const {
  auto hits = allHits(terms);
  std::sort(hits.begin(), hits.end(),
            [](const Hit& a, const Hit& b) { return a.score != b.score ? a.score > b.score : a.package < b.package; });
  if (hits.size() > limit) hits.resize(limit);
  return hits;
}

std::size_t TextIndex::countMatching(std::span<const std::string> terms) const {
  return allHits(terms).size();
}

}  // namespace picker
