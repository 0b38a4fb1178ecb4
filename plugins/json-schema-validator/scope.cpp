#include "scope.h"

#include <algorithm>

namespace xray::jsonschema {

Members::Members(std::string_view object) : memory_(small_.data(), small_.size()), members_(&memory_) {
  for (JsonCursor cursor(object); cursor.next();) {
    std::string_view name = cursor.rawKey();
    if (name.find('\\') != std::string_view::npos) name = unescaped_.emplace_back(cursor.key());
    members_.push_back({name, cursor.value()});
  }
  std::sort(members_.begin(), members_.end(),
            [](const Member& left, const Member& right) { return left.name < right.name; });
}

const Members::Member* Members::find(std::string_view name) const {
  const auto at = std::lower_bound(members_.begin(), members_.end(), name,
                                   [](const Member& member, std::string_view wanted) { return member.name < wanted; });
  return at == members_.end() || at->name != name ? nullptr : &*at;
}

void Scope::appendPointer(std::string& out) const {
  if (parent == nullptr) return;
  parent->appendPointer(out);
  if (index_) {
    out += '/';
    out += std::to_string(*index_);
  } else {
    appendPointerToken(out, name_);
  }
}

}  // namespace xray::jsonschema
