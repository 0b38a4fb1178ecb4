#pragma once
// The one seam at which exceptions that escape a plugin are stopped.

#include <memory>
#include <string>
#include <utility>

#include "xray/plugin_loader.h"
#include "xray/status.h"

namespace xray {

/// Internal `plugin sqlite: append: <what>` for the exception being handled; logs it. Call in a catch block only.
Status escapedException(const std::string& plugin, const char* call);

/// Where calls enter a plugin: its name, and who is told of them. A value type.
struct Seam {
  std::string plugin;
  PluginCallObserver* observer = nullptr;  // null: nobody
};

inline StatusCode codeOf(const Status& outcome) {
  return outcome.code();
}
template <typename T>
StatusCode codeOf(const Result<T>& outcome) {
  return outcome.ok() ? StatusCode::Ok : outcome.status().code();
}

/// Runs a plugin's code and tells nobody. `body` returns Status or a Result.
template <typename Body>
auto guardedUntold(const Seam& seam, const char* call, Body&& body) -> decltype(body()) {
  try {
    return std::forward<Body>(body)();
  } catch (...) {
    return escapedException(seam.plugin, call);
  }
}

/// Runs a plugin's code and tells the observer.
template <typename Body>
auto guarded(const Seam& seam, const char* call, Body&& body) -> decltype(body()) {
  if (!seam.observer) return guardedUntold(seam, call, std::forward<Body>(body));
  const auto begin = std::chrono::steady_clock::now();
  auto outcome = guardedUntold(seam, call, std::forward<Body>(body));
  seam.observer->called(seam.plugin, call, codeOf(outcome), std::chrono::steady_clock::now() - begin);
  return outcome;
}

/// An object of a plugin with its seam. Base of the guards of all contracts.
template <typename Contract>
class Guarded : public Contract {
 public:
  Guarded(Seam seam, std::unique_ptr<Contract> inner) : seam_(std::move(seam)), inner_(std::move(inner)) {}

 protected:
  /// Calls a method of the plugin's object: guard("append", &Store::append, batch).
  template <typename Method, typename... Arguments>
  auto guard(const char* call, Method method, Arguments&&... arguments) const {
    return guarded(seam_, call, [&] { return (inner_.get()->*method)(std::forward<Arguments>(arguments)...); });
  }

  const Seam& seam() const { return seam_; }
  const std::string& plugin() const { return seam_.plugin; }
  Contract& inner() const { return *inner_; }

 private:
  const Seam seam_;
  const std::unique_ptr<Contract> inner_;
};

}  // namespace xray
