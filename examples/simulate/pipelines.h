#pragma once
// The four pipelines as they record themselves through the SDK. Their work is simulated: times pass on paper only, and
// every step is recorded with the times that the plan gives it.

#include "simulate/plan.h"
#include "xray/sdk.h"

namespace simulate {

void record(xray::Client& client, const SearchRun& run);
void record(xray::Client& client, const AgentRun& run);
/// A job that dies says nothing from there on: its run and its open steps are kept, unended, until the process ends.
void record(xray::Client& client, const EtlRun& run);
void record(xray::Client& client, const FraudRun& run);

/// How long a job may be silent before it counts as incomplete. Short, as the whole day is recorded in seconds.
inline constexpr std::chrono::seconds kSilenceLimit{2};

}  // namespace simulate
