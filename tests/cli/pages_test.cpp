#include "cli/pages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace xray::cli {
namespace {

using testing::ElementsAre;

/// Gives the numbers from 1 to `rows`, and keeps what it was asked.
class NumberSource : public Source {
 public:
  explicit NumberSource(std::size_t rows) : rows_(rows) {}

  Result<Answer> ask(const Question& question) override {
    std::size_t size = 0, from = 1;
    std::string text;
    for (const auto& [name, value] : question.parameters) {
      text += name + "=" + value + " ";
      if (name == "page_size") size = std::stoul(value);
      if (name == "page_token") from = std::stoul(value);
    }
    asked.push_back(text);
    if (from == failAt) return Answer{503, R"({"detail":"away"})"};
    std::string body = "{\"rows\":[";
    const std::size_t end = std::min(rows_ + 1, from + size);
    for (std::size_t i = from; i < end; ++i) body += (i == from ? "" : ",") + std::to_string(i);
    body += "],\"next_page_token\":" + (end > rows_ ? "null" : "\"" + std::to_string(end) + "\"") + "}";
    return Answer{200, body};
  }

  std::vector<std::string> asked;
  std::size_t failAt = 0;

 private:
  std::size_t rows_;
};

TEST(Pages, ListRows_FollowsTokensUntilTheLimit) {
  NumberSource source(5000);
  const Result<Listing> listing = listRows(source, {"/v1/rows", {{"filter", "f"}}}, "rows", 2500);
  ASSERT_TRUE(listing.ok());
  EXPECT_EQ(listing->rows.size(), 2500u);
  EXPECT_EQ(listing->rows.back(), "2500");
  EXPECT_EQ(listing->next, "2501");
  EXPECT_THAT(source.asked, ElementsAre("filter=f page_size=1000 ", "filter=f page_size=1000 page_token=1001 ",
                                        "filter=f page_size=500 page_token=2001 "));
}

TEST(Pages, ListRows_EndsWithTheList) {
  NumberSource source(3);
  const Result<Listing> listing = listRows(source, {"/v1/rows", {}}, "rows", 50);
  ASSERT_TRUE(listing.ok());
  EXPECT_EQ(listing->json("rows"), R"({"rows":[1,2,3],"next_page_token":null})");
  EXPECT_EQ(source.asked.size(), 1u);
}

TEST(Pages, ListRows_FailureOnALaterPage_IsTold) {
  NumberSource source(3000);
  source.failAt = 1001;
  const Result<Listing> listing = listRows(source, {"/v1/rows", {}}, "rows", 2000);
  EXPECT_EQ(listing.status().code(), StatusCode::Unavailable);
  EXPECT_EQ(listing.status().message(), "away");
}

}  // namespace
}  // namespace xray::cli
