// SchemaReader's part that looks where references lead, once all schemas of a section are known.

#include <algorithm>

#include "schema_reader.h"
#include "xray/text.h"

namespace xray::jsonschema {
namespace {

// Chains of subschemas that look at the same value; each link is a few frames of the stack.
constexpr std::size_t kMaxChain = 64;

}  // namespace

bool SchemaReader::resolveReferences() {
  for (Node& node : nodes_) {
    if (!node.reference) continue;
    const auto target = byPointer_.find(*node.reference);
    if (target == byPointer_.end()) {
      return place_.failAt(node.referencePointer, "leads to no schema: " + quoted("#" + *node.reference) +
                                                      " (schemas stand under definitions, properties, items, …)");
    }
    std::string parserPath = *node.reference;
    if (parserPaths_[parserPath] > 1) {
      return place_.failAt(node.referencePointer,
                           "leads to a schema that cannot be told from another: it holds propertyNames (put that into "
                           "an allOf), or a name with \"/\" in it");
    }
    // Draft 7: what stands beside $ref is ignored.
    node.sameValue = {target->second};
  }
  return true;
}

/// Takes away schemas that lead no further until none is left, or a circle.
bool SchemaReader::referencesEnd() {
  std::vector<std::size_t> open(nodes_.size());
  std::vector<std::vector<std::size_t>> ledFrom(nodes_.size());
  std::vector<std::size_t> chain(nodes_.size(), 1);
  std::vector<std::size_t> done;
  for (std::size_t node = 0; node < nodes_.size(); ++node) {
    open[node] = nodes_[node].sameValue.size();
    for (const std::size_t next : nodes_[node].sameValue) ledFrom[next].push_back(node);
    if (open[node] == 0) done.push_back(node);
  }
  for (std::size_t at = 0; at < done.size(); ++at) {
    if (chain[done[at]] > kMaxChain) {
      return place_.failAt(nodes_[done[at]].pointer,
                           "leads on to more than " + std::to_string(kMaxChain) + " schemas one after the other");
    }
    for (const std::size_t from : ledFrom[done[at]]) {
      chain[from] = std::max(chain[from], chain[done[at]] + 1);
      if (--open[from] == 0) done.push_back(from);
    }
  }
  if (done.size() == nodes_.size()) return true;
  const auto left = std::find_if(open.begin(), open.end(), [](std::size_t count) { return count > 0; });
  return place_.failAt(nodes_[static_cast<std::size_t>(left - open.begin())].pointer,
                       "leads back to itself by $ref without going into a value");
}

}  // namespace xray::jsonschema
