#include "xray/spool/file_lock.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <memory>

#include "support/temp_folder.h"
#include "xray/spool/directory.h"

namespace xray::spool {
namespace {

class FileLockTest : public testing::Test {
 protected:
  std::unique_ptr<FileLock> lockOf(const std::string& name) {
    return std::make_unique<FileLock>(std::move(directory_.openFile(name, O_RDWR | O_CREAT)).value());
  }
  test::TempFolder folder_;
  Directory directory_ = Directory::openOrMake(folder_.path()).value();
};

TEST_F(FileLockTest, Exclusive_KeepsOthersOutUntilItGoes) {
  auto first = lockOf("LOCK");
  const auto second = lockOf("LOCK");
  EXPECT_TRUE(first->tryLock(FileLock::Kind::Exclusive).value());
  EXPECT_FALSE(second->tryLock(FileLock::Kind::Exclusive).value());
  EXPECT_FALSE(second->tryLock(FileLock::Kind::Shared).value());
  first.reset();
  EXPECT_TRUE(second->tryLock(FileLock::Kind::Exclusive).value());
}

TEST_F(FileLockTest, Shared_LetsOthersShare) {
  const auto first = lockOf("LOCK");
  const auto second = lockOf("LOCK");
  EXPECT_TRUE(first->tryLock(FileLock::Kind::Shared).value());
  EXPECT_TRUE(second->tryLock(FileLock::Kind::Shared).value());
  EXPECT_FALSE(lockOf("LOCK")->tryLock(FileLock::Kind::Exclusive).value());
}

TEST_F(FileLockTest, OfAFileThatWasDeleted_IsNotHeld) {
  const auto lock = lockOf("LOCK");
  ASSERT_TRUE(directory_.remove("LOCK").ok());
  EXPECT_FALSE(lock->tryLock(FileLock::Kind::Exclusive).value());
}

}  // namespace
}  // namespace xray::spool
