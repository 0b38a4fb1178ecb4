#pragma once

#include <string>

#include "simulate/day.h"

namespace simulate {

/// What an answer is found with, in both ways of asking.
struct Question {
  std::string command;  // of a shell
  std::string request;  // path and query of the read API; empty: the command asks several
};

/// Makes questions about what started on a day. Immutable.
class Asking {
 public:
  explicit Asking(const Day& day) : midnight_(day.midnight) {}

  /// `xray <command>`, or `path`, narrowed to a filter (empty: none) and to hours of the day, `until` not included.
  /// The filter holds no single quotes, as it stands between such.
  Question ask(const std::string& command, const std::string& path, const std::string& filter = "", int from = 0,
               int until = 24) const;

 private:
  xray::Timestamp midnight_;
};

}  // namespace simulate
