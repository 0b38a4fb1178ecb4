#pragma once
// What an application records, taken straight from its own values: {{"candidates", 120}, {"rule", "price <= 50"}}.

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <ranges>
#include <string>
#include <string_view>

namespace xray::sdk {

class PayloadTape;
class Value;
struct Field;

/// JSON that is ready; made by json(). Borrows its text.
struct Json {
  explicit Json(std::string_view json) : text(json) {}
  std::string_view text;
};

/// An array of values of different types; made by array(). Borrows them.
struct Array {
  std::initializer_list<Value> values;
};

/// Takes a text that is JSON already. It is checked before it is sent: what is no JSON, or deeper than an event may be,
/// is kept as a string instead, counted (Counters::invalidJson) and logged.
inline Json json(std::string_view text) {
  return Json(text);
}

/// `{"tags", xray::array({"new", 7, true})}`. Containers of one type need no array().
inline Array array(std::initializer_list<Value> values) {
  return Array(values);
}

/// Copies values to where they wait for the background to make JSON of them. For Value's own use.
class ValueWriter {
 public:
  explicit ValueWriter(PayloadTape& tape) : tape_(tape) {}

  void value(const Value& value);
  /// A member's name; what follows is its value.
  void key(std::string_view name);
  void beginArray();
  void endArray();
  void beginObject();
  void endObject();

  /// The members of an object value without its braces; any other value as the member "value".
  void members(const Value& value);

 private:
  void fields(const Value& value);

  PayloadTape& tape_;
};

namespace detail {
template <typename T>
concept Text = std::convertible_to<const T&, std::string_view>;
template <typename T>
concept KeyedRange =
    !Text<T> && std::ranges::input_range<const T> && requires(std::ranges::range_reference_t<const T> member) {
  { member.first } -> std::convertible_to<std::string_view>;
  member.second;
};
template <typename T>
concept ListRange = !Text<T> && !KeyedRange<T> && std::ranges::input_range<const T>;
template <typename T>
concept Number = (std::integral<T> || std::floating_point<T>)&&!std::same_as<T, bool> && !std::same_as<T, char>;
}  // namespace detail

/// A value on its way into a record: null, a boolean, a number, a text (invalid UTF-8 becomes U+FFFD), an optional, a
/// container, json(), array(), or a nested object in braces. Infinite numbers and NaN, which JSON lacks, become null.
///
/// Lifetime: borrows texts and containers; meant to live for the one call that it is an argument of.
class Value {
 public:
  Value(std::nullptr_t) : kind_(Kind::Null) {}
  template <std::same_as<bool> Boolean>
  Value(Boolean value) : kind_(Kind::Boolean), boolean_(value) {}
  template <detail::Number Number>
  Value(Number value) {
    if constexpr (std::floating_point<Number>) {
      kind_ = Kind::Double, double_ = static_cast<double>(value);
    } else if constexpr (std::signed_integral<Number>) {
      kind_ = Kind::Signed, signed_ = value;
    } else {
      kind_ = Kind::Unsigned, unsigned_ = value;
    }
  }
  Value(std::string_view text) : kind_(Kind::Text), span_{text.data(), text.size()} {}
  Value(const std::string& text) : Value(std::string_view(text)) {}
  /// A null pointer is null.
  Value(const char* text) : Value(text ? Value(std::string_view(text)) : Value(nullptr)) {}
  Value(Json json) : kind_(Kind::Ready), span_{json.text.data(), json.text.size()} {}
  Value(Array array) : kind_(Kind::Array), span_{array.values.begin(), array.values.size()} {}
  Value(std::initializer_list<Field> object) : kind_(Kind::Object), span_{object.begin(), object.size()} {}
  template <typename T>
  Value(const std::optional<T>& value) : Value(value ? Value(*value) : Value(nullptr)) {}
  /// A map, or another range of pairs with texts first: an object. Any other range: an array.
  template <typename Range>
  requires(detail::KeyedRange<Range> || detail::ListRange<Range>) Value(const Range& range)
      : kind_(Kind::Range), range_{&range, &writeRange<Range>} {}

 private:
  friend class ValueWriter;
  enum class Kind : std::uint8_t { Null, Boolean, Signed, Unsigned, Double, Text, Ready, Array, Object, Range };
  struct Span {
    const void* first;
    std::size_t size;
  };
  struct ErasedRange {
    const void* range;
    void (*write)(ValueWriter& writer, const void* range, bool braces);
  };

  template <typename Range>
  static void writeRange(ValueWriter& writer, const void* erased, bool braces) {
    const Range& range = *static_cast<const Range*>(erased);
    if constexpr (detail::KeyedRange<Range>) {
      if (braces) writer.beginObject();
      for (const auto& [key, value] : range) {
        writer.key(key);
        writer.value(Value(value));
      }
      if (braces) writer.endObject();
    } else {
      writer.beginArray();
      for (const auto& element : range) writer.value(Value(element));
      writer.endArray();
    }
  }

  Kind kind_;
  union {
    bool boolean_;
    std::int64_t signed_;
    std::uint64_t unsigned_;
    double double_;
    Span span_;
    ErasedRange range_;
  };
};

/// One member of an object. Of members with the same name the last one counts.
struct Field {
  Field(std::string_view name, Value content) : key(name), value(content) {}
  std::string_view key;
  Value value;
};

/// The members of an object: in braces, from a map, or ready JSON (an object; anything else becomes the member
/// "value"). Borrows, as Value does.
class Fields {
 public:
  Fields() : value_(std::initializer_list<Field>{}) {}
  Fields(std::initializer_list<Field> members) : value_(members) {}
  Fields(Json json) : value_(json) {}
  template <detail::KeyedRange Map>
  Fields(const Map& map) : value_(map) {}

  const Value& value() const { return value_; }

 private:
  Value value_;
};

}  // namespace xray::sdk

namespace xray {
using sdk::array;
using sdk::json;
}  // namespace xray
