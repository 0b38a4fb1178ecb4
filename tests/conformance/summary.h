#pragma once

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <utility>

namespace xray::test {

/// Counts the cases of each plugin while they run and, at the end, writes the figures for people. The cases of a
/// plugin are named `Store/RulesTest.Something/sqlite`.
class Summary : public ::testing::EmptyTestEventListener {
 public:
  void OnTestIterationStart(const ::testing::UnitTest& all, int iteration) override;
  void OnTestEnd(const ::testing::TestInfo& test) override;
  void OnTestIterationEnd(const ::testing::UnitTest& all, int iteration) override;

 private:
  struct Figures {
    int passed = 0;
    int failed = 0;
    int skipped = 0;
    std::map<std::string, int> reasons;  // why cases were skipped
  };
  std::map<std::pair<std::string, std::string>, Figures> figures_;  // by kind and plugin
};

}  // namespace xray::test
