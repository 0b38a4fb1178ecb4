#pragma once
// Tells a forked child from its parent without a system call.

namespace xray::sdk {

/// Counts the forks between the first process that asked and this one. Thread-safe.
unsigned processGeneration() noexcept;

}  // namespace xray::sdk
