#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "xray/schema_validator.h"

namespace xray::cli {

/// What a definition would find in steps that were recorded, counted by step and key. One thread at a time.
class SchemaTrial {
 public:
  explicit SchemaTrial(std::unique_ptr<CompiledSchema> schema) : schema_(std::move(schema)) {}

  /// A step as the API writes it.
  void add(std::string_view step);

  struct Finding {
    std::string name;  // of the step
    std::string stepType;
    std::string pointer;  // places in lists as "*"
    ViolationKind kind = ViolationKind::UnknownKey;
    std::int64_t steps = 0;
    std::string example;  // the run of the first one that was added
  };
  /// The most steps first.
  std::vector<Finding> findings() const;

  std::int64_t steps() const { return steps_; }
  std::int64_t violatingSteps() const { return violatingSteps_; }
  /// Findings beyond kMaxFindings, which are not listed.
  std::int64_t notListed() const { return notListed_; }
  static constexpr std::size_t kMaxFindings = 10'000;

 private:
  std::unique_ptr<CompiledSchema> schema_;
  std::map<std::string, Finding> found_;
  std::int64_t steps_ = 0;
  std::int64_t violatingSteps_ = 0;
  std::int64_t notListed_ = 0;
  std::vector<Violation> violations_;  // of the step at hand
};

}  // namespace xray::cli
