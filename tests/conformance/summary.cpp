#include "conformance/summary.h"

#include <iostream>

namespace xray::test {
namespace {

/// The first line of why a case was skipped.
std::string reasonOf(const ::testing::TestResult& result) {
  for (int i = 0; i < result.total_part_count(); ++i) {
    const ::testing::TestPartResult& part = result.GetTestPartResult(i);
    if (!part.skipped()) continue;
    const std::string text = part.message();
    return text.substr(0, text.find('\n'));
  }
  return "no reason given";
}

}  // namespace

void Summary::OnTestIterationStart(const ::testing::UnitTest& /*all*/, int /*iteration*/) {
  figures_.clear();
}

void Summary::OnTestEnd(const ::testing::TestInfo& test) {
  const std::string suite = test.test_suite_name();
  const std::string name = test.name();
  const std::size_t slash = name.rfind('/');
  Figures& figures =
      figures_[{suite.substr(0, suite.find('/')), slash == std::string::npos ? "" : name.substr(slash + 1)}];
  const ::testing::TestResult& result = *test.result();
  if (result.Skipped()) {
    ++figures.skipped;
    ++figures.reasons[reasonOf(result)];
  } else if (result.Passed()) {
    ++figures.passed;
  } else {
    ++figures.failed;
  }
}

void Summary::OnTestIterationEnd(const ::testing::UnitTest& /*all*/, int /*iteration*/) {
  std::cout << "\nConformance:\n";
  for (const auto& [subject, figures] : figures_) {
    std::cout << "  " << subject.first << " " << subject.second << ": "
              << figures.passed + figures.failed + figures.skipped << " cases, " << figures.passed << " passed, "
              << figures.failed << " failed, " << figures.skipped << " skipped\n";
    for (const auto& [reason, count] : figures.reasons) std::cout << "    " << count << " skipped: " << reason << "\n";
  }
  std::cout << std::flush;
}

}  // namespace xray::test
