#pragma once
// The one pass that checks JSON. checkJson (xray/json.h) is this for one text; the event decoder has it note the
// members of the outermost object too, so that no byte of an event is looked at twice.

#include <string_view>
#include <vector>

#include "xray/json.h"
#include "xray/status.h"

namespace xray::json {

/// A member of the outermost object.
struct Member {
  std::string_view rawKey;  // between its quotes, escapes not undone
  JsonValue value;
  bool needsRewrite = false;  // of the value
};

/// As checkJson, but `text` is known to be UTF-8. When `members` is given and the value is an object, it is filled with
/// the members in their order, repeated names included; the views are into `text`.
Result<JsonFacts> scanJson(std::string_view text, unsigned maxDepth, std::vector<Member>* members);

}  // namespace xray::json
