#include "package_picker/rules.h"

namespace picker {
namespace {

/// A little world: viewer needs libx11-6 through libshow; script needs python3; tool needs a virtual package.
std::vector<Package> world() {
  std::vector<Package> all;
  const auto add = [&](std::string name, std::string section, std::int64_t kib,
                       std::vector<std::vector<std::string>> depends) {
    Package package;
    package.name = std::move(name);
    package.section = std::move(section);
    package.installedKib = kib;
    package.depends = std::move(depends);
    all.push_back(std::move(package));
  };
  add("viewer", "graphics", 900, {{"libc6"}, {"libshow"}});
  add("libshow", "libs", 100, {{"libx11-6"}, {"libshow"}});
  add("libx11-6", "libs", 100, {});
  add("script", "utils", 50, {{"absent", "python3"}});
  add("python3", "python", 5000, {});
  add("tool", "utils", 10, {{"mail-transport"}});
  add("exim", "mail", 4000, {});
  add("viewer-data", "graphics", 10, {});
  add("shell-viewer", "graphics", 10, {{"libshow"}});
  add("tools-all", "graphics", 10, {{"viewer"}});
  all[9].description = "all tools (metapackage)";
  all[6].provides = {"mail-transport"};
  all[8].tags = {"interface::commandline"};
  return all;
}

struct Objection {
  std::string package;
  std::string rule;
  std::string why;  // empty: none
};

TEST(Rules, EachCondition_ObjectsWithAReason) {
  const auto all = world();
  const DependencyGraph graph(all);
  struct Case {
    std::string wish;
    std::vector<Objection> expected;
  };
  const std::vector<Case> cases = {
      {"view pictures",
       {{"viewer", "kind", ""},
        {"libshow", "kind", "section libs"},
        {"viewer-data", "kind", "name ends with -data"},
        {"tools-all", "kind", "is a metapackage"}}},
      {"view library", {{"viewer", "kind", "section graphics"}, {"libshow", "kind", ""}}},
      {"view, section graphics", {{"viewer", "section", ""}, {"tool", "section", "section utils"}}},
      {"view, under 50 KiB", {{"script", "installed-size", ""}, {"viewer", "installed-size", "900 KiB"}}},
      {"view, command line",
       {{"viewer", "interface", "needs libshow -> libx11-6"},
        {"script", "interface", ""},
        {"shell-viewer", "interface", ""}}},
      {"view, graphical", {{"viewer", "interface", ""}, {"script", "interface", "no graphical library needed"}}},
      {"view, no python", {{"script", "dependencies", "needs python3"}, {"viewer", "dependencies", ""}}},
      {"view, no exim", {{"tool", "dependencies", "needs exim"}, {"exim", "dependencies", ""}}},
      {"view, without x11",
       {{"shell-viewer", "dependencies", "needs libshow -> libx11-6"}, {"tool", "dependencies", ""}}},
  };
  for (const auto& [text, expected] : cases) {
    const auto wish = parseWish(text);
    ASSERT_TRUE(wish.ok()) << text;
    const auto rules = rulesFor(*wish, graph);
    for (const auto& objection : expected) {
      SCOPED_TRACE(text + ": " + objection.package);
      const auto rule =
          std::find_if(rules.begin(), rules.end(), [&](const Rule& r) { return r.name == objection.rule; });
      const auto package =
          std::find_if(all.begin(), all.end(), [&](const Package& p) { return p.name == objection.package; });
      ASSERT_NE(rule, rules.end());
      ASSERT_NE(package, all.end());
      EXPECT_EQ(rule->objection(*package).value_or(""), objection.why);
    }
  }
}

TEST(Rules, OnlyWhatTheWishAsksFor_IsARule) {
  const auto all = world();
  const DependencyGraph graph(all);
  EXPECT_EQ(rulesFor(*parseWish("view pictures"), graph).size(), 1u);
  const auto rules = rulesFor(*parseWish("command line chess game, no x11, under 1 MB"), graph);
  std::vector<std::string> names;
  for (const auto& rule : rules) names.push_back(rule.name);
  EXPECT_THAT(names, ::testing::ElementsAre("kind", "section", "installed-size", "interface", "dependencies"));
  EXPECT_EQ(rules[2].text, "installed size <= 976 KiB");
  EXPECT_EQ(rules[4].text, "no dependency, direct or indirect, on x11");
}

}  // namespace
}  // namespace picker
