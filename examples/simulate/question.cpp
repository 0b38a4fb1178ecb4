#include "simulate/question.h"

#include <Poco/URI.h>

namespace simulate {
namespace {

std::string encoded(const std::string& text) {
  std::string out;
  Poco::URI::encode(text, "!?#/'\",;:$&()[]*+=@", out);
  return out;
}

/// For the command line, where --utc says the zone: a date, or `'2026-11-22 14:00'`.
std::string argument(xray::Timestamp time) {
  const std::string text = xray::formatTimestamp(time);
  const std::string date = text.substr(0, 10);
  return time == std::chrono::floor<std::chrono::days>(time) ? date : "'" + date + " " + text.substr(11, 5) + "'";
}

}  // namespace

Question Asking::ask(const std::string& command, const std::string& path, const std::string& filter, int from,
                     int until) const {
  const xray::Timestamp begin = midnight_ + std::chrono::hours(from), end = midnight_ + std::chrono::hours(until);
  Question question;
  question.command = "xray " + command + (filter.empty() ? "" : " '" + filter + "'") + " --since " + argument(begin) +
                     " --until " + argument(end) + " --utc";
  // Runs and steps both have started_at.
  const std::string window =
      "started_at >= " + xray::formatTimestamp(begin) + " AND started_at < " + xray::formatTimestamp(end);
  question.request = path + (path.find('?') == std::string::npos ? "?" : "&") +
                     "filter=" + encoded(filter.empty() ? window : "(" + filter + ") AND " + window);
  return question;
}

}  // namespace simulate
