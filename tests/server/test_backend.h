#pragma once

#include <future>
#include <memory>
#include <string>
#include <vector>

#include "server/api/api.h"
#include "server/ingest/pipeline.h"
#include "server/watched_store.h"

namespace xray::server {

inline const std::string kRun = "0190b2a4-7c11-7000-8000-00000000000a";
inline const std::string kOtherRun = "0190b2a4-7c11-7000-8000-00000000000b";
inline const std::string kStep = "0190b2a4-7c11-7000-8000-000000000001";
inline const std::string kOtherStep = "0190b2a4-7c11-7000-8000-000000000002";

// Lines of a batch; `more` begins with a comma.
std::string runStarted(const std::string& runId, const std::string& more = "");
std::string stepEnded(const std::string& runId, const std::string& stepId, const std::string& more = "");
std::string runEnded(const std::string& runId);
std::string schemaRegistered(const std::string& name, int version, const std::string& definition);

/// A response as a test reads it.
struct Reply {
  int status = 0;
  std::string body;
  /// A member of the body as JSON text; "(none)" when it is not there.
  std::string member(const std::string& name) const;
  /// The same of a member that is a string, without quotes.
  std::string text(const std::string& name) const;
  /// The member `name` of each object in the list `list`, as JSON texts.
  std::vector<std::string> column(const std::string& list, const std::string& name) const;
};

/// Ingest and read API over a watched store and a clock that stands still, without sockets.
class TestBackend {
 public:
  explicit TestBackend(ValidationMode mode = ValidationMode::Warn, IngestOptions ingest = {},
                       std::size_t appendConcurrency = 1);

  std::future<Result<Receipt>> submit(std::string body);
  /// Waits for the receipt.
  Result<Receipt> send(std::string body);
  /// GET; `target` as in a request line, not percent-encoded.
  Reply get(const std::string& target) const;

  WatchedStore& store() { return store_; }
  ManualClock& clock() { return clock_; }
  Pipeline& pipeline() { return *pipeline_; }
  const Api& api() const { return *api_; }
  const ApiContext& context() const { return context_; }

 private:
  ManualClock clock_;
  WatchedStore store_;
  std::unique_ptr<SchemaValidator> validator_;
  PluginLoader plugins_;
  ApiContext context_;
  std::unique_ptr<Api> api_;
  std::unique_ptr<Pipeline> pipeline_;
};

/// "1 accepted, 2 duplicates, rejected 3:invalid_event 4:too_deep", or the failure.
std::string describe(const Result<Receipt>& receipt);

/// The request of a target.
http::Request requestOf(const std::string& target);

}  // namespace xray::server
