#pragma once

#include <filesystem>
#include <memory>

#include "drain_loop.h"
#include "xray/options.h"
#include "xray/transport.h"

namespace xray::filetransport {

/// Drains a spool: reads what writers sealed and what dead ones left, gives it to the sink in the order of each writer,
/// and deletes or archives what is stored. Several receivers may share a spool.
///
/// Thread-safety: as Receiver. Errors of start: InvalidArgument, the directory cannot be used. In a forked child it
/// does nothing.
class FileReceiver : public Receiver {
 public:
  FileReceiver(std::filesystem::path dir, const LoopSettings& settings);
  ~FileReceiver() override;

  Status start(Sink& sink) override;
  Status stop(Deadline deadline) override;
  std::string endpoint() const override;
  Result<Backlog> backlog() const override;

 private:
  bool inChild() const;

  const std::filesystem::path dir_;
  const LoopSettings settings_;
  const unsigned process_;
  std::unique_ptr<DrainLoop> loop_;  // set by start; what stop() ended stays for its figures
};

/// Reads the options of a receiver.
///   InvalidArgument  `dir` is empty
Result<std::unique_ptr<Receiver>> makeReceiver(const Options& options);

}  // namespace xray::filetransport
