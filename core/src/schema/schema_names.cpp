#include "xray/schema_validator.h"

namespace xray {

std::string_view toString(ViolationKind kind) {
  switch (kind) {
    case ViolationKind::UnknownKey:
      return "unknown_key";
    case ViolationKind::UnknownStepType:
      return "unknown_step_type";
    case ViolationKind::WrongType:
      return "wrong_type";
    case ViolationKind::MissingKey:
      return "missing_key";
    case ViolationKind::Altered:
      return "altered";
  }
  return "";
}

std::string_view toString(ViolationAction action) {
  switch (action) {
    case ViolationAction::Warned:
      return "warned";
    case ViolationAction::Sanitized:
      return "sanitized";
    case ViolationAction::Rejected:
      return "rejected";
  }
  return "";
}

std::string_view toString(ValidationMode mode) {
  switch (mode) {
    case ValidationMode::Warn:
      return "warn";
    case ValidationMode::Sanitize:
      return "sanitize";
    case ValidationMode::Reject:
      return "reject";
  }
  return "";
}

}  // namespace xray
