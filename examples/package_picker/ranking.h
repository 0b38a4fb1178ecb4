#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "package.h"
#include "text_index.h"
#include "wish.h"

namespace picker {

/// A candidate's score and what it is made of; each part is within 0..1.
struct Scored {
  std::uint32_t package = 0;
  double relevance = 0;  // BM25, the best candidate being 1
  double coverage = 0;   // share of the wish's words that it has
  double nameMatch = 0;  // share of the wish's words in its name
  double program = 0;    // 1: tagged as a program, or of a priority above optional
  double smallness = 0;  // 1: nothing to install; only when the wish prefers small ones
  double total = 0;
};

/// What a part weighs in the total.
struct Weights {
  double relevance = 1.0;
  double coverage = 1.0;
  double nameMatch = 0.4;
  double program = 0.2;
  double smallness = 0.5;
};

/// Text relevance alone: `relevance` and `coverage` are set. Keeps the order of the hits.
std::vector<Scored> scoreText(std::span<const Hit> hits, const Wish& wish);

/// Adds what is known beside the text, the totals, and sorts best first (equal totals by name).
void applyPriors(std::vector<Scored>& candidates, std::span<const Package> packages, const Wish& wish,
                 const Weights& weights = {});

}  // namespace picker
