#pragma once

#include <prometheus/metric_family.h>

#include "server/metrics/metrics.h"

namespace xray::server {

/// The numbers of a snapshot under their Prometheus names.
std::vector<prometheus::MetricFamily> snapshotFamilies(const MetricsSnapshot& snapshot);

}  // namespace xray::server
