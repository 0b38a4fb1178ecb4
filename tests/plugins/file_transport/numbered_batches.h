#pragma once

#include <cstdlib>
#include <string>

namespace xray::test {

/// A batch that tells its number; of many different sizes, every eleventh so great that a kill tears it.
inline std::string numberedBatch(int number) {
  const std::size_t size = number % 11 == 10 ? 600'000 : static_cast<std::size_t>(number * 397 % 2'000);
  return "{\"i\":" + std::to_string(number) + ",\"pad\":\"" + std::string(size, static_cast<char>('a' + number % 26)) +
         "\"}\n";
}

/// The number, or -1 when the batch is not exactly the one with its number.
inline int numberOf(const std::string& body) {
  if (!body.starts_with("{\"i\":")) return -1;
  const int number = std::atoi(body.c_str() + 5);
  return body == numberedBatch(number) ? number : -1;
}

}  // namespace xray::test
