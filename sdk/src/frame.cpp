#include "frame.h"

#include <cassert>
#include <cstring>
#include <new>
#include <type_traits>
#include <utility>

namespace xray::sdk {

static_assert(std::is_trivially_copyable_v<Frame>, "frames are moved as bytes");
static_assert(alignof(Frame) <= 8 && sizeof(Chunk) % 8 == 0);

FrameTexts Frame::texts() const {
  FrameTexts texts;
  const char* at = reinterpret_cast<const char*>(this + 1);
  for (std::size_t i = 0; i < kFrameTexts; ++i) {
    texts[i] = {at, lengths[i]};
    at += lengths[i];
  }
  return texts;
}

std::size_t frameBytes(const FrameTexts& texts) {
  std::size_t bytes = sizeof(Frame);
  for (const std::string_view text : texts) bytes += text.size();
  return (bytes + 7) & ~std::size_t{7};
}

FrameList::FrameList(FrameList&& other) noexcept
    : head_(std::exchange(other.head_, nullptr)),
      tail_(std::exchange(other.tail_, nullptr)),
      read_(std::exchange(other.read_, 0)),
      frames_(std::exchange(other.frames_, 0)) {}

FrameList& FrameList::operator=(FrameList&& other) noexcept {
  assert(head_ == nullptr);
  head_ = std::exchange(other.head_, nullptr);
  tail_ = std::exchange(other.tail_, nullptr);
  read_ = std::exchange(other.read_, 0);
  frames_ = std::exchange(other.frames_, 0);
  return *this;
}

FrameList::~FrameList() {
  assert(head_ == nullptr);
}

void FrameList::append(ChunkPool& pool, Frame frame, const FrameTexts& texts) {
  const std::size_t bytes = frameBytes(texts);
  if (!tail_ || tail_->capacity - tail_->used < bytes) {
    Chunk* chunk = pool.take(bytes);
    (tail_ ? tail_->next : head_) = chunk;
    tail_ = chunk;
  }
  frame.size = static_cast<std::uint32_t>(bytes);
  for (std::size_t i = 0; i < kFrameTexts; ++i) frame.lengths[i] = static_cast<std::uint32_t>(texts[i].size());
  char* at = tail_->bytes() + tail_->used;
  new (at) Frame(frame);
  at += sizeof(Frame);
  for (const std::string_view text : texts) {
    if (!text.empty()) std::memcpy(at, text.data(), text.size());
    at += text.size();
  }
  tail_->used += bytes;
  ++frames_;
}

void FrameList::splice(FrameList&& other) noexcept {
  if (!other.head_) return;
  if (!head_) {
    *this = std::move(other);
    return;
  }
  assert(other.read_ == 0);
  tail_->next = std::exchange(other.head_, nullptr);
  tail_ = std::exchange(other.tail_, nullptr);
  frames_ += std::exchange(other.frames_, 0);
}

const Frame& FrameList::front() const {
  assert(frames_ > 0);
  return *std::launder(reinterpret_cast<const Frame*>(head_->bytes() + read_));
}

void FrameList::pop(ChunkPool& pool) noexcept {
  read_ += front().size;
  --frames_;
  if (read_ < head_->used) return;
  Chunk* done = head_;
  head_ = done->next;
  if (!head_) tail_ = nullptr;
  read_ = 0;
  pool.give(done);
}

}  // namespace xray::sdk
