#include "cli/table.h"

#include <gtest/gtest.h>

#include <sstream>

namespace xray::cli {
namespace {

std::string printed(const Table& table, std::size_t width, bool colours = false) {
  std::ostringstream out;
  table.print(out, {width, colours});
  return out.str();
}

Table sample() {
  Table table({{.title = "NAME", .atLeast = 5},
               {.title = "COUNT", .right = true, .leaveOut = 2},
               {.title = "REMARK", .atLeast = 6, .leaveOut = 1}});
  table.add({{"日本", Colour::Red}, {"1"}, {"short"}});
  table.add({{"a-long-name"}, {"12345678"}, {"a remark that goes on and on"}});
  table.add({{"x"}, {""}, {""}});
  return table;
}

TEST(Table, Print_WithoutLimit_AlignsColumns) {
  EXPECT_EQ(printed(sample(), 0),
            "NAME            COUNT  REMARK\n"
            "日本                1  short\n"
            "a-long-name  12345678  a remark that goes on and on\n"
            "x\n");
}

TEST(Table, Print_InNarrowTerminal_CutsTheWidestFirst) {
  EXPECT_EQ(printed(sample(), 34),
            "NAME            COUNT  REMARK\n"
            "日本                1  short\n"
            "a-long-name  12345678  a remark t…\n"
            "x\n");
  EXPECT_EQ(printed(sample(), 23),
            "NAME      COUNT  REMARK\n"
            "日本          1  short\n"
            "a-lo…  12345678  a rem…\n"
            "x\n");
}

TEST(Table, Print_WhereNarrowingIsNotEnough_LeavesColumnsOut) {
  EXPECT_EQ(printed(sample(), 20),
            "NAME           COUNT\n"
            "日本               1\n"
            "a-long-na…  12345678\n"
            "x\n");
  EXPECT_EQ(printed(sample(), 14), "NAME\n日本\na-long-name\nx\n");
  EXPECT_EQ(printed(sample(), 3), "NAME\n日本\na-lo…\nx\n");  // what cannot be left out stays
}

TEST(Table, Print_WithColours_KeepsTheAlignment) {
  EXPECT_EQ(printed(sample(), 0, true).substr(0, printed(sample(), 0, true).find("short")),
            "\x1b[2mNAME\x1b[0m            \x1b[2mCOUNT\x1b[0m  \x1b[2mREMARK\x1b[0m\n\x1b[31m日本\x1b[0m              "
            "  1  ");
}

}  // namespace
}  // namespace xray::cli
