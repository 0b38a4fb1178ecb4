#include "plugin/guard.h"

#include <Poco/Exception.h>
#include <spdlog/spdlog.h>

#include <exception>

namespace xray {
namespace {

std::string describeException() {
  try {
    throw;
  } catch (const Poco::Exception& e) {
    return e.displayText();
  } catch (const std::exception& e) {
    return e.what();
  } catch (...) {
    return "an exception of unknown type";
  }
}

}  // namespace

Status escapedException(const std::string& plugin, const char* call) {
  const std::string message = "plugin " + plugin + ": " + call + ": " + describeException();
  spdlog::error("{}", message);
  return {StatusCode::Internal, message};
}

}  // namespace xray
