#pragma once

#include <cstddef>
#include <string>

namespace attribution {

/// Where somebody, or some rule, says that a run went wrong.
struct Place {
  std::size_t message = 0;  // of the recording, from 0
  std::string agent;
};

}  // namespace attribution
