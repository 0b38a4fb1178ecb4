// xray spool verify

#include "cli/format.h"
#include "cli/spool_command.h"
#include "cli/spool_files.h"
#include "xray/json.h"
#include "xray/spool/payload.h"

namespace xray::cli {
namespace {

struct Problem {
  std::string file;
  std::optional<std::uint64_t> offset;
  std::uint64_t bytes = 0;
  std::string what;
};

/// Reads everything and collects what is wrong.
class Verification {
 public:
  void check(const SpoolWriter& writer) {
    if (!writer.checkpointStatus.ok()) {
      problems_.push_back({(writer.path / spool::kCheckpoint).string(), {}, 0, writer.checkpointStatus.message()});
    }
    std::uint64_t next = writer.checkpoint.value_or(spool::Checkpoint()).segment;
    for (const spool::ListedSegment& segment : writer.segments) {
      const std::string file = (writer.path / segment.name.toString()).string();
      if (segment.name.number > next && writer.checkpointStatus.ok()) {
        problems_.push_back({file, {}, 0, "segment " + std::to_string(next) + " is missing before it"});
      }
      next = std::max(next, segment.name.number + 1);
      checkSegment(file, writer.alive && segment.name.state == spool::SegmentState::Open);
    }
  }

  std::uint64_t segments() const { return segments_; }
  std::uint64_t batches() const { return batches_; }
  std::uint64_t bytes() const { return bytes_; }
  const std::vector<Problem>& problems() const { return problems_; }

 private:
  void checkSegment(const std::string& file, bool beingWritten) {
    auto reader = openSegment(file);
    if (reader.status().code() == StatusCode::NotFound) return;  // consumed meanwhile
    ++segments_;
    if (!reader.ok()) {
      problems_.push_back({file, {}, 0, reader.status().message()});
      return;
    }
    bytes_ += reader->size();
    while (true) {
      auto piece = reader->next();
      if (!piece.ok()) {
        problems_.push_back({file, reader->offset(), 0, piece.status().message()});
        return;
      }
      if (std::holds_alternative<spool::EndOfSegment>(*piece)) return;
      if (const auto* damage = std::get_if<spool::Damage>(&*piece)) {
        // The frame that is being written just now is not whole yet.
        if (beingWritten && damage->end == reader->size()) continue;
        problems_.push_back({file, damage->offset, damage->end - damage->offset, damage->reason});
        continue;
      }
      auto& frame = std::get<spool::Frame>(*piece);
      ++batches_;
      if (const auto batch = spool::unpack(frame.flags, std::move(frame.payload)); !batch.ok()) {
        problems_.push_back({file, frame.offset, frame.end - frame.offset, batch.status().message()});
      }
    }
  }

  std::uint64_t segments_ = 0;
  std::uint64_t batches_ = 0;
  std::uint64_t bytes_ = 0;
  std::vector<Problem> problems_;
};

void printJson(const Verification& verification, Output& output) {
  std::string text;
  JsonWriter json(text);
  json.beginObject().key("ok").boolean(verification.problems().empty());
  json.key("segments").integer(static_cast<std::int64_t>(verification.segments()));
  json.key("batches").integer(static_cast<std::int64_t>(verification.batches()));
  json.key("bytes").integer(static_cast<std::int64_t>(verification.bytes()));
  json.key("problems").beginArray();
  for (const Problem& problem : verification.problems()) {
    json.beginObject().key("file").string(problem.file).key("offset");
    if (problem.offset) {
      json.integer(static_cast<std::int64_t>(*problem.offset));
    } else {
      json.null();
    }
    json.key("bytes").integer(static_cast<std::int64_t>(problem.bytes)).key("what").string(problem.what).endObject();
  }
  json.endArray().endObject();
  output.out << text << '\n';
}

}  // namespace

void verifySpool(const SpoolOptions& options, Output& output) {
  const auto content = readSpool(options.path);
  if (!content.ok()) return report(output, content.status());
  Verification verification;
  for (const SpoolWriter& writer : content->writers) verification.check(writer);
  if (!verification.problems().empty()) output.exitCode = kFailed;
  if (options.json) return printJson(verification, output);
  for (const Problem& problem : verification.problems()) {
    output.out << harmless(problem.file);
    if (problem.offset) output.out << ": offset " << *problem.offset;
    if (problem.bytes > 0) output.out << ", " << problem.bytes << " bytes";
    output.out << ": " << harmless(problem.what) << '\n';
  }
  output.out << verification.segments() << " segments, " << verification.batches() << " batches, "
             << formatBytes(verification.bytes()) << ": "
             << (verification.problems().empty() ? "all right"
                                                 : std::to_string(verification.problems().size()) + " problems")
             << '\n';
}

}  // namespace xray::cli
