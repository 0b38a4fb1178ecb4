#include "server/api/analysis_json.h"

#include "xray/json.h"

namespace xray::server {
namespace {

void write(JsonWriter& json, const GroupValue& value) {
  if (const auto* text = std::get_if<std::string>(&value)) {
    json.string(*text);
  } else if (const auto* number = std::get_if<double>(&value)) {
    json.number(*number);
  } else if (const auto* truth = std::get_if<bool>(&value)) {
    json.boolean(*truth);
  } else {
    json.null();
  }
}

void write(JsonWriter& json, const std::optional<Microseconds>& value) {
  value ? json.raw(milliseconds(*value)) : json.null();
}

void write(JsonWriter& json, const std::optional<double>& value) {
  value ? json.number(*value) : json.null();
}

std::string nameOf(const AnalysisField& key) {
  return key.name;
}
std::string_view nameOf(FailureKey key) {
  return toString(key);
}

template <typename Row, typename Key, typename WriteRow>
std::string document(const Analysis<Row>& answer, const std::vector<Key>& keys, WriteRow writeRow) {
  std::string out;
  JsonWriter json(out);
  json.beginObject().key("rows").beginArray();
  for (const Row& row : answer.rows) {
    json.beginObject();
    for (std::size_t i = 0; i < keys.size(); ++i) write(json.key(nameOf(keys[i])), row.group[i]);
    writeRow(json, row);
    json.endObject();
  }
  json.endArray().key("truncated").boolean(answer.truncated).endObject();
  return out;
}

template <typename Row>
void writeBucket(JsonWriter& json, const Row& row, bool buckets) {
  if (buckets) json.key("bucket").string(formatTimestamp(*row.bucket));
}

void writeHistogram(JsonWriter& json, const std::optional<Histogram>& histogram) {
  if (!histogram) {
    json.null();
    return;
  }
  json.beginArray();
  for (const HistogramBin& bin : *histogram) {
    json.beginObject().key("lo").number(bin.lo).key("hi").number(bin.hi).key("count").integer(bin.count).endObject();
  }
  json.endArray();
}

}  // namespace

std::string analysisJson(const Analysis<LatencyRow>& answer, const std::vector<AnalysisField>& keys, bool buckets) {
  return document(answer, keys, [buckets](JsonWriter& json, const LatencyRow& row) {
    writeBucket(json, row, buckets);
    json.key("count").integer(row.count).key("errors").integer(row.errors);
    write(json.key("min_ms"), row.min);
    write(json.key("avg_ms"), row.average ? std::optional(*row.average / 1000) : std::nullopt);
    write(json.key("p50_ms"), row.p50);
    write(json.key("p95_ms"), row.p95);
    write(json.key("p99_ms"), row.p99);
    write(json.key("max_ms"), row.max);
  });
}

std::string analysisJson(const Analysis<CountRow>& answer, const std::vector<AnalysisField>& keys, bool buckets) {
  return document(answer, keys, [buckets](JsonWriter& json, const CountRow& row) {
    writeBucket(json, row, buckets);
    json.key("count").integer(row.count);
  });
}

std::string analysisJson(const Analysis<ValuesRow>& answer, const std::vector<AnalysisField>& keys) {
  return document(answer, keys, [](JsonWriter& json, const ValuesRow& row) {
    json.key("count").integer(row.count).key("missing").integer(row.missing);
    write(json.key("min"), row.min);
    write(json.key("avg"), row.average);
    write(json.key("p50"), row.p50);
    write(json.key("p95"), row.p95);
    write(json.key("p99"), row.p99);
    write(json.key("max"), row.max);
    writeHistogram(json.key("histogram"), row.histogram);
  });
}

std::string analysisJson(const Analysis<FailureRow>& answer, const std::vector<FailureKey>& keys) {
  return document(answer, keys, [](JsonWriter& json, const FailureRow& row) {
    write(json.key("runs").integer(row.runs).key("share"), row.share);
    json.key("examples").beginArray();
    for (const FailureExample& example : row.examples) {
      json.beginObject().key("run_id").string(example.runId.toString()).key("step_id");
      example.stepId ? json.string(example.stepId->toString()) : json.null();
      json.endObject();
    }
    json.endArray();
  });
}

}  // namespace xray::server
