#include "quarantine.h"

#include <fcntl.h>

#include <algorithm>

#include "xray/spool/format.h"

namespace xray::filetransport {
namespace {

constexpr std::uint64_t kCopyBytes = 1 << 20;
constexpr const char* kDraft = ".new";

}  // namespace

std::string Quarantine::nameOf(const Place& place, const std::string& kind) {
  return place.writer.toString() + "-" + spool::hexNumber(place.segment) + "-" + std::to_string(place.offset) + "." +
         kind;
}

Status Quarantine::open() {
  if (folder_.isOpen() && folder_.stillThere()) return {};
  auto folder = spool_.openOrMakeChild(spool::kBadFolder);
  if (!folder.ok()) return folder.status();
  folder_ = std::move(*folder);
  return {};
}

Status Quarantine::keep(const Place& place, const std::string& kind, std::string_view bytes) {
  return keepPieces(nameOf(place, kind), [&](const spool::File& draft) { return draft.writeAt(0, bytes); });
}

Status Quarantine::keepRange(const Place& place, const std::string& kind, const spool::File& file, std::uint64_t end) {
  return keepPieces(nameOf(place, kind), [&](const spool::File& draft) {
    std::string bytes;
    for (std::uint64_t at = place.offset; at < end; at += bytes.size()) {
      const std::size_t wanted = static_cast<std::size_t>(std::min(kCopyBytes, end - at));
      if (Status status = file.readAt(at, wanted, bytes); !status.ok()) return status;
      if (bytes.empty()) break;
      if (Status status = draft.writeAt(at - place.offset, bytes); !status.ok()) return status;
    }
    return Status();
  });
}

Status Quarantine::keepPieces(const std::string& name, const std::function<Status(const spool::File&)>& write) {
  if (Status status = open(); !status.ok()) return status;
  if (folder_.stat(name).ok()) return {};
  const std::string draftName = name + kDraft;
  const auto draft = folder_.openFile(draftName, O_WRONLY | O_CREAT | O_TRUNC);
  if (!draft.ok()) return draft.status();
  Status status = write(*draft);
  if (status.ok()) status = draft->sync();
  if (!status.ok()) {
    (void)folder_.remove(draftName);
    return {status.code(), folder_.pathOf(name) + ": " + status.message()};
  }
  if (status = folder_.rename(draftName, name); !status.ok()) return status;
  return folder_.sync();
}

Status Quarantine::moveHere(const Place& place, const spool::Directory& from, const std::string& name) {
  if (Status status = open(); !status.ok()) return status;
  if (Status status = from.moveTo(name, folder_, nameOf(place, "segment")); !status.ok()) return status;
  if (Status status = folder_.sync(); !status.ok()) return status;
  return from.sync();
}

}  // namespace xray::filetransport
