#pragma once
// The fields of the filter language by name.

#include <string>
#include <string_view>
#include <vector>

#include "xray/filter.h"
#include "xray/status.h"

namespace xray::filter {

struct FieldPath {
  Field field = Field::RunId;
  std::vector<std::string> path;  // only for Json fields, at least one name
};

/// Finds the field that a filter over `entity` names. `written` is how it stands in the filter, at `position`.
///   InvalidArgument  no such field, or a JSON field without a member; the message has the nearest name
Result<FieldPath> findField(const std::vector<std::string>& names, std::string_view written, Entity entity,
                            std::size_t position);

}  // namespace xray::filter
