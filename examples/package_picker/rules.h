#pragma once
// The conditions of a wish as filters that say why they drop a package.

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "dependency_graph.h"
#include "package.h"
#include "wish.h"

namespace picker {

/// One condition. `objection` gives the reason against a package, or nothing when it may stay.
struct Rule {
  std::string name;  // "installed-size"
  std::string text;  // "installed size <= 4882 KiB"
  std::function<std::optional<std::string>(const Package&)> objection;
};

/// The rules that the wish asks for, cheapest first; the kind of package is always one of them. The graph must outlive
/// them.
std::vector<Rule> rulesFor(const Wish& wish, const DependencyGraph& graph);

/// What a filter records as percentage_eliminated: `part` of `whole` in percent, to two digits, as people read it. Of
/// nothing 0.
double percentage(std::size_t part, std::size_t whole);

}  // namespace picker
