#pragma once
// Both ends of a spool as tests make them.

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "file_receiver.h"
#include "file_sender.h"
#include "option_table.h"
#include "xray/config.h"

namespace xray::test {

constexpr std::chrono::seconds kPatience{60};

inline Deadline soon() {
  return std::chrono::steady_clock::now() + kPatience;
}

/// Asks again and again until the answer is true or patience ends; returns the last answer.
template <typename Question>
bool eventually(Question&& question) {
  const Deadline deadline = soon();
  while (!question()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return true;
}

/// The options of the plugin as a configuration file that sets only `changes` gives them.
inline Options withDefaults(const std::map<std::string, std::string>& changes) {
  Options options;
  for (const OptionSpec& spec : filetransport::optionTable()) {
    const auto change = changes.find(spec.name);
    options.set(spec.name, parseOption(spec, change == changes.end() ? spec.fallback : change->second).value());
  }
  return options;
}

using Changes = std::map<std::string, std::string>;

inline std::unique_ptr<Sender> senderTo(const std::filesystem::path& dir, Changes changes = {}) {
  changes["dir"] = dir.string();
  return filetransport::makeSender(withDefaults(changes)).value();
}

inline std::unique_ptr<Receiver> receiverOf(const std::filesystem::path& dir, Changes changes = {}) {
  changes["dir"] = dir.string();
  return filetransport::makeReceiver(withDefaults(changes)).value();
}

inline Receipt send(Sender& sender, const std::string& body) {
  auto receipt = sender.send({body, BatchFormat::NdJson}, soon());
  if (!receipt.ok()) throw std::runtime_error(receipt.status().toString());
  return *receipt;
}

/// Keeps what it is given, and answers at once with what `answer` says, or later when it is held.
class SpoolSink : public Sink {
 public:
  using Answer = std::function<Result<Receipt>(const std::string& body)>;

  SpoolSink() = default;
  explicit SpoolSink(Answer answer) : answer_(std::move(answer)) {}

  void submit(Batch batch, Done done) override {
    Answer answer;
    {
      const std::lock_guard lock(mu_);
      submitted_.push_back(batch.body);
      formats_.push_back(batch.format);
      if (holding_) {
        held_.emplace_back(batch.body, std::move(done));
        changed_.notify_all();
        return;
      }
      answer = answer_;
    }
    Result<Receipt> receipt = answer ? answer(batch.body) : Receipt();
    {
      const std::lock_guard lock(mu_);
      if (receipt.ok()) stored_.push_back(batch.body);
      changed_.notify_all();
    }
    done(std::move(receipt));
  }

  void answerWith(Answer answer) {
    const std::lock_guard lock(mu_);
    answer_ = std::move(answer);
  }

  void hold() {
    const std::lock_guard lock(mu_);
    holding_ = true;
  }

  using Held = std::deque<std::pair<std::string, Done>>;
  /// The answers owed, once there are `count` of them; what comes after is held too until letGo().
  Held takeHeld(std::size_t count) {
    std::unique_lock lock(mu_);
    if (!changed_.wait_for(lock, kPatience, [&] { return held_.size() >= count; })) {
      throw std::runtime_error("too few batches came: " + std::to_string(held_.size()));
    }
    return std::exchange(held_, {});
  }
  void letGo() {
    const std::lock_guard lock(mu_);
    holding_ = false;
  }

  /// Bodies in the order in which they were submitted, those that were refused among them.
  std::vector<std::string> submitted() const {
    const std::lock_guard lock(mu_);
    return submitted_;
  }
  /// Bodies that were answered with a receipt at once.
  std::vector<std::string> stored() const {
    const std::lock_guard lock(mu_);
    return stored_;
  }
  std::vector<BatchFormat> formats() const {
    const std::lock_guard lock(mu_);
    return formats_;
  }
  bool waitStored(std::size_t count) const {
    std::unique_lock lock(mu_);
    return changed_.wait_for(lock, kPatience, [&] { return stored_.size() >= count; });
  }

 private:
  mutable std::mutex mu_;
  mutable std::condition_variable changed_;
  Answer answer_;
  bool holding_ = false;
  Held held_;
  std::vector<std::string> submitted_;
  std::vector<std::string> stored_;
  std::vector<BatchFormat> formats_;
};

/// Drains what is ready, with a receiver of its own; returns what the sink stored.
inline std::vector<std::string> drain(const std::filesystem::path& dir, const Changes& changes = {}) {
  SpoolSink sink;
  const auto receiver = receiverOf(dir, changes);
  if (const Status status = receiver->start(sink); !status.ok()) throw std::runtime_error(status.toString());
  if (!eventually([&] { return receiver->backlog().value().bytes == 0; })) throw std::runtime_error("backlog stays");
  if (const Status status = receiver->stop(soon()); !status.ok()) throw std::runtime_error(status.toString());
  return sink.stored();
}

/// Files below a directory whose names end so, by path.
inline std::vector<std::filesystem::path> filesEnding(const std::filesystem::path& dir, const std::string& ending) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(dir)) {
    if (entry.is_regular_file() && entry.path().string().ends_with(ending)) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

inline std::string readFile(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// The only writer's directory in a spool.
inline std::filesystem::path onlyWriter(const std::filesystem::path& dir) {
  std::vector<std::filesystem::path> found;
  for (const auto& entry : std::filesystem::directory_iterator(dir)) {
    if (Id::parse(entry.path().filename().string())) found.push_back(entry.path());
  }
  if (found.size() != 1) throw std::runtime_error(std::to_string(found.size()) + " writers in " + dir.string());
  return found.front();
}

}  // namespace xray::test
