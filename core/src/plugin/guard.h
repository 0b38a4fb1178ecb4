#pragma once
// The one seam at which exceptions that escape a plugin are stopped.

#include <memory>
#include <string>
#include <utility>

#include "xray/status.h"

namespace xray {

/// Internal `plugin sqlite: append: <what>` for the exception being handled; logs it. Call in a catch block only.
Status escapedException(const std::string& plugin, const char* call);

/// Runs a plugin's code. `body` returns Status or a Result.
template <typename Body>
auto guarded(const std::string& plugin, const char* call, Body&& body) -> decltype(body()) {
  try {
    return std::forward<Body>(body)();
  } catch (...) {
    return escapedException(plugin, call);
  }
}

/// An object of a plugin with the plugin's name. Base of the guards of all contracts.
template <typename Contract>
class Guarded : public Contract {
 public:
  Guarded(std::string plugin, std::unique_ptr<Contract> inner) : plugin_(std::move(plugin)), inner_(std::move(inner)) {}

 protected:
  /// Calls a method of the plugin's object: guard("append", &Store::append, batch).
  template <typename Method, typename... Arguments>
  auto guard(const char* call, Method method, Arguments&&... arguments) const {
    return guarded(plugin_, call, [&] { return (inner_.get()->*method)(std::forward<Arguments>(arguments)...); });
  }

  const std::string& plugin() const { return plugin_; }
  Contract& inner() const { return *inner_; }

 private:
  const std::string plugin_;
  const std::unique_ptr<Contract> inner_;
};

}  // namespace xray
