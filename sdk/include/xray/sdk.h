#pragma once
// Everything that an application needs to record runs.

#include "xray/sdk/client.h"  // IWYU pragma: export
#include "xray/sdk/fields.h"  // IWYU pragma: export
#include "xray/sdk/run.h"     // IWYU pragma: export
#include "xray/sdk/step.h"    // IWYU pragma: export
