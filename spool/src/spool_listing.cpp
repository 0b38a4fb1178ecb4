#include "xray/spool/spool_listing.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>

#include "xray/spool/file_lock.h"

namespace xray::spool {
namespace {

Timestamp changedAt(const struct stat& info) {
  return Timestamp(std::chrono::seconds(info.st_mtim.tv_sec) +
                   std::chrono::duration_cast<Microseconds>(std::chrono::nanoseconds(info.st_mtim.tv_nsec)));
}

}  // namespace

bool isHousekeeping(const std::string& name) {
  return name == kWriterLock || name == kReaderLock || name == kCheckpoint || name == kCheckpointDraft;
}

Result<std::vector<ListedSegment>> listSegments(const Directory& directory, std::vector<std::string>* ignored) {
  const auto names = directory.list();
  if (!names.ok()) return names.status();
  std::vector<ListedSegment> segments;
  for (const std::string& name : *names) {
    auto parsed = parseSegmentName(name);
    if (!parsed) {
      if (ignored && !isHousekeeping(name)) ignored->push_back(directory.pathOf(name) + ": unknown");
      continue;
    }
    auto info = directory.stat(name);
    if (!info.ok() && parsed->state == SegmentState::Open) {
      parsed->state = SegmentState::Sealed;  // meanwhile
      info = directory.stat(parsed->toString());
    }
    if (!info.ok()) continue;  // deleted meanwhile
    if (!S_ISREG(info->st_mode)) {
      if (ignored) ignored->push_back(directory.pathOf(name) + ": not a regular file");
      continue;
    }
    if (info->st_uid != ::geteuid()) {
      if (ignored) ignored->push_back(directory.pathOf(name) + ": belongs to another user");
      continue;
    }
    segments.push_back({*parsed, static_cast<std::uint64_t>(info->st_size), changedAt(*info)});
  }
  std::sort(segments.begin(), segments.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  segments.erase(
      std::unique(segments.begin(), segments.end(), [](const auto& a, const auto& b) { return a.name == b.name; }),
      segments.end());
  return segments;
}

Result<std::vector<Id>> listWriters(const Directory& spool, std::vector<std::string>* ignored) {
  const auto names = spool.list();
  if (!names.ok()) return names.status();
  std::vector<Id> writers;
  for (const std::string& name : *names) {
    const auto id = Id::parse(name);
    if (id && id->toString() == name) {
      writers.push_back(*id);
    } else if (ignored && name != kBadFolder && name != kArchiveFolder) {
      ignored->push_back(spool.pathOf(name) + ": unknown");
    }
  }
  std::sort(writers.begin(), writers.end());
  return writers;
}

Result<bool> isWriterAlive(const Directory& writer) {
  // Not for writing: closing it would look like the end of the writer to those who watch for that.
  auto file = writer.openFile(kWriterLock, O_RDONLY);
  if (!file.ok()) {
    if (file.status().code() == StatusCode::NotFound) return false;
    return file.status();
  }
  FileLock lock(std::move(*file));
  // Shared, so that two who look do not take each other for the writer.
  const auto free = lock.tryLock(FileLock::Kind::Shared);
  if (!free.ok()) return free.status();
  return !*free;
}

}  // namespace xray::spool
