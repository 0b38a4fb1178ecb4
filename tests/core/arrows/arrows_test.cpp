// Reads the #include lines of every folder: they go only along the arrows of docs/architecture.md, and each library
// stays in the folders that are built on it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>

namespace {

namespace fs = std::filesystem;

const fs::path kSource = XRAY_SOURCE_DIR;

/// The folder (one row of the architecture's table) that a path relative to the sources belongs to.
std::string folderOf(const fs::path& file) {
  auto part = file.begin();
  std::string folder = part->string();
  if (folder == "plugins") return folder + "/" + std::next(part)->string();
  if (folder == "core" && std::next(part)->string() == "sql") return "core/sql";
  return folder;
}

/// What a folder may include besides itself.
std::set<std::string> allowedFor(const std::string& folder) {
  if (folder == "core") return {};
  if (folder == "core/sql" || folder == "http" || folder == "spool" || folder == "sdk") return {"core"};
  if (folder.starts_with("plugins/")) return {"core", "core/sql", "http", "spool"};
  if (folder == "server") return {"core", "http"};
  if (folder == "cli") return {"core", "http", "sdk", "server", "spool"};
  return {"core", "sdk"};  // examples
}

struct Include {
  fs::path file;  // relative to the sources
  int line;
  std::string name;
  bool quoted;

  std::string text() const { return file.string() + ":" + std::to_string(line) + ": #include " + name; }
};

std::vector<Include> readIncludes() {
  static const std::regex pattern(R"(^\s*#\s*include\s*([<"])([^>"]+)[>"])");
  std::vector<Include> includes;
  for (const char* top : {"core", "http", "spool", "plugins", "sdk", "server", "cli", "examples"}) {
    for (const auto& entry : fs::recursive_directory_iterator(kSource / top)) {
      const std::string extension = entry.path().extension().string();
      if (extension != ".h" && extension != ".cpp" && extension != ".in") continue;
      std::ifstream in(entry.path());
      int number = 0;
      for (std::string line; std::getline(in, line);) {
        ++number;
        std::smatch match;
        if (!std::regex_search(line, match, pattern)) continue;
        includes.push_back({fs::relative(entry.path(), kSource), number, match[2], match[1] == "\""});
      }
    }
  }
  return includes;
}

/// The folder that a quoted include is found in, the includer's own places first; empty when in none.
std::string targetOf(const Include& include) {
  const std::string own = folderOf(include.file);
  std::vector<fs::path> roots{include.file.parent_path(), own, fs::path(own) / "src", fs::path(own) / "include"};
  if (include.file.begin()->string() == "examples") roots.push_back(include.file.parent_path().parent_path());
  for (const char* folder : {"core", "core/sql", "http", "spool", "sdk", "server", "cli"}) {
    roots.push_back(fs::path(folder) / "include");
    roots.push_back(fs::path(folder) / "src");
    roots.emplace_back(folder);
  }
  roots.emplace_back(".");
  for (const fs::path& root : roots) {
    const fs::path candidate = (root / include.name).lexically_normal();
    if (fs::exists(kSource / candidate)) return folderOf(candidate);
  }
  return "";
}

TEST(Arrows, Includes_GoOnlyWhereTheArchitectureSays) {
  const auto includes = readIncludes();
  ASSERT_GT(includes.size(), 300u);
  std::map<std::string, int> checked;
  for (const Include& include : includes) {
    if (!include.quoted) continue;
    const std::string from = folderOf(include.file);
    const std::string to = targetOf(include);
    ASSERT_NE(to, "") << include.text() << " is in no folder";
    ++checked[from];
    EXPECT_TRUE(to == from || allowedFor(from).contains(to))
        << include.text() << " leads from " << from << " to " << to;
  }
  for (const char* folder : {"core", "core/sql", "http", "spool", "sdk", "server", "cli", "plugins/sqlite",
                             "plugins/http-transport", "plugins/file-transport"}) {
    EXPECT_GT(checked[folder], 0) << folder << " was not looked at";
  }
}

TEST(Arrows, OtherFolders_AreReachedByPublicHeadersAlone) {
  for (const Include& include : readIncludes()) {
    if (!include.quoted) continue;
    const std::string from = folderOf(include.file);
    const std::string to = targetOf(include);
    if (to == from || to == "server") continue;  // server/ is a part of the program, it installs nothing
    EXPECT_TRUE(include.name.starts_with("xray/")) << include.text() << " is private to " << to;
  }
}

TEST(Arrows, Libraries_StayInTheFoldersBuiltOnThem) {
  const struct {
    const char* prefix;
    std::vector<std::string> places;  // beginnings of paths
  } rules[] = {
      {"boost/", {"http/"}},
      {"sqlite3.h", {"plugins/sqlite/"}},
      {"Poco/Data/", {"plugins/sqlite/", "plugins/postgres/"}},
      {"Poco/Net/", {"plugins/", "cli/"}},
      {"Poco/SharedLibrary.h", {"core/src/plugin/"}},
      {"dlfcn.h", {"core/src/plugin/"}},
      {"yaml-cpp/", {"core/src/config/"}},
      {"simdjson", {"core/src/", "examples/"}},
      {"zlib.h", {"http/src/", "plugins/http-transport/"}},
      {"zstd.h", {"http/src/", "spool/src/", "plugins/", "examples/"}},
      {"CLI/", {"cli/", "examples/"}},
  };
  for (const Include& include : readIncludes()) {
    for (const auto& rule : rules) {
      if (include.quoted || !include.name.starts_with(rule.prefix)) continue;
      const bool allowed = std::any_of(rule.places.begin(), rule.places.end(),
                                       [&](const auto& place) { return include.file.string().starts_with(place); });
      EXPECT_TRUE(allowed) << include.text() << " does not belong here";
    }
  }
}

TEST(Arrows, InstalledHeaders_NeedTheStandardLibraryAlone) {
  for (const Include& include : readIncludes()) {
    const std::string file = include.file.string();
    if (!file.starts_with("core/include/") && !file.starts_with("sdk/include/")) continue;
    if (include.quoted) {
      EXPECT_TRUE(include.name.starts_with("xray/")) << include.text();
    } else {
      EXPECT_EQ(include.name.find_first_of("/."), std::string::npos) << include.text() << " is no standard header";
    }
  }
}

}  // namespace
