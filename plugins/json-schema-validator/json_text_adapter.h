#pragma once
// JSON texts as valijson reads schemas. Its adapter for Poco::JSON reads 18446744073709551616 as 0 and refuses longer
// numbers; this one keeps every value as its text. Views: the document outlives the adapter, frozen values keep copies.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <valijson/internal/adapter.hpp>
#include <valijson/internal/basic_adapter.hpp>
#include <valijson/internal/frozen_value.hpp>

#include "json_number.h"
#include "xray/json.h"

namespace xray::jsonschema {

class JsonTextAdapter;
using JsonTextMember = std::pair<std::string, JsonTextAdapter>;

/// Walks elements or members that were read beforehand and are shared.
template <typename Item, typename Shown>
class JsonTextIterator {
 public:
  using iterator_category = std::bidirectional_iterator_tag;
  using value_type = Shown;
  using difference_type = std::ptrdiff_t;
  using pointer = Shown*;
  using reference = Shown;

  explicit JsonTextIterator(typename std::vector<Item>::const_iterator at) : at_(at) {}
  Shown operator*() const { return Shown(*at_); }
  valijson::adapters::DerefProxy<Shown> operator->() const { return valijson::adapters::DerefProxy<Shown>(**this); }
  bool operator==(const JsonTextIterator& other) const = default;
  JsonTextIterator& operator++() { return ++at_, *this; }
  JsonTextIterator operator++(int) { return JsonTextIterator(at_++); }
  JsonTextIterator& operator--() { return --at_, *this; }
  void advance(std::ptrdiff_t n) { at_ += n; }

 private:
  typename std::vector<Item>::const_iterator at_;
};

class JsonTextArray {
 public:
  using const_iterator = JsonTextIterator<JsonValue, JsonTextAdapter>;
  using iterator = const_iterator;

  JsonTextArray() : JsonTextArray("[]") {}
  explicit JsonTextArray(std::string_view text) {
    auto items = std::make_shared<std::vector<JsonValue>>();
    for (JsonCursor cursor(text); cursor.next();) items->push_back(cursor.value());
    items_ = std::move(items);
  }
  const_iterator begin() const { return const_iterator(items_->begin()); }
  const_iterator end() const { return const_iterator(items_->end()); }
  std::size_t size() const { return items_->size(); }

 private:
  std::shared_ptr<const std::vector<JsonValue>> items_;
};

class JsonTextObject {
 public:
  using Item = std::pair<std::string, JsonValue>;
  using const_iterator = JsonTextIterator<Item, JsonTextMember>;
  using iterator = const_iterator;

  JsonTextObject() : JsonTextObject("{}") {}
  explicit JsonTextObject(std::string_view text) {
    auto items = std::make_shared<std::vector<Item>>();
    for (JsonCursor cursor(text); cursor.next();) items->emplace_back(cursor.key(), cursor.value());
    std::sort(items->begin(), items->end(),
              [](const Item& left, const Item& right) { return left.first < right.first; });
    items_ = std::move(items);
  }
  const_iterator begin() const { return const_iterator(items_->begin()); }
  const_iterator end() const { return const_iterator(items_->end()); }
  const_iterator find(const std::string& name) const {
    const auto at = std::lower_bound(items_->begin(), items_->end(), name,
                                     [](const Item& item, const std::string& wanted) { return item.first < wanted; });
    return at == items_->end() || at->first != name ? end() : const_iterator(at);
  }
  std::size_t size() const { return items_->size(); }

 private:
  std::shared_ptr<const std::vector<Item>> items_;
};

/// A copy of a value of `enum` or `const`.
class FrozenJsonText : public valijson::adapters::FrozenValue {
 public:
  explicit FrozenJsonText(std::string_view text) : text_(text) {}
  FrozenValue* clone() const override { return new FrozenJsonText(text_); }  // valijson owns it
  bool equalTo(const valijson::adapters::Adapter& other, bool strict) const override;
  JsonValue value() const { return jsonValue(text_); }

 private:
  std::string text_;
};

class JsonTextValue {
 public:
  JsonTextValue() : value_(jsonValue("{}")) {}
  explicit JsonTextValue(const JsonValue& value) : value_(value) {}

  valijson::adapters::FrozenValue* freeze() const { return new FrozenJsonText(value_.text); }
  opt::optional<JsonTextArray> getArrayOptional() const {
    return isArray() ? opt::make_optional(JsonTextArray(value_.text)) : opt::nullopt;
  }
  opt::optional<JsonTextObject> getObjectOptional() const {
    return isObject() ? opt::make_optional(JsonTextObject(value_.text)) : opt::nullopt;
  }
  bool getArraySize(std::size_t& size) const { return isArray() && ((size = JsonTextArray(value_.text).size()), true); }
  bool getObjectSize(std::size_t& size) const {
    return isObject() && ((size = JsonTextObject(value_.text).size()), true);
  }
  bool getBool(bool& result) const { return isBool() && ((result = value_.boolean()), true); }
  bool getDouble(double& result) const { return isDouble() && ((result = value_.number()), true); }
  bool getInteger(std::int64_t& result) const {
    const auto integer = integerOf(value_);
    return integer && ((result = *integer), true);
  }
  bool getString(std::string& result) const { return isString() && ((result = value_.string()), true); }
  static bool hasStrictTypes() { return true; }
  bool isArray() const { return value_.type == JsonType::Array; }
  bool isBool() const { return value_.type == JsonType::Boolean; }
  bool isDouble() const { return isNumber() && !isInteger(); }
  bool isInteger() const { return integerOf(value_).has_value(); }
  bool isNull() const { return value_.type == JsonType::Null; }
  bool isNumber() const { return value_.type == JsonType::Number; }
  bool isObject() const { return value_.type == JsonType::Object; }
  bool isString() const { return value_.type == JsonType::String; }

 private:
  JsonValue value_;
};

class JsonTextAdapter : public valijson::adapters::BasicAdapter<JsonTextAdapter, JsonTextArray, JsonTextMember,
                                                                JsonTextObject, JsonTextValue> {
 public:
  JsonTextAdapter() = default;
  explicit JsonTextAdapter(const JsonValue& value) : BasicAdapter(JsonTextValue(value)) {}
};

inline bool FrozenJsonText::equalTo(const valijson::adapters::Adapter& other, bool strict) const {
  return JsonTextAdapter(value()).equalTo(other, strict);
}

}  // namespace xray::jsonschema

template <>
struct valijson::adapters::AdapterTraits<xray::jsonschema::JsonTextAdapter> {
  using DocumentType = xray::JsonValue;
  static std::string adapterName() { return "JsonTextAdapter"; }
};
