#pragma once
// Schema definitions as files, and what two versions differ in: what the answers expect `xray schemas diff` to say,
// found without it.

#include <filesystem>
#include <string>
#include <tuple>
#include <vector>

#include "xray/status.h"

namespace simulate {

/// `<folder>/<name>.<version>.json`.
std::filesystem::path definitionFile(const std::filesystem::path& folder, const std::string& name, int version);

/// A key of one step type's section, as "/steps/rule/reasoning/weight".
struct KeyPlace {
  std::string stepType;
  std::string section;
  std::string key;

  std::string pointer() const { return "/steps/" + stepType + "/" + section + "/" + key; }
  bool operator==(const KeyPlace&) const = default;
  bool operator<(const KeyPlace& other) const {
    return std::tie(stepType, section, key) < std::tie(other.stepType, other.section, other.key);
  }
};

struct DefinitionChange {
  std::vector<KeyPlace> added, removed, changed;
};

/// The keys under "steps" that differ between two definitions in files; the lists sorted. The versions here differ in
/// nothing else.
///   InvalidArgument  a file cannot be read, or is not a definition of that form
xray::Result<DefinitionChange> changeBetween(const std::filesystem::path& from, const std::filesystem::path& to);

}  // namespace simulate
