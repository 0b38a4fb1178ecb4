#include "package_picker/control_file.h"

#include <sstream>

namespace picker {
namespace {

using ::testing::ElementsAre;

std::vector<Package> read(const std::string& text) {
  std::istringstream in(text);
  std::vector<Package> packages;
  readControlFile(in, packages);
  return packages;
}

TEST(ControlFile, Stanza_GivesEveryFieldThatThePickerUses) {
  const auto packages = read(
      "Package: pngquant\nVersion: 2.17.0-1\nInstalled-Size: 180\nSection: contrib/graphics\nPriority: optional\n"
      "Depends: libc6 (>= 2.34), liblcms2-2:any | lcms [amd64]\nPre-Depends: dpkg\nProvides: image-shrinker (= 1), "
      "squeeze\n"
      "Tag: interface::commandline,\n role::program\nDescription: PNG image optimizer\n Long text\n .\n "
      "more\nMaintainer: nobody\n");
  ASSERT_EQ(packages.size(), 1u);
  const Package& package = packages[0];
  EXPECT_EQ(package.name, "pngquant");
  EXPECT_EQ(package.version, "2.17.0-1");
  EXPECT_EQ(package.installedKib, 180);
  EXPECT_EQ(package.section, "graphics");
  EXPECT_EQ(package.description, "PNG image optimizer");
  EXPECT_THAT(package.depends,
              ElementsAre(ElementsAre("libc6"), ElementsAre("liblcms2-2", "lcms"), ElementsAre("dpkg")));
  EXPECT_THAT(package.provides, ElementsAre("image-shrinker", "squeeze"));
  EXPECT_TRUE(package.hasTag("interface::commandline"));
  EXPECT_TRUE(package.hasTag("role::program"));
  EXPECT_FALSE(package.hasTag("role"));
}

TEST(ControlFile, SeveralStanzas_AreReadUpToTheEndOfTheFile) {
  const auto packages = read("\nPackage: a\n\n\nPackage: b\r\nSection: net\r\n\nno field here\n\nPackage: c");
  ASSERT_EQ(packages.size(), 3u);
  EXPECT_EQ(packages[1].section, "net");
  EXPECT_EQ(packages[2].name, "c");
}

TEST(ControlFile, DpkgStatus_OnlyInstalledPackagesCount) {
  const auto packages = read(
      "Package: gone\nStatus: deinstall ok config-files\n\nPackage: here\nStatus: install ok installed\n\n"
      "Package: half\nStatus: install ok half-installed\n");
  ASSERT_EQ(packages.size(), 1u);
  EXPECT_EQ(packages[0].name, "here");
}

}  // namespace
}  // namespace picker
