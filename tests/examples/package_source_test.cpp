#include "package_picker/package_source.h"

#include <zstd.h>

#include "support/temp_folder.h"

namespace picker {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class PackageSource : public ::testing::Test {
 protected:
  fs::path write(const std::string& name, const std::string& text) { return folder_.write(name, text); }

  const xray::test::TempFolder folder_;
  const fs::path& dir_ = folder_.path();
};

std::string zstd(const std::string& text) {
  std::string packed(ZSTD_compressBound(text.size()), '\0');
  packed.resize(ZSTD_compress(packed.data(), packed.size(), text.data(), text.size(), 1));
  return packed;
}

const char* const kTwoLines =
    "{\"package\": \"a\", \"section\": \"non-free/net\", \"installed_size_kib\": 7, \"depends\": [\"b (>= 1) | c\"], "
    "\"provides\": [\"v (= 1)\"], \"tags\": [\"role::program\"], \"description\": \"first\"}\n\n{\"package\": \"b\"}\n";

TEST_F(PackageSource, JsonLines_ArePackages_PlainAndCompressed) {
  for (const auto& file : {write("plain.jsonl", kTwoLines), write("packed.jsonl.zst", zstd(kTwoLines))}) {
    const auto catalogue = readJsonLines(file);
    ASSERT_TRUE(catalogue.ok()) << catalogue.status().message();
    ASSERT_EQ(catalogue->packages.size(), 2u);
    const Package& package = catalogue->packages[0];
    EXPECT_EQ(package.section, "net");
    EXPECT_EQ(package.installedKib, 7);
    EXPECT_EQ(package.depends, (std::vector<std::vector<std::string>>{{"b", "c"}}));
    EXPECT_EQ(package.provides, std::vector<std::string>{"v"});
    EXPECT_TRUE(package.hasTag("role::program"));
  }
}

TEST_F(PackageSource, WrongJsonLines_NameFileAndLine) {
  const std::string packed = zstd(kTwoLines);
  const std::vector<std::pair<fs::path, std::string>> cases = {
      {write("broken.jsonl", "{\"package\": \"a\"}\n{\"package\""), "broken.jsonl:2: not a JSON object"},
      {write("list.jsonl", "[]\n"), "list.jsonl:1: not a JSON object"},
      {write("nameless.jsonl", "{}\n"), "nameless.jsonl:1: no \"package\""},
      {write("empty.jsonl", ""), "empty.jsonl: no package in it"},
      {write("cut.jsonl.zst", packed.substr(0, packed.size() / 2)), "cut.jsonl.zst: the zstd data ends too early"},
      {write("text.jsonl.zst", kTwoLines), "text.jsonl.zst: not valid zstd"},
      {dir_ / "absent.jsonl", "absent.jsonl: no such file"},
      {dir_, "no such file"},
  };
  for (const auto& [file, message] : cases) {
    const auto catalogue = readJsonLines(file);
    ASSERT_FALSE(catalogue.ok()) << file;
    EXPECT_THAT(catalogue.status().message(), HasSubstr(message));
  }
}

TEST_F(PackageSource, MachineIndex_PrefersAptLists_AndTakesTheUpdateOfAPackage) {
  fs::create_directory(dir_ / "lists");
  write("lists/site_debian-security_Packages", "Package: a\nVersion: 2\n");
  write("lists/site_debian_dists_bookworm_Packages", "Package: a\nVersion: 1\n\nPackage: b\n");
  write("lists/site_debian_dists_bookworm_InRelease", "Package: no-list\n");
  const auto catalogue = readMachineIndex({.aptLists = dir_ / "lists", .dpkgStatus = dir_ / "none"});
  ASSERT_TRUE(catalogue.ok());
  ASSERT_EQ(catalogue->packages.size(), 2u);
  EXPECT_EQ(catalogue->packages[0].version, "2");
  EXPECT_THAT(catalogue->source, HasSubstr("apt lists"));
}

TEST_F(PackageSource, MachineIndex_WithoutLists_IsWhatIsInstalled) {
  const auto status = write("status", "Package: a\nStatus: install ok installed\n");
  const auto catalogue = readMachineIndex({.aptLists = dir_ / "absent", .dpkgStatus = status});
  ASSERT_TRUE(catalogue.ok());
  EXPECT_THAT(catalogue->source, HasSubstr("installed packages"));
  const auto none = readMachineIndex({.aptLists = dir_ / "absent", .dpkgStatus = dir_ / "absent"});
  ASSERT_FALSE(none.ok());
  EXPECT_EQ(none.status().code(), xray::StatusCode::NotFound);
}

}  // namespace
}  // namespace picker
