#include "xray/spool/directory.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/temp_folder.h"

namespace xray::spool {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

mode_t modeOf(const fs::path& path) {
  struct stat info {};
  EXPECT_EQ(::lstat(path.c_str(), &info), 0) << path;
  return info.st_mode & 07777;
}

/// Opening must fail, with this in the message.
void expectRefused(const fs::path& path, const char* says) {
  const auto opened = Directory::openOrMake(path);
  ASSERT_FALSE(opened.ok()) << path;
  EXPECT_EQ(opened.status().code(), StatusCode::PermissionDenied) << opened.status().toString();
  EXPECT_THAT(opened.status().message(), HasSubstr(says));
  EXPECT_THAT(opened.status().message(), HasSubstr(path.filename().string()));
}

TEST(Directory, Made_IsForItsOwnerAlone_WithAllThatIsMadeInIt) {
  const test::TempFolder folder;
  const mode_t before = ::umask(0);
  const auto made = Directory::openOrMake(folder.path() / "a" / "b");
  ASSERT_TRUE(made.ok()) << made.status().toString();
  ASSERT_TRUE(made->openOrMakeChild("c").ok());
  ASSERT_TRUE(made->openFile("file", O_RDWR | O_CREAT).ok());
  ::umask(before);
  EXPECT_EQ(modeOf(folder.path() / "a"), 0700u);
  EXPECT_EQ(modeOf(folder.path() / "a" / "b"), 0700u);
  EXPECT_EQ(modeOf(folder.path() / "a" / "b" / "c"), 0700u);
  EXPECT_EQ(modeOf(folder.path() / "a" / "b" / "file"), 0600u);
}

TEST(Directory, ThroughASymbolicLink_IsRefused) {
  const test::TempFolder folder;
  fs::create_directory(folder.path() / "real");
  fs::create_directory_symlink(folder.path() / "real", folder.path() / "link");
  expectRefused(folder.path() / "link", "symbolic link");
  // A slash at the end would follow it.
  EXPECT_EQ(Directory::openOrMake((folder.path() / "link").string() + "/").status().code(),
            StatusCode::PermissionDenied);
  fs::create_directory_symlink(folder.path() / "nowhere", folder.path() / "dangling");
  expectRefused(folder.path() / "dangling", "symbolic link");

  const auto spool = Directory::openOrMake(folder.path());
  ASSERT_TRUE(spool.ok());
  EXPECT_EQ(spool->openChild("link").status().code(), StatusCode::PermissionDenied);
  EXPECT_EQ(spool->openOrMakeChild("link").status().code(), StatusCode::PermissionDenied);
  folder.write("file", "x");
  fs::create_symlink("file", folder.path() / "link-to-file");
  EXPECT_EQ(spool->openFile("link-to-file", O_RDONLY).status().code(), StatusCode::PermissionDenied);
  EXPECT_EQ(spool->openFile("link-to-file", O_RDWR | O_CREAT).status().code(), StatusCode::PermissionDenied);
  // Parents of the spool are the operator's: "/var/run" is a link on many machines.
  EXPECT_TRUE(Directory::openOrMake(folder.path() / "link" / "spool").ok());
}

TEST(Directory, ThatOthersMayWriteTo_IsRefused) {
  const test::TempFolder folder;
  for (const mode_t mode : {0770, 0702, 0777}) {
    const fs::path path = folder.path() / "open";
    fs::create_directory(path);
    ASSERT_EQ(::chmod(path.c_str(), mode), 0);
    expectRefused(path, "other users may write");
    fs::remove(path);
  }
  fs::create_directory(folder.path() / "readable");
  ASSERT_EQ(::chmod((folder.path() / "readable").c_str(), 0755), 0);
  EXPECT_TRUE(Directory::openOrMake(folder.path() / "readable").ok());
}

TEST(Directory, OfSomebodyElse_IsRefused) {
  if (::geteuid() != 0) GTEST_SKIP() << "giving a directory away needs root";
  const test::TempFolder folder;
  const fs::path path = folder.path() / "theirs";
  fs::create_directory(path);
  ASSERT_EQ(::chmod(path.c_str(), 0700), 0);
  ASSERT_EQ(::chown(path.c_str(), 65534, 65534), 0);
  expectRefused(path, "belongs to user 65534");
  const auto spool = Directory::openOrMake(folder.path());
  EXPECT_EQ(spool->openChild("theirs").status().code(), StatusCode::PermissionDenied);
  folder.write("file", "x");
  ASSERT_EQ(::chown((folder.path() / "file").c_str(), 65534, 65534), 0);
  EXPECT_EQ(spool->openFile("file", O_RDONLY).status().code(), StatusCode::PermissionDenied);
}

TEST(Directory, WhatIsNoDirectoryOrFile_IsRefusedWithoutWaiting) {
  const test::TempFolder folder;
  const fs::path file = folder.write("file", "x");
  expectRefused(file, "not a directory");
  EXPECT_FALSE(Directory::openOrMake(file / "spool").ok());
  const auto spool = Directory::openOrMake(folder.path());
  ASSERT_EQ(::mkfifo((folder.path() / "pipe").c_str(), 0600), 0);
  EXPECT_EQ(spool->openFile("pipe", O_RDONLY).status().code(), StatusCode::PermissionDenied);
  EXPECT_EQ(spool->openFile("nothing", O_RDONLY).status().code(), StatusCode::NotFound);
  EXPECT_EQ(Directory::open(folder.path() / "nothing").status().code(), StatusCode::NotFound);
}

TEST(Directory, RemovedOrReplaced_IsNoLongerThere) {
  const test::TempFolder folder;
  const auto spool = Directory::openOrMake(folder.path() / "spool");
  EXPECT_TRUE(spool->stillThere());
  fs::remove(folder.path() / "spool");
  EXPECT_FALSE(spool->stillThere());
  fs::create_directory(folder.path() / "spool");
  EXPECT_FALSE(spool->stillThere());
}

TEST(Directory, Rename_ReplacesOnlyWhenWanted) {
  const test::TempFolder folder;
  const auto spool = Directory::openOrMake(folder.path());
  folder.write("a", "a");
  folder.write("b", "b");
  EXPECT_FALSE(spool->rename("a", "b", false).ok());
  EXPECT_TRUE(spool->rename("a", "b").ok());
  EXPECT_FALSE(fs::exists(folder.path() / "a"));
}

}  // namespace
}  // namespace xray::spool
