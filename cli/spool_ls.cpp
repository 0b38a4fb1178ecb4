// xray spool ls

#include <algorithm>

#include "cli/format.h"
#include "cli/spool_command.h"
#include "cli/spool_files.h"
#include "cli/table.h"
#include "xray/json.h"

namespace xray::cli {
namespace {

struct Row {
  const SpoolWriter* writer;
  const spool::ListedSegment* segment;
  std::string state;
  std::optional<std::uint64_t> events;  // nothing: it cannot be read
  double ageMilliseconds;
};

/// "open", "sealed", and what of it was read.
std::string stateOf(const SpoolWriter& writer, const spool::ListedSegment& segment) {
  if (writer.checkpoint && segment.name.number < writer.checkpoint->segment) return "consumed";
  if (writer.checkpoint && segment.name.number == writer.checkpoint->segment && writer.checkpoint->offset > 0 &&
      segment.bytes > 0) {
    return "read " + std::to_string(std::min<std::uint64_t>(100, writer.checkpoint->offset * 100 / segment.bytes)) +
           " %";
  }
  return segment.name.state == spool::SegmentState::Open ? "open" : "sealed";
}

std::vector<Row> rowsOf(const SpoolContent& content) {
  std::vector<Row> rows;
  for (const SpoolWriter& writer : content.writers) {
    for (const spool::ListedSegment& segment : writer.segments) {
      const auto age = systemClock().now() - segment.changed;
      Row row{
          &writer, &segment, stateOf(writer, segment), {}, std::max<double>(0, static_cast<double>(age.count()) / 1e3)};
      if (auto reader = openSegment(writer.path / segment.name.toString()); reader.ok()) {
        if (const auto summary = spool::summarize(std::move(*reader)); summary.ok()) row.events = summary->events;
      }
      rows.push_back(std::move(row));
    }
  }
  return rows;
}

void printJson(const SpoolContent& content, const std::vector<Row>& rows, const FolderSize& bad,
               const FolderSize& archive, Output& output) {
  std::string text;
  JsonWriter json(text);
  const auto number = [&](const char* name, std::uint64_t value) {
    json.key(name).integer(static_cast<std::int64_t>(value));
  };
  json.beginObject().key("writers").beginArray();
  for (const SpoolWriter& writer : content.writers) {
    json.beginObject().key("id").string(writer.id.toString()).key("alive").boolean(writer.alive);
    json.key("segments").beginArray();
    for (const Row& row : rows) {
      if (row.writer != &writer) continue;
      json.beginObject().key("number").integer(static_cast<std::int64_t>(row.segment->name.number));
      json.key("file").string(row.segment->name.toString()).key("state").string(row.state);
      number("bytes", row.segment->bytes);
      json.key("events");
      if (row.events) {
        json.integer(static_cast<std::int64_t>(*row.events));
      } else {
        json.null();
      }
      json.key("changed_at").string(formatTimestamp(row.segment->changed)).endObject();
    }
    json.endArray().endObject();
  }
  json.endArray();
  number("bad_files", bad.files);
  number("bad_bytes", bad.bytes);
  number("archived_files", archive.files);
  number("archived_bytes", archive.bytes);
  json.key("ignored").beginArray();
  for (const std::string& name : content.ignored) json.string(name);
  json.endArray().endObject();
  output.out << text << '\n';
}

void printTable(const std::vector<Row>& rows, Output& output) {
  Table table({{.title = "WRITER", .atLeast = 8},
               {.title = "ALIVE", .leaveOut = 2},
               {.title = "SEGMENT", .right = true},
               {.title = "STATE"},
               {.title = "SIZE", .right = true},
               {.title = "EVENTS", .right = true},
               {.title = "CHANGED", .right = true, .leaveOut = 1}});
  for (const Row& row : rows) {
    table.add({row.writer->id.toString(),
               {row.writer->alive ? "yes" : "no", row.writer->alive ? Colour::Green : Colour::Dim},
               std::to_string(row.segment->name.number),
               {row.state, row.state == "open" ? Colour::Yellow : Colour::None},
               formatBytes(row.segment->bytes),
               row.events ? Table::Cell(std::to_string(*row.events)) : Table::Cell("unreadable", Colour::Red),
               formatMilliseconds(row.ageMilliseconds) + " ago"});
  }
  table.print(output.out, output.terminal);
}

}  // namespace

void listSpool(const SpoolOptions& options, Output& output) {
  const auto content = readSpool(options.path);
  if (!content.ok()) return report(output, content.status());
  const std::vector<Row> rows = rowsOf(*content);
  const std::filesystem::path dir = options.path;
  const FolderSize bad = sizeOf(dir / spool::kBadFolder);
  const FolderSize archive = sizeOf(dir / spool::kArchiveFolder);
  if (options.json) return printJson(*content, rows, bad, archive, output);

  std::uint64_t bytes = 0;
  std::uint64_t events = 0;
  for (const Row& row : rows) {
    bytes += row.segment->bytes;
    events += row.events.value_or(0);
  }
  if (rows.empty()) {
    output.out << "Nothing waits here.\n";
  } else {
    printTable(rows, output);
    output.out << content->writers.size() << (content->writers.size() == 1 ? " writer, " : " writers, ") << rows.size()
               << (rows.size() == 1 ? " segment, " : " segments, ") << formatBytes(bytes) << ", " << events
               << " events\n";
  }
  if (bad.files > 0) {
    output.out << "bad/: " << bad.files << " damaged or refused pieces, " << formatBytes(bad.bytes) << '\n';
  }
  if (archive.files > 0) {
    output.out << "archive/: " << archive.files << " segments, " << formatBytes(archive.bytes) << '\n';
  }
  for (const std::string& name : content->ignored) output.out << "left alone: " << harmless(name) << '\n';
}

}  // namespace xray::cli
