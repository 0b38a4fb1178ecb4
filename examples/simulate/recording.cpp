#include "simulate/recording.h"

#include <cstdlib>

#include "simulate/definition.h"
#include "simulate/pipelines.h"

namespace simulate {
namespace {

class Recording {
 public:
  explicit Recording(const RecordingOptions& options) : options_(options) {}

  /// The runs that `chosen` says, under a version of the schema that has the pipeline's name.
  template <typename Runs, typename Chosen>
  void record(const char* pipeline, int version, const Runs& runs, Chosen chosen) {
    const auto file = definitionFile(std::filesystem::absolute(options_.schemas), pipeline, version);
    ::setenv("XRAY_SCHEMA", pipeline, 1);
    ::setenv("XRAY_SCHEMA_VERSION", std::to_string(version).c_str(), 1);
    ::setenv("XRAY_SCHEMA_FILE", file.c_str(), 1);
    auto client = xray::Client::fromFile(options_.config);
    for (const auto& run : runs) {
      if (!chosen(run)) continue;
      simulate::record(client, run);
      ++delivery_.runs;
    }
    add(client.close(options_.patience));
  }

  template <typename Runs>
  void record(const char* pipeline, const Runs& runs) {
    record(pipeline, 1, runs, [](const auto&) { return true; });
  }

  const Delivery& delivery() const { return delivery_; }

 private:
  void add(const xray::sdk::DeliveryReport& report) {
    const auto& counters = report.counters;
    delivery_.accepted += counters.accepted;
    delivery_.lost += counters.rejected + counters.givenUp + counters.queueFull + counters.schemaRejected +
                      counters.tooLarge + counters.abandoned + counters.spoolDropped;
    if (!report.status.ok()) delivery_.whatIsMissing = report.status.message();
  }

  const RecordingOptions& options_;
  Delivery delivery_;
};

}  // namespace

Delivery recordPlan(const Plan& plan, const RecordingOptions& options) {
  Recording recording(options);
  recording.record(kSearchPipeline, plan.searches);
  recording.record(kAgentPipeline, plan.tickets);
  recording.record(kEtlPipeline, plan.jobs);
  for (const int version : {kFraudOldVersion, kFraudNewVersion}) {
    recording.record(kFraudPipeline, version, plan.payments,
                     [version](const FraudRun& run) { return run.schemaVersion == version; });
  }
  return recording.delivery();
}

}  // namespace simulate
