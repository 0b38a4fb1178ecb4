#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <stdexcept>
#include <vector>

#include "http/raw_client.h"
#include "xray/transport.h"

namespace xray::test {

/// Keeps every batch and answers with what it is told; while holding, it answers when release() is called.
class RecordingSink : public Sink {
 public:
  void submit(Batch batch, Done done) override {
    std::unique_lock lock(mu_);
    batches_.push_back(std::move(batch));
    if (holding_) {
      held_.push_back(std::move(done));
      changed_.notify_all();
      return;
    }
    const Result<Receipt> answer = answer_;
    lock.unlock();
    done(answer);
  }

  void answerWith(Result<Receipt> answer) {
    const std::lock_guard lock(mu_);
    answer_ = std::move(answer);
  }

  void hold() {
    const std::lock_guard lock(mu_);
    holding_ = true;
  }

  /// The answers owed since hold(), once there are `count` of them.
  std::vector<Done> takeHeld(std::size_t count) {
    std::unique_lock lock(mu_);
    if (!changed_.wait_for(lock, kPatience, [&] { return held_.size() >= count; })) {
      throw std::runtime_error("too few batches came");
    }
    return std::exchange(held_, {});
  }

  std::vector<Batch> batches() const {
    const std::lock_guard lock(mu_);
    return batches_;
  }

 private:
  mutable std::mutex mu_;
  std::condition_variable changed_;
  Result<Receipt> answer_ = Receipt{.accepted = 1, .duplicates = 0, .rejected = {}, .warnings = {}};
  bool holding_ = false;
  std::vector<Done> held_;
  std::vector<Batch> batches_;
};

}  // namespace xray::test
