#include "control_file.h"

#include <algorithm>
#include <charconv>
#include <string>

namespace picker {
namespace {

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

/// The pieces between separators, trimmed; empty ones left out.
std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> pieces;
  while (!text.empty()) {
    const auto end = std::min(text.find(separator), text.size());
    if (const auto piece = trimmed(text.substr(0, end)); !piece.empty()) pieces.push_back(piece);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return pieces;
}

/// "libc6:any (>= 2.34) [amd64]" as "libc6".
std::string_view bareName(std::string_view relation) {
  return relation.substr(0, relation.find_first_of(" (:["));
}

void addField(Package& package, std::string_view field, std::string_view value, bool& notInstalled) {
  if (field == "Package") {
    package.name = value;
  } else if (field == "Version") {
    package.version = value;
  } else if (field == "Section") {
    package.section = withoutArea(value);
  } else if (field == "Priority") {
    package.priority = value;
  } else if (field == "Description") {
    package.description = value.substr(0, value.find('\n'));
  } else if (field == "Installed-Size") {
    std::from_chars(value.data(), value.data() + value.size(), package.installedKib);
  } else if (field == "Depends" || field == "Pre-Depends") {
    for (auto& group : parseDependencies(value)) package.depends.push_back(std::move(group));
  } else if (field == "Provides") {
    for (const auto piece : split(value, ',')) package.provides.emplace_back(bareName(piece));
  } else if (field == "Tag") {
    for (const auto piece : split(value, ',')) package.tags.emplace_back(piece);
  } else if (field == "Status") {
    notInstalled = !value.ends_with(" installed");
  }
}

}  // namespace

bool Package::hasTag(const std::string& tag) const {
  return std::find(tags.begin(), tags.end(), tag) != tags.end();
}

std::string_view withoutArea(std::string_view section) {
  const auto slash = section.rfind('/');
  return slash == std::string_view::npos ? section : section.substr(slash + 1);
}

std::vector<std::vector<std::string>> parseDependencies(std::string_view text) {
  std::vector<std::vector<std::string>> groups;
  for (const auto group : split(text, ',')) {
    std::vector<std::string> alternatives;
    for (const auto alternative : split(group, '|')) alternatives.emplace_back(bareName(alternative));
    if (!alternatives.empty()) groups.push_back(std::move(alternatives));
  }
  return groups;
}

void readControlFile(std::istream& in, std::vector<Package>& packages) {
  Package package;
  std::string line, field, value;
  bool notInstalled = false;

  const auto endField = [&] {
    if (!field.empty()) addField(package, field, trimmed(value), notInstalled);
    field.clear();
    value.clear();
  };
  const auto endStanza = [&] {
    endField();
    if (!package.name.empty() && !notInstalled) packages.push_back(std::move(package));
    package = {};
    notInstalled = false;
  };

  while (std::getline(in, line)) {
    if (trimmed(line).empty()) {
      endStanza();
    } else if (line.front() == ' ' || line.front() == '\t') {
      value += '\n';
      value += line;
    } else if (const auto colon = line.find(':'); colon != std::string::npos) {
      endField();
      field = line.substr(0, colon);
      value = line.substr(colon + 1);
    }
  }
  endStanza();
}

}  // namespace picker
