#include "failure.h"

namespace xray::postgres {
namespace {

bool isOneOf(std::string_view state, std::initializer_list<std::string_view> states) {
  for (const std::string_view known : states) {
    // Two characters stand for a class.
    if (state.substr(0, known.size()) == known) return true;
  }
  return false;
}

}  // namespace

bool isRefusal(std::string_view state) {
  // Data exceptions, violated constraints, limits of a row or index entry.
  return isOneOf(state, {"22", "23", "54"});
}

bool isTaken(std::string_view state) {
  return state == "23505";
}

bool isConflict(std::string_view state) {
  // Serialization failure, deadlock.
  return isOneOf(state, {"40001", "40P01"});
}

bool isLost(std::string_view state) {
  // Connection exceptions, shutdowns, a killed backend.
  return isOneOf(state, {"08", "57P01", "57P02", "57P03", "57P05"});
}

StatusCode codeOf(std::string_view state) {
  if (isLost(state) || isConflict(state)) return StatusCode::Unavailable;
  if (state == "57014") return StatusCode::DeadlineExceeded;
  // Out of disk, memory or connections; I/O errors; locks not had in time; read-only (a standby).
  if (isOneOf(state, {"53", "58", "55P03", "25006", "25P03"})) return StatusCode::Unavailable;
  // No rights; no such schema or table, or one that somebody else made.
  if (isOneOf(state, {"28", "3D000", "3F000", "42501", "42P01", "42P06", "42P07", "42703", "42710"})) {
    return StatusCode::InvalidArgument;
  }
  return StatusCode::Internal;
}

std::string oneLine(std::string_view message) {
  std::string line;
  for (const char c : message) {
    const bool space = c == '\n' || c == '\t' || c == '\r' || c == ' ';
    if (!space) line += c;
    if (space && !line.empty() && line.back() != ' ') line += ' ';
  }
  if (!line.empty() && line.back() == ' ') line.pop_back();
  return line;
}

}  // namespace xray::postgres
