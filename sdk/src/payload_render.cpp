// From tapes to JSON.

#include <algorithm>
#include <array>

#include "payload_tape.h"
#include "xray/event.h"
#include "xray/json.h"

namespace xray::sdk {
namespace {

constexpr unsigned kMaxDepth = EventLimits().maxDepth;
// Levels around a member of a payload: the event and the payload.
constexpr unsigned kPayloadDepth = 2;
constexpr std::string_view kSpace = " \t\r\n";

// Printable ASCII but quote and backslash: what stands in a JSON string as it is.
constexpr auto kPlain = [] {
  std::array<bool, 256> plain{};
  for (int c = 0x20; c < 0x7F; ++c) plain[c] = c != '"' && c != '\\';
  return plain;
}();

// Most names and values are short and plain; for them the general way costs more than the copy.
void appendText(std::string& out, std::string_view text) {
  constexpr std::size_t kShort = 32;
  const auto plain = [](char c) { return kPlain[static_cast<unsigned char>(c)]; };
  if (text.size() > kShort || !std::all_of(text.begin(), text.end(), plain)) return appendJsonString(out, text);
  out += '"';
  out += text;
  out += '"';
}

class Renderer {
 public:
  Renderer(std::string& out, std::string_view tape) : out_(out), at_(tape.data()), end_(at_ + tape.size()) {}

  unsigned run() {
    while (at_ != end_) next(static_cast<Tag>(*at_++));
    return invalidJson_;
  }

 private:
  void next(Tag tag);
  void value(Tag tag);
  void separate();
  void begin(char bracket);
  void end(char bracket);
  void key(std::string_view name);
  void ready(std::string_view json);
  void readyMembers(std::string_view json);

  template <typename Number>
  Number number() {
    Number value;
    std::memcpy(&value, at_, sizeof value);
    at_ += sizeof value;
    return value;
  }
  std::string_view text() {
    std::size_t size = 0;
    for (unsigned shift = 0;; shift += 7) {
      const auto byte = static_cast<unsigned char>(*at_++);
      size |= std::size_t{byte & 0x7Fu} << shift;
      if (byte < 0x80) break;
    }
    const std::string_view text(at_, size);
    at_ += size;
    return text;
  }

  std::string& out_;
  const char* at_;
  const char* const end_;
  unsigned depth_ = kPayloadDepth;
  unsigned invalidJson_ = 0;
};

void Renderer::next(Tag tag) {
  switch (tag) {
    case Tag::Key:
      return key(text());
    case Tag::ReadyMembers:
      return readyMembers(text());
    case Tag::EndArray:
      return end(']');
    case Tag::EndObject:
      return end('}');
    case Tag::BeginArray:
      return begin('[');
    case Tag::BeginObject:
      return begin('{');
    default:
      separate();
      return value(tag);
  }
}

void Renderer::value(Tag tag) {
  switch (tag) {
    case Tag::False:
      out_ += "false";
      break;
    case Tag::True:
      out_ += "true";
      break;
    case Tag::Signed8:
      return appendJsonNumber(out_, std::int64_t{number<std::int8_t>()});
    case Tag::Signed16:
      return appendJsonNumber(out_, std::int64_t{number<std::int16_t>()});
    case Tag::Signed32:
      return appendJsonNumber(out_, std::int64_t{number<std::int32_t>()});
    case Tag::Signed64:
      return appendJsonNumber(out_, number<std::int64_t>());
    case Tag::Unsigned64:
      return appendJsonNumber(out_, number<std::uint64_t>());
    case Tag::Double:
      return appendJsonNumber(out_, number<double>());
    case Tag::Text:
      return appendText(out_, text());
    case Tag::Ready:
      return ready(text());
    default:
      out_ += "null";
  }
}

// A value before ends with none of these, so the last character tells whether this one is the first.
void Renderer::separate() {
  const char last = out_.back();
  if (last != '{' && last != '[' && last != ':') out_ += ',';
}

void Renderer::begin(char bracket) {
  separate();
  out_ += bracket;
  ++depth_;
}

void Renderer::end(char bracket) {
  out_ += bracket;
  --depth_;
}

void Renderer::key(std::string_view name) {
  separate();
  appendText(out_, name);
  out_ += ':';
}

void Renderer::ready(std::string_view json) {
  const auto facts = checkJson(json, kMaxDepth - depth_);
  if (facts.ok()) {
    out_ += facts->text;
  } else {
    ++invalidJson_;
    appendJsonString(out_, json);
  }
}

void Renderer::readyMembers(std::string_view json) {
  const auto facts = checkJson(json, kMaxDepth - depth_ + 1);
  if (!facts.ok() || facts->type != JsonType::Object) {
    key("value");
    return ready(json);
  }
  const std::string_view inner = facts->text.substr(1, facts->text.size() - 2);
  if (inner.find_first_not_of(kSpace) == std::string_view::npos) return;
  separate();
  // White space at the end would hide the last character of the value from separate().
  out_ += inner.substr(0, inner.find_last_not_of(kSpace) + 1);
}

}  // namespace

unsigned renderObject(std::string& out, std::string_view tape) {
  out += '{';
  const unsigned invalidJson = Renderer(out, tape).run();
  out += '}';
  return invalidJson;
}

}  // namespace xray::sdk
