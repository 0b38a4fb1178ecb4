#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>

#include "xray/json.h"
#include "xray/schema_validator.h"

namespace xray {

const std::vector<std::string>& violationKindNames();
const std::vector<std::string>& violationActionNames();
std::optional<ViolationKind> findViolationKind(const JsonValue& text);
std::optional<ViolationAction> findViolationAction(const JsonValue& text);

/// A JSON array of violations that grows; each pointer and kind stands in it once. At most kMaxAdded are added one by
/// one; those beyond are counted in one last entry, so that a payload full of faults does not become a list larger than
/// itself.
class ViolationList {
 public:
  static constexpr std::uint32_t kMaxAdded = 1000;

  /// Begins with what is reported: an array of violations, or empty.
  explicit ViolationList(JsonText reported);

  /// False when the pointer and kind were there already.
  bool add(std::string_view pointer, ViolationKind kind, ViolationAction action, std::string_view reason);

  /// Closes the array. Nothing is added after it.
  std::string finish();
  /// Entries in the finished array.
  std::uint32_t count() const { return count_; }

 private:
  void append(std::string_view pointer, ViolationKind kind, ViolationAction action, std::string_view reason);

  std::unordered_set<std::string> known_;  // kind and pointer
  std::string text_ = "[";
  std::uint32_t count_ = 0;
  std::uint32_t added_ = 0;
  std::uint64_t notListed_ = 0;
  ViolationKind lastKind_ = ViolationKind::UnknownKey;  // of what is not listed
  ViolationAction lastAction_ = ViolationAction::Warned;
};

}  // namespace xray
