#include "xray/status.h"

#include <memory>

#include <gtest/gtest.h>

namespace xray {
namespace {

TEST(Status, Retryable_BelongsToTheCode) {
  for (const StatusCode code : {StatusCode::Overloaded, StatusCode::Unavailable, StatusCode::DeadlineExceeded}) {
    EXPECT_TRUE(Status(code, "").retryable()) << toString(code);
  }
  for (const StatusCode code :
       {StatusCode::Ok, StatusCode::InvalidArgument, StatusCode::TooLarge, StatusCode::Internal}) {
    EXPECT_FALSE(Status(code, "").retryable()) << toString(code);
  }
}

TEST(Status, ToString_NamesTheCodeAndTheMessage) {
  EXPECT_EQ(Status().toString(), "Ok");
  EXPECT_EQ(Status(StatusCode::Unavailable, "database is locked").toString(), "Unavailable: database is locked");
}

TEST(Result, HoldsAValueOrTheReasonThatThereIsNone) {
  Result<std::unique_ptr<int>> good(std::make_unique<int>(7));
  ASSERT_TRUE(good.ok());
  EXPECT_TRUE(good.status().ok());
  const std::unique_ptr<int> taken = std::move(good).value();
  EXPECT_EQ(*taken, 7);

  const Result<std::unique_ptr<int>> bad(Status(StatusCode::NotFound, "no such run"));
  EXPECT_FALSE(bad.ok());
  EXPECT_EQ(bad.status().code(), StatusCode::NotFound);
  EXPECT_EQ(bad.status().message(), "no such run");
}

}  // namespace
}  // namespace xray
