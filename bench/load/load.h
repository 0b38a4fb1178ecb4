#pragma once
// Clients that post batches of a recording, all at once, until it is all acknowledged.

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "bench/load/http_client.h"
#include "bench/payload/recording.h"

namespace xray::bench {

struct LoadOptions {
  Place place;
  unsigned clients = 8;
  std::uint64_t first = 0;        // index of the first run
  std::uint64_t runs = 10'000;    // how many
  std::uint64_t batchRuns = 90;   // runs of one request
  double seconds = 0;             // no batch begins after this time; 0: no such end
  double batchesPerSecond = 0;    // attempts of all clients together; 0: as fast as answers come
  bool keepAcknowledged = false;  // fill LoadReport::acknowledged
};

struct LoadReport {
  double seconds = 0;          // from the first byte to the last answer
  double cpuSeconds = 0;       // of this process in that time
  std::uint64_t attempts = 0;  // requests
  std::uint64_t broken = 0;    // those without an answer
  std::map<int, std::uint64_t> statuses;
  std::uint64_t withoutRetryAfter = 0;  // 429 and 503 that did not say when to come back
  // Of what was acknowledged with 200:
  std::uint64_t runs = 0;
  std::uint64_t steps = 0;
  std::uint64_t bytes = 0;
  std::uint64_t accepted = 0;  // events, by the server's words
  std::uint64_t duplicates = 0;
  std::uint64_t rejected = 0;
  std::vector<float> latencies;             // milliseconds of each such request
  std::vector<std::uint64_t> acknowledged;  // indexes of the first run of each such batch

  void add(const LoadReport& other);
};

/// Sends everything; a batch that is refused with 429 or 503, or has no answer, is sent again after Retry-After. One
/// thread a client; each makes its next batch while it waits for nothing, so bodies need no room beyond one a client.
LoadReport runLoad(const Recording& recording, const LoadOptions& options);

/// Registers standardSchema().
Status registerSchema(const Place& place);

/// Connects `count` clients, each of which posts one small batch and then says nothing more.
///   Unavailable  one of them was not served
Status openIdle(const Place& place, std::size_t count, std::vector<std::unique_ptr<HttpClient>>& clients);

}  // namespace xray::bench
