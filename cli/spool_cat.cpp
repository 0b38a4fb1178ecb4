// xray spool cat

#include <cerrno>
#include <cstring>

#include "cli/spool_command.h"
#include "cli/spool_files.h"
#include "xray/json.h"
#include "xray/spool/payload.h"
#include "xray/text.h"

namespace xray::cli {
namespace {

constexpr unsigned kMaxDepth = 1000;

/// Writes batch after batch, so that a spool of any size can be read through a pipe.
class Cat {
 public:
  explicit Cat(Output& output) : output_(output), out_(output.stream()) {}

  /// False: the reader of the output has gone.
  bool segment(spool::SegmentReader reader, const std::string& path, std::uint64_t from, bool beingWritten) {
    if (from > reader.offset()) reader.seek(from);
    while (true) {
      auto piece = reader.next();
      if (!piece.ok()) return complain(path, piece.status().message());
      if (std::holds_alternative<spool::EndOfSegment>(*piece)) return true;
      if (const auto* damage = std::get_if<spool::Damage>(&*piece)) {
        if (!(beingWritten && damage->end == reader.size())) {
          complain(path, "damaged at offset " + std::to_string(damage->offset) + ": " + damage->reason);
        }
        continue;
      }
      auto& frame = std::get<spool::Frame>(*piece);
      const auto batch = spool::unpack(frame.flags, std::move(frame.payload));
      if (!batch.ok()) {
        complain(path, "offset " + std::to_string(frame.offset) + ": " + batch.status().message());
      } else if (!write(*batch)) {
        return false;
      }
    }
  }

  /// What cannot be read is told, and the rest is printed.
  bool complain(const std::string& path, const std::string& what) {
    output_.error << "xray: " << harmless(path) << ": " << harmless(what) << '\n';
    output_.exitCode = kFailed;
    return true;
  }

 private:
  bool write(const Batch& batch) {
    errno = 0;
    if (batch.format == BatchFormat::NdJson) {
      out_ << batch.body;
      if (!batch.body.ends_with('\n')) out_ << '\n';
    } else {
      writeElements(batch.body);
    }
    if (out_) return true;
    if (errno == EPIPE) {
      out_.clear();  // it has seen enough
    } else {
      output_.error << "xray: cannot write the output: " << std::strerror(errno) << '\n';
      output_.exitCode = kFailed;
    }
    return false;
  }

  void writeElements(const std::string& document) {
    const auto facts = checkJson(document, kMaxDepth);
    if (!facts.ok() || facts->type != JsonType::Array) return writeLine(facts.ok() ? facts->text : document);
    for (JsonCursor cursor(facts->text); cursor.next();) writeLine(cursor.value().text);
  }

  /// Line ends in JSON are white space.
  void writeLine(std::string_view json) {
    std::string line(json);
    for (char& c : line) {
      if (c == '\n' || c == '\r') c = ' ';
    }
    out_ << line << '\n';
  }

  Output& output_;
  std::ostream& out_;
};

}  // namespace

void catSpool(const SpoolOptions& options, Output& output) {
  Cat cat(output);
  const std::filesystem::path path = options.path;
  std::error_code error;
  if (!std::filesystem::is_directory(path, error)) {
    auto reader = openSegment(path);
    if (!reader.ok()) return report(output, reader.status());
    cat.segment(std::move(*reader), path.string(), 0, path.extension() == ".open");
    return;
  }
  const auto content = readSpool(path);
  if (!content.ok()) return report(output, content.status());
  for (const SpoolWriter& writer : content->writers) {
    const spool::Checkpoint from = writer.checkpoint.value_or(spool::Checkpoint());
    for (const spool::ListedSegment& segment : writer.segments) {
      if (segment.name.number < from.segment) continue;
      const std::string file = (writer.path / segment.name.toString()).string();
      auto reader = openSegment(file);
      if (reader.status().code() == StatusCode::NotFound) continue;  // consumed meanwhile
      if (!reader.ok()) {
        cat.complain(file, reader.status().message());
        continue;
      }
      const bool beingWritten = writer.alive && segment.name.state == spool::SegmentState::Open;
      const std::uint64_t offset = segment.name.number == from.segment ? from.offset : 0;
      if (!cat.segment(std::move(*reader), file, offset, beingWritten)) return;
    }
  }
}

}  // namespace xray::cli
