#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "xray/ids.h"
#include "xray/spool/directory.h"

namespace xray::filetransport {

/// The folder bad/ of a spool, where what cannot be read or stored is kept for people. Names are made of the writer's
/// id, the segment's number and an offset, so the same piece found again has the same name and is kept once.
///
/// Thread-safety: one thread at a time. Lifetime: borrows the spool.
class Quarantine {
 public:
  struct Place {
    Id writer;
    std::uint64_t segment = 0;
    std::uint64_t offset = 0;
  };

  explicit Quarantine(const spool::Directory& spool) : spool_(spool) {}

  /// Keeps some bytes durably as "<writer>-<segment>-<offset>.<kind>".
  ///   Overloaded  there is no room on the disk; nothing is left of it
  Status keep(const Place& place, const std::string& kind, std::string_view bytes);
  /// The same for a part of a file.
  Status keepRange(const Place& place, const std::string& kind, const spool::File& file, std::uint64_t end);
  /// Moves a whole segment here.
  Status moveHere(const Place& place, const spool::Directory& from, const std::string& name);

 private:
  Status open();
  Status keepPieces(const std::string& name, const std::function<Status(const spool::File&)>& write);
  static std::string nameOf(const Place& place, const std::string& kind);

  const spool::Directory& spool_;
  spool::Directory folder_;
};

}  // namespace xray::filetransport
