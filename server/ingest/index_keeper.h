#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <utility>

#include "xray/store.h"

namespace xray::server {

/// Has the store keep an index for each key that a schema marks with `index: true`: at first for the schemas that are
/// there, then for those that come. On a thread of its own, because building an index over a large store takes long.
///
/// Thread-safety: all methods may be called concurrently. Lifetime: borrows the store and the clock; the destructor
/// stops it.
class IndexKeeper {
 public:
  IndexKeeper(Store& store, const Clock& clock, Microseconds incompleteAfter);
  ~IndexKeeper();

  /// A schema was stored. At most kMaxWaiting keys wait; further ones are logged and get their index at the next start.
  void schemaStored(JsonText definition);

  /// Lets the index in work be finished, drops what waits, joins the thread. Idempotent.
  void stop();

 private:
  static constexpr std::size_t kMaxWaiting = 1'000;

  void work();
  void addStoredSchemas();
  void keep(const IndexedKey& key);

  Store& store_;
  const Clock& clock_;
  const Microseconds incompleteAfter_;

  std::mutex mu_;
  std::condition_variable changed_;
  std::deque<IndexedKey> waiting_;                  // guarded by mu_
  std::set<std::pair<Field, std::string>> wanted_;  // guarded by mu_; all that were ever in waiting_
  bool stopping_ = false;                           // guarded by mu_
  std::thread thread_;                              // joined by stop()
};

}  // namespace xray::server
