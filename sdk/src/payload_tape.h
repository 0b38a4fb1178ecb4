#pragma once
// Values as an application gave them, one behind the other, to be made into JSON in the background: copying them costs
// the application's thread a fraction of formatting, escaping and checking them.

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>

namespace xray::sdk {

/// What comes next on a tape, one byte each. Behind Key, Text, Ready and ReadyMembers: a length (7 bits a byte, the
/// lowest first, the highest bit set on all but the last) and so many bytes. Behind numbers: their bytes in memory. So
/// a tape is at most about two and a half times as large as its JSON (fractions with one digit).
enum class Tag : std::uint8_t {
  Key,
  Null,
  False,
  True,
  Signed8,
  Signed16,
  Signed32,
  Signed64,
  Unsigned64,
  Double,
  Text,          // of any bytes
  Ready,         // a value, said to be JSON
  ReadyMembers,  // members, said to be those of a JSON object
  BeginArray,
  EndArray,
  BeginObject,
  EndObject
};

/// The members of one object: Key and a value each, or ReadyMembers. Only ever has whole members, but while one is
/// written.
///
/// One thread at a time. Errors: writing throws std::bad_alloc, with nothing written.
class PayloadTape {
 public:
  bool empty() const { return size_ == 0; }
  std::size_t size() const { return size_; }
  std::string_view bytes() const { return {bytes_.get(), size_}; }

  void tag(Tag tag) { *room(1) = static_cast<char>(tag), ++size_; }
  template <typename Number>
  void number(Tag tag, Number value) {
    char* at = room(1 + sizeof value);
    *at = static_cast<char>(tag);
    std::memcpy(at + 1, &value, sizeof value);
    size_ += 1 + sizeof value;
  }
  void text(Tag tag, std::string_view text) {
    char* at = room(1 + kMaxLengthBytes + text.size());
    *at++ = static_cast<char>(tag);
    std::size_t length = text.size();
    for (; length >= 0x80; length >>= 7) *at++ = static_cast<char>(length | 0x80);
    *at++ = static_cast<char>(length);
    if (!text.empty()) std::memcpy(at, text.data(), text.size());
    size_ = static_cast<std::size_t>(at - bytes_.get()) + text.size();
  }

  /// Takes back what was written since it had this size.
  void truncate(std::size_t size) { size_ = size; }
  /// Empties it, and gives memory back where it has more than `keep` bytes.
  void clear(std::size_t keep) noexcept {
    size_ = 0;
    if (capacity_ <= keep) return;
    bytes_.reset();
    capacity_ = 0;
  }

 private:
  static constexpr std::size_t kMaxLengthBytes = 10;

  /// At least so many bytes behind the last one.
  char* room(std::size_t bytes) {
    if (capacity_ - size_ < bytes) [[unlikely]]
      grow(bytes);
    return bytes_.get() + size_;
  }
  void grow(std::size_t bytes);

  std::unique_ptr<char[]> bytes_;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

/// Appends the JSON object of the tape's members. A text said to be JSON that is none, or is too deep, becomes a string
/// (as the member "value" where members were expected). Returns how many did.
unsigned renderObject(std::string& out, std::string_view tape);

}  // namespace xray::sdk
