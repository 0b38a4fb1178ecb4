#include "xray/status.h"

namespace xray {

std::string_view toString(StatusCode code) {
  switch (code) {
    case StatusCode::Ok:
      return "Ok";
    case StatusCode::InvalidArgument:
      return "InvalidArgument";
    case StatusCode::NotFound:
      return "NotFound";
    case StatusCode::TooLarge:
      return "TooLarge";
    case StatusCode::Unauthenticated:
      return "Unauthenticated";
    case StatusCode::PermissionDenied:
      return "PermissionDenied";
    case StatusCode::Overloaded:
      return "Overloaded";
    case StatusCode::Unavailable:
      return "Unavailable";
    case StatusCode::DeadlineExceeded:
      return "DeadlineExceeded";
    case StatusCode::NotSupported:
      return "NotSupported";
    case StatusCode::Closed:
      return "Closed";
    case StatusCode::Internal:
      return "Internal";
  }
  return "Internal";
}

bool Status::retryable() const {
  return code_ == StatusCode::Overloaded || code_ == StatusCode::Unavailable || code_ == StatusCode::DeadlineExceeded;
}

std::string Status::toString() const {
  std::string text(xray::toString(code_));
  if (!message_.empty()) text += ": " + message_;
  return text;
}

}  // namespace xray
