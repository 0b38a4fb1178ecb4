#pragma once

#include <cstddef>
#include <list>
#include <unordered_map>
#include <utility>

namespace xray::server {

/// Keeps the values that were used last, at most `capacity`; a further one pushes out the one unused for longest. One
/// thread at a time.
template <typename Key, typename Value, typename Hash = std::hash<Key>>
class LruCache {
 public:
  explicit LruCache(std::size_t capacity) : capacity_(capacity) {}

  /// Valid until the next put; null when not there.
  const Value* get(const Key& key) {
    const auto found = places_.find(key);
    if (found == places_.end()) return nullptr;
    entries_.splice(entries_.begin(), entries_, found->second);
    return &found->second->second;
  }

  void put(const Key& key, Value value) {
    if (const auto found = places_.find(key); found != places_.end()) {
      found->second->second = std::move(value);
      entries_.splice(entries_.begin(), entries_, found->second);
      return;
    }
    if (entries_.size() == capacity_) {
      places_.erase(entries_.back().first);
      entries_.pop_back();
    }
    entries_.emplace_front(key, std::move(value));
    places_.emplace(key, entries_.begin());
  }

  std::size_t size() const { return entries_.size(); }

 private:
  using Entries = std::list<std::pair<Key, Value>>;

  std::size_t capacity_;
  Entries entries_;  // the last used first
  std::unordered_map<Key, typename Entries::iterator, Hash> places_;
};

}  // namespace xray::server
