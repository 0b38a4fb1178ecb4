// What becomes of a spool's two ends when their process forks.

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/temp_folder.h"
#include "transport_ends.h"
#include "xray/spool/spool_listing.h"

namespace xray::test {
namespace {

using testing::UnorderedElementsAre;

/// Runs `body` in a forked child; its exit code is the number of the first check that failed, 0 when all held.
template <typename Body>
int inChild(Body&& body) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(body());
  int status = 0;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

bool writerAlive(const std::filesystem::path& dir) {
  return spool::isWriterAlive(spool::Directory::open(onlyWriter(dir)).value()).value();
}

TEST(FileTransportFork, Child_LeavesItsParentsSegmentsAlone_AndWorksWithASenderOfItsOwn) {
  const TempFolder folder;
  auto sender = senderTo(folder.path(), {{"seal_after", "1h"}, {"durability", "never"}});
  send(*sender, "parent 1\n");
  const int failed = inChild([&] {
    if (sender->send({"child\n", BatchFormat::NdJson}, soon()).status().code() != StatusCode::Unavailable) return 1;
    if (sender->flush(soon()).ok()) return 2;
    sender->cancel();
    sender.reset();  // must neither seal nor wait for the parent's thread
    if (filesEnding(folder.path(), ".open").size() != 1) return 3;
    auto own = senderTo(folder.path());
    if (!own->send({"child\n", BatchFormat::NdJson}, soon()).ok()) return 4;
    own.reset();
    return filesEnding(folder.path(), ".seg").size() == 1 ? 0 : 5;
  });
  EXPECT_EQ(failed, 0);
  send(*sender, "parent 2\n");
  sender.reset();
  EXPECT_THAT(drain(folder.path()), UnorderedElementsAre("parent 1\n", "parent 2\n", "child\n"));
}

TEST(FileTransportFork, Parent_KeepsItsLockWhenTheChildEnds) {
  const TempFolder folder;
  const auto sender = senderTo(folder.path());
  send(*sender, "{}\n");
  EXPECT_EQ(inChild([] { return 0; }), 0);
  EXPECT_TRUE(writerAlive(folder.path()));
}

TEST(FileTransportFork, ChildThatOutlivesItsParent_DoesNotKeepTheLock) {
  const TempFolder folder;
  int pipe[2];
  ASSERT_EQ(::pipe2(pipe, O_CLOEXEC), 0);
  const pid_t parent = ::fork();
  if (parent == 0) {
    const auto sender = senderTo(folder.path(), {{"seal_after", "1h"}});
    send(*sender, "{}\n");
    const pid_t child = ::fork();
    if (child == 0) {
      while (true) ::pause();
    }
    if (::write(pipe[1], &child, sizeof child) != sizeof child) ::_exit(1);
    ::kill(::getpid(), SIGKILL);
  }
  pid_t grandchild = 0;
  ASSERT_EQ(::read(pipe[0], &grandchild, sizeof grandchild), static_cast<ssize_t>(sizeof grandchild));
  ASSERT_EQ(::waitpid(parent, nullptr, 0), parent);
  EXPECT_EQ(::kill(grandchild, 0), 0) << "it still runs";
  EXPECT_TRUE(eventually([&] { return !writerAlive(folder.path()); }));
  EXPECT_THAT(drain(folder.path()), testing::ElementsAre("{}\n"));
  ::kill(grandchild, SIGKILL);
  ::close(pipe[0]);
  ::close(pipe[1]);
}

TEST(FileTransportFork, Receiver_InTheChild_DoesNothing) {
  const TempFolder folder;
  SpoolSink sink;
  auto receiver = receiverOf(folder.path());
  ASSERT_TRUE(receiver->start(sink).ok());
  const int failed = inChild([&] {
    if (receiver->backlog().ok()) return 1;
    if (!receiver->stop(soon()).ok()) return 2;
    receiver.reset();
    return 0;
  });
  EXPECT_EQ(failed, 0);
  const auto sender = senderTo(folder.path());
  send(*sender, "{}\n");
  ASSERT_TRUE(sender->flush(soon()).ok());
  EXPECT_TRUE(sink.waitStored(1));
  EXPECT_TRUE(receiver->stop(soon()).ok());
}

}  // namespace
}  // namespace xray::test
