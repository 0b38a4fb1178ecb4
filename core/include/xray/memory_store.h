#pragma once
// The store as an executable specification: plain maps, no files, nothing survives. What it answers is right by
// definition; every other store is compared with it.

#include <memory>

#include "xray/store.h"

namespace xray {

/// Bounded only by memory; for tests and trials.
std::unique_ptr<Store> makeMemoryStore();

}  // namespace xray
