#pragma once
// Where a page ends: what every store fills its pages with.

#include <cstddef>

#include "xray/run.h"
#include "xray/store.h"

namespace xray {

/// Bytes of a row's texts that have no limit of their own: what ReadContext::pageBytes counts.
std::size_t textBytes(const Run& run);
std::size_t textBytes(const Step& step);
std::size_t textBytes(const StoredRejection& rejection);

/// Counts the rows of a page as they are read, in their order. One thread at a time.
class PageFill {
 public:
  PageFill(std::size_t pageSize, const ReadContext& context) : pageSize_(pageSize), pageBytes_(context.pageBytes) {}

  template <typename Row>
  void add(const Row& row) {
    ++rows_;
    bytes_ += textBytes(row);
  }

  /// The page ends here: a further row only says that there is a next page.
  bool full() const { return rows_ >= pageSize_ || (rows_ > 0 && bytes_ >= pageBytes_); }

 private:
  const std::size_t pageSize_;
  const std::size_t pageBytes_;
  std::size_t rows_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace xray
