#pragma once
// The loops over bytes that all JSON code shares. SSE2 where the compiler has it, else one byte at a time.

#include <bit>
#include <cstdint>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace xray::json {

inline bool isSpace(char c) {
  return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}
inline bool isDigit(char c) {
  return c >= '0' && c <= '9';
}

inline const char* skipSpace(const char* at, const char* end) {
  if (at != end && *at > ' ') return at;  // the usual case
  while (at != end && isSpace(*at)) ++at;
  return at;
}

inline const char* skipDigits(const char* at, const char* end) {
  while (at != end && isDigit(*at)) ++at;
  return at;
}

/// The first quote, backslash or control character, or `end`.
inline const char* findStringSpecial(const char* at, const char* end) {
#ifdef __SSE2__
  const __m128i quote = _mm_set1_epi8('"');
  const __m128i backslash = _mm_set1_epi8('\\');
  const __m128i lastControl = _mm_set1_epi8(0x1F);
  for (; end - at >= 16; at += 16) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    const __m128i controls = _mm_cmpeq_epi8(_mm_min_epu8(bytes, lastControl), bytes);
    const __m128i delimiters = _mm_or_si128(_mm_cmpeq_epi8(bytes, quote), _mm_cmpeq_epi8(bytes, backslash));
    const auto found = static_cast<std::uint32_t>(_mm_movemask_epi8(_mm_or_si128(controls, delimiters)));
    if (found != 0) return at + std::countr_zero(found);
  }
#endif
  while (at != end && *at != '"' && *at != '\\' && static_cast<unsigned char>(*at) >= 0x20) ++at;
  return at;
}

/// The first quote, bracket or brace, or `end`.
inline const char* findStructure(const char* at, const char* end) {
#ifdef __SSE2__
  const __m128i quote = _mm_set1_epi8('"');
  const __m128i caseBit = _mm_set1_epi8(0x20);  // makes a brace of a bracket
  const __m128i open = _mm_set1_epi8('{');
  const __m128i close = _mm_set1_epi8('}');
  for (; end - at >= 16; at += 16) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    const __m128i braces = _mm_or_si128(bytes, caseBit);
    const __m128i any = _mm_or_si128(_mm_cmpeq_epi8(bytes, quote),
                                     _mm_or_si128(_mm_cmpeq_epi8(braces, open), _mm_cmpeq_epi8(braces, close)));
    const auto found = static_cast<std::uint32_t>(_mm_movemask_epi8(any));
    if (found != 0) return at + std::countr_zero(found);
  }
#endif
  while (at != end && *at != '"' && *at != '{' && *at != '}' && *at != '[' && *at != ']') ++at;
  return at;
}

/// `at` is behind the opening quote of a string: the closing quote, or `end`.
inline const char* findStringEnd(const char* at, const char* end) {
  while ((at = findStringSpecial(at, end)) != end && *at != '"') {
    at += *at == '\\' && end - at >= 2 ? 2 : 1;
  }
  return at;
}

}  // namespace xray::json
