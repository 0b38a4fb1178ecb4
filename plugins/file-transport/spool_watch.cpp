#include "spool_watch.h"

#include <sys/inotify.h>
#include <unistd.h>

#include <array>

namespace xray::filetransport {

SpoolWatch::SpoolWatch() : events_(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC)) {}

void SpoolWatch::watchSpool(const std::filesystem::path& path) {
  watch(path, IN_CREATE | IN_MOVED_TO);
}

void SpoolWatch::watchWriter(const std::filesystem::path& path) {
  watch(path, IN_MOVED_TO | IN_CLOSE_WRITE);
}

void SpoolWatch::watch(const std::filesystem::path& path, unsigned events) {
  if (events_.isOpen()) ::inotify_add_watch(events_.descriptor(), path.c_str(), events | IN_ONLYDIR | IN_DONT_FOLLOW);
}

bool SpoolWatch::drain() {
  if (!events_.isOpen()) return false;
  std::array<char, 4096> buffer;
  bool any = false;
  while (::read(events_.descriptor(), buffer.data(), buffer.size()) > 0) any = true;
  return any;
}

}  // namespace xray::filetransport
