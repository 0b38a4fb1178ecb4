#include "cli/spool_files.h"

#include <fcntl.h>

#include "xray/text.h"

namespace xray::cli {

Result<SpoolContent> readSpool(const std::filesystem::path& dir) {
  const auto spool = spool::Directory::open(dir);
  if (!spool.ok()) return spool.status();
  SpoolContent content;
  const auto writers = spool::listWriters(*spool, &content.ignored);
  if (!writers.ok()) return writers.status();
  for (const Id& id : *writers) {
    const auto directory = spool->openChild(id.toString());
    if (!directory.ok()) {
      if (directory.status().code() != StatusCode::NotFound) content.ignored.push_back(directory.status().message());
      continue;
    }
    SpoolWriter writer;
    writer.id = id;
    writer.path = directory->path();
    const auto alive = spool::isWriterAlive(*directory);
    writer.alive = alive.ok() && *alive;
    auto segments = spool::listSegments(*directory, &content.ignored);
    if (!segments.ok()) return segments.status();
    writer.segments = std::move(*segments);
    // After the listing: a reader that works meanwhile only makes it cover more.
    const auto checkpoint = spool::readCheckpoint(*directory);
    if (checkpoint.ok()) writer.checkpoint = *checkpoint;
    writer.checkpointStatus = checkpoint.status();
    content.writers.push_back(std::move(writer));
  }
  return content;
}

Result<spool::SegmentReader> openSegment(const std::filesystem::path& path) {
  std::error_code error;
  const std::filesystem::path absolute = std::filesystem::absolute(path, error).lexically_normal();
  const auto name = spool::parseSegmentName(absolute.filename().string());
  const auto writer = Id::parse(absolute.parent_path().filename().string());
  if (!name || !writer) {
    return Status(StatusCode::InvalidArgument, quoted(path.string()) +
                                                   " is neither a spool nor a segment (its path ends in "
                                                   "<UUID of a writer>/<16 hexadecimal digits>.seg or .open)");
  }
  const auto directory = spool::Directory::open(absolute.parent_path());
  if (!directory.ok()) return directory.status();
  auto file = directory->openFile(absolute.filename().string(), O_RDONLY);
  if (!file.ok() && file.status().code() == StatusCode::NotFound && name->state == spool::SegmentState::Open) {
    file = directory->openFile(spool::SegmentName{name->number}.toString(), O_RDONLY);  // sealed meanwhile
  }
  if (!file.ok()) return file.status();
  return spool::SegmentReader::open(std::make_shared<const spool::File>(std::move(*file)), *writer, name->number);
}

FolderSize sizeOf(const std::filesystem::path& folder) {
  FolderSize size;
  std::error_code error;
  for (std::filesystem::recursive_directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    std::error_code gone;
    if (!entry->is_regular_file(gone) || gone) continue;
    const std::uint64_t bytes = entry->file_size(gone);
    if (gone) continue;
    ++size.files;
    size.bytes += bytes;
  }
  return size;
}

}  // namespace xray::cli
