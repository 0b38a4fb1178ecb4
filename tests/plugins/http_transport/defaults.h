#pragma once

#include "option_table.h"
#include "xray/config.h"
#include "xray/options.h"

namespace xray::test {

/// The options of the plugin as a configuration file that sets only `changes` gives them.
inline Options withDefaults(const std::map<std::string, std::string>& changes) {
  Options options;
  for (const OptionSpec& spec : httptransport::optionTable()) {
    const auto change = changes.find(spec.name);
    options.set(spec.name, parseOption(spec, change == changes.end() ? spec.fallback : change->second).value());
  }
  return options;
}

}  // namespace xray::test
