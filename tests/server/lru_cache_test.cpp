#include "server/ingest/lru_cache.h"

#include <gtest/gtest.h>

#include <string>

namespace xray::server {
namespace {

TEST(LruCache, Put_BeyondCapacity_PushesOutTheOneUnusedForLongest) {
  LruCache<int, std::string> cache(2);
  cache.put(1, "one");
  cache.put(2, "two");
  ASSERT_TRUE(cache.get(1));
  cache.put(3, "three");
  EXPECT_FALSE(cache.get(2));
  EXPECT_EQ(*cache.get(1), "one");
  EXPECT_EQ(*cache.get(3), "three");
  cache.put(1, "uno");
  cache.put(4, "four");
  EXPECT_EQ(cache.size(), 2u);
  EXPECT_EQ(*cache.get(1), "uno");
  EXPECT_FALSE(cache.get(3));
}

}  // namespace
}  // namespace xray::server
