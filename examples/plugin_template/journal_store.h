#pragma once

#include <xray/plugin.h>
#include <xray/store.h>

#include <memory>
#include <mutex>
#include <string>

#include "journal_file.h"

namespace journal {

/// Keeps every append as one line of a journal, and what follows from all of them in X-Ray's memory store, which
/// answers the reads. For stores that fit into memory. Opened for reading alone, it reads on in the journal before each
/// answer.
///
/// Thread-safety, lifetime, errors: as xray::Store.
class JournalStore : public xray::Store {
 public:
  JournalStore(const std::string& path, bool sync, xray::StoreAccess access);

  xray::Status open() override;
  xray::Result<xray::AppendOutcome> append(const xray::AppendBatch& batch) override;
  std::size_t appendConcurrency() const override { return 1; }
  xray::Status close() override;

  // What follows is answered by the memory store.
  xray::Result<std::optional<xray::Run>> run(const xray::Id& runId, const xray::ReadContext& context) override {
    return current().run(runId, context);
  }
  xray::Result<xray::Page<xray::Run>> runs(const xray::PageQuery& query, const xray::ReadContext& context) override {
    return current().runs(query, context);
  }
  xray::Result<std::vector<xray::StepSkeleton>> runSteps(const xray::Id& runId,
                                                         const xray::ReadContext& context) override {
    return current().runSteps(runId, context);
  }
  xray::Result<std::optional<xray::Step>> step(const xray::Id& runId, const xray::Id& stepId,
                                               const xray::ReadContext& context) override {
    return current().step(runId, stepId, context);
  }
  xray::Result<xray::Page<xray::Step>> steps(const xray::PageQuery& query, bool skeleton,
                                             const xray::ReadContext& context) override {
    return current().steps(query, skeleton, context);
  }
  xray::Result<xray::Analysis<xray::LatencyRow>> latency(const xray::GroupQuery& query,
                                                         const xray::ReadContext& context) override {
    return current().latency(query, context);
  }
  xray::Result<xray::Analysis<xray::ValuesRow>> values(const xray::ValuesQuery& query,
                                                       const xray::ReadContext& context) override {
    return current().values(query, context);
  }
  xray::Result<xray::Analysis<xray::FailureRow>> failures(const xray::FailuresQuery& query,
                                                          const xray::ReadContext& context) override {
    return current().failures(query, context);
  }
  xray::Result<xray::Analysis<xray::CountRow>> counts(xray::Entity of, const xray::GroupQuery& query,
                                                      const xray::ReadContext& context) override {
    return current().counts(of, query, context);
  }
  xray::Result<std::vector<xray::SchemaInfo>> schemas(std::string_view name,
                                                      const xray::ReadContext& context) override {
    return current().schemas(name, context);
  }
  xray::Result<std::optional<xray::SchemaInfo>> schema(const xray::SchemaRefView& ref,
                                                       const xray::ReadContext& context) override {
    return current().schema(ref, context);
  }
  xray::Result<std::vector<xray::RunSchema>> runSchemas(std::span<const xray::Id> runIds) override {
    return memory_->runSchemas(runIds);
  }
  xray::Result<xray::RejectionPage> rejections(std::size_t pageSize, std::optional<std::int64_t> before,
                                               const xray::ReadContext& context) override {
    return current().rejections(pageSize, before, context);
  }
  xray::Status keepIndex(const xray::IndexedKey& key) override;
  xray::Status health() override;

 private:
  /// The memory store with everything that the journal holds now. When the journal cannot be read on, with what could
  /// be read: health() says so.
  xray::Store& current();
  /// Gives a line of the journal to the memory store.
  xray::Status take(std::string_view line);
  xray::Status replay(std::string_view line);

  const std::string path_;
  const bool readOnly_;
  const std::unique_ptr<xray::Store> memory_;
  std::mutex mu_;
  JournalFile file_;         // guarded by mu_
  bool headerRead_ = false;  // guarded by mu_
  bool closed_ = false;      // guarded by mu_
  xray::Status followed_;    // guarded by mu_; how reading on went
};

}  // namespace journal
