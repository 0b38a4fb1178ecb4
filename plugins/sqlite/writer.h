#pragma once
// The one connection that commits and checkpoints.

#include <memory>
#include <mutex>

#include "connection.h"
#include "write_statements.h"
#include "xray/store.h"

namespace xray::sqlite {

/// Thread-safety: every method may be called concurrently; one call at a time goes on, the others wait.
class Writer {
 public:
  /// Opens the file and migrates it.
  static Result<std::unique_ptr<Writer>> open(const ConnectionOptions& options);

  Result<AppendOutcome> append(const AppendBatch& batch);
  Status keepIndex(const IndexedKey& key);

  /// Ok when the last append could write. After one that could not, tries a small write, so that a store recovers
  /// without traffic.
  Status probe();

 private:
  Writer() = default;

  std::mutex mu_;
  std::unique_ptr<Connection> connection_;  // guarded by mu_
  WriteStatements statements_;              // guarded by mu_
  Status lastFailure_;                      // guarded by mu_
};

}  // namespace xray::sqlite
