#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>

#include "simulate/plan.h"

namespace simulate {

/// What became of the events.
struct Delivery {
  std::uint64_t runs = 0;
  std::uint64_t accepted = 0;
  std::uint64_t lost = 0;     // refused by the backend, dropped, or not delivered in time
  std::string whatIsMissing;  // for people; empty when everything was delivered

  bool complete() const { return lost == 0 && whatIsMissing.empty(); }
};

struct RecordingOptions {
  std::filesystem::path config;                                   // of the SDK
  std::filesystem::path schemas;                                  // the folder of the definitions
  std::chrono::milliseconds patience = std::chrono::seconds(60);  // for the backend, after each pipeline
};

/// Records the plan, one pipeline after the other: a client has one schema, which its configuration takes from
/// XRAY_SCHEMA, XRAY_SCHEMA_VERSION and XRAY_SCHEMA_FILE. Changes the environment, so no other thread may be about.
/// Throws xray::ConfigError for a configuration that cannot be used; what was recorded before stays.
Delivery recordPlan(const Plan& plan, const RecordingOptions& options);

}  // namespace simulate
