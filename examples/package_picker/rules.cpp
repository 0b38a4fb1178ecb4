#include "rules.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <string_view>

#include "xray/text.h"

namespace picker {
namespace {

using Objection = std::optional<std::string>;
using Names = std::set<std::string, std::less<>>;

/// Sections whose packages are parts of other programs, not programs.
const Names kPartSections = {
    "libs",   "libdevel", "doc",        "debug", "oldlibs", "localization", "introspection", "kernel", "haskell",
    "rust",   "golang",   "javascript", "gnu-r", "ocaml",   "lisp",         "php",           "ruby",   "perl",
    "python", "java",     "cli-mono",   "fonts", "tasks",   "embedded",     "metapackages",  "zope"};
const std::array<std::string_view, 8> kPartEndings = {"-dev", "-doc",    "-data",     "-common",
                                                      "-dbg", "-dbgsym", "-examples", "-l10n"};

Rule kindRule(Kind kind) {
  const auto inSection = [](const Names& sections) {
    return [&sections](const Package& package) -> Objection {
      if (sections.contains(package.section)) return std::nullopt;
      return "section " + package.section;
    };
  };
  static const Names libraries = {"libs", "libdevel"}, fonts = {"fonts"}, docs = {"doc"};
  switch (kind) {
    case Kind::Library:
      return {"kind", "kind = library: section libs or libdevel", inSection(libraries)};
    case Kind::Font:
      return {"kind", "kind = font: section fonts", inSection(fonts)};
    case Kind::Documentation:
      return {"kind", "kind = documentation: section doc", inSection(docs)};
    case Kind::Program:
      break;
  }
  return {"kind", "kind = program: no library, module, data, documentation or empty package",
          [](const Package& package) -> Objection {
            if (kPartSections.contains(package.section)) return "section " + package.section;
            for (const auto ending : kPartEndings) {
              if (package.name.ends_with(ending)) return "name ends with " + std::string(ending);
            }
            for (const char* word : {"metapackage", "meta-package", "transitional package", "dummy package"}) {
              if (package.description.find(word) != std::string::npos) return std::string("is a ") + word;
            }
            return std::nullopt;
          }};
}

Rule sectionRule(const std::vector<std::string>& sections) {
  return {"section", "section = " + xray::joinNames(sections), [sections](const Package& package) -> Objection {
            if (std::find(sections.begin(), sections.end(), package.section) != sections.end()) return std::nullopt;
            return "section " + package.section;
          }};
}

bool isGraphicsLibrary(std::string_view name) {
  return name == "libx11-6" || name == "libxcb1" || name == "libwayland-client0" || name.starts_with("libgtk-") ||
         name.starts_with("xserver-xorg");
}

std::string chain(const std::vector<std::string>& path) {
  std::string text = "needs ";
  for (const auto& name : path) text += (&name == &path.front() ? "" : " -> ") + name;
  return text;
}

/// Why a package counts as graphical, or nothing.
Objection graphicalSign(const Package& package, const DependencyGraph& graph) {
  for (const char* tag : {"interface::x11", "interface::graphical", "x11::application"}) {
    if (package.hasTag(tag) && !package.hasTag("interface::commandline")) return std::string("tag ") + tag;
  }
  if (package.hasTag("interface::commandline")) return std::nullopt;
  const auto path = graph.pathTo(package, isGraphicsLibrary);
  return path.empty() ? std::nullopt : Objection(chain(path));
}

Rule interfaceRule(Interface interface, const DependencyGraph& graph) {
  if (interface == Interface::CommandLine) {
    return {"interface", "interface = command line: tagged so, or no graphical library needed",
            [&graph](const Package& package) { return graphicalSign(package, graph); }};
  }
  return {"interface", "interface = graphical: tagged so, or a graphical library needed",
          [&graph](const Package& package) -> Objection {
            if (graphicalSign(package, graph)) return std::nullopt;
            return "no graphical library needed";
          }};
}

Rule sizeRule(std::int64_t maxKib) {
  return {"installed-size", "installed size <= " + std::to_string(maxKib) + " KiB",
          [maxKib](const Package& package) -> Objection {
            if (package.installedKib <= maxKib) return std::nullopt;
            return std::to_string(package.installedKib) + " KiB";
          }};
}

/// What counts as depending on `family`: for a few well-known names more than the package of that name.
bool belongsTo(const std::string& family, std::string_view name) {
  if (family == "x11" || family == "x" || family == "xorg" || family == "gui") return isGraphicsLibrary(name);
  if (family == "python") return name.starts_with("python3") || name.starts_with("libpython3");
  if (family == "java") return name.starts_with("default-jre") || name.starts_with("openjdk-");
  if (family == "perl") return name == "perl" || name.starts_with("libperl5");
  if (family == "gnome") return name.starts_with("gnome-") || name.starts_with("libgnome");
  if (family == "kde") return name.starts_with("libkf5") || name.starts_with("plasma-");
  if (family == "qt") return name.starts_with("libqt5") || name.starts_with("libqt6");
  if (family == "gtk") return name.starts_with("libgtk");
  if (family == "node") return name == "nodejs";
  return name == family || name.starts_with(family + "-") || name.starts_with("lib" + family);
}

Rule dependencyRule(const std::vector<std::string>& families, const DependencyGraph& graph) {
  const auto matches = [families](std::string_view name) {
    return std::any_of(families.begin(), families.end(), [&](const auto& family) { return belongsTo(family, name); });
  };
  return {"dependencies", "no dependency, direct or indirect, on " + xray::joinNames(families),
          [&graph, matches](const Package& package) -> Objection {
            const auto path = graph.pathTo(package, matches);
            return path.empty() ? std::nullopt : Objection(chain(path));
          }};
}

}  // namespace

std::vector<Rule> rulesFor(const Wish& wish, const DependencyGraph& graph) {
  std::vector<Rule> rules = {kindRule(wish.kind)};
  if (!wish.sections.empty()) rules.push_back(sectionRule(wish.sections));
  if (wish.maxInstalledKib) rules.push_back(sizeRule(*wish.maxInstalledKib));
  if (wish.interface != Interface::Any) rules.push_back(interfaceRule(wish.interface, graph));
  if (!wish.withoutDependencies.empty()) rules.push_back(dependencyRule(wish.withoutDependencies, graph));
  return rules;
}

double percentage(std::size_t part, std::size_t whole) {
  return whole == 0 ? 0 : std::round(10000.0 * static_cast<double>(part) / static_cast<double>(whole)) / 100;
}

}  // namespace picker
