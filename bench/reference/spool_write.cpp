// The limit of S7's first half: the bytes that the SDK has spooled, written again in pieces of a batch, each behind a
// small header with its CRC32C, into files of the same size. Like the product with `durability: interval`, a second
// thread makes them durable every 200 ms, and each file is made durable when it is full.
//   xray-bench-spool-write --like SPOOL --dir OUT

#include <fcntl.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <mutex>
#include <sstream>
#include <thread>

#include "bench/reference/reference.h"
#include "xray/json.h"
#include "xray/spool/crc32c.h"

namespace xray::bench {
namespace {

constexpr std::size_t kPieceBytes = std::size_t{1} << 20;
constexpr std::size_t kFileBytes = std::size_t{64} << 20;
constexpr auto kInterval = std::chrono::milliseconds(200);

struct Header {
  std::uint32_t magic = 0x4B4E4942;
  std::uint32_t length = 0;
  std::uint32_t payloadSum = 0;
  std::uint32_t headerSum = 0;
};

std::vector<std::string> read(const std::string& dir) {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(dir)) {
    if (entry.path().extension() != ".seg") continue;
    std::ostringstream text;
    text << std::ifstream(entry.path(), std::ios::binary).rdbuf();
    files.push_back(std::move(text).str());
  }
  if (files.empty()) die("no segment is in " + dir);
  return files;
}

/// Makes the open file durable every kInterval.
class Flusher {
 public:
  Flusher() : thread_([this] { run(); }) {}
  ~Flusher() {
    {
      std::lock_guard lock(mu_);
      ended_ = true;
    }
    changed_.notify_all();
    thread_.join();
  }
  void file(int handle) {
    std::lock_guard lock(mu_);
    handle_ = handle;
  }

 private:
  void run() {
    std::unique_lock lock(mu_);
    while (!changed_.wait_for(lock, kInterval, [this] { return ended_; })) {
      // A handle of its own: the writer may close the file meanwhile.
      const int handle = handle_ < 0 ? -1 : ::dup(handle_);
      if (handle < 0) continue;
      lock.unlock();
      ::fdatasync(handle);
      ::close(handle);
      lock.lock();
    }
  }

  std::mutex mu_;
  std::condition_variable changed_;
  int handle_ = -1;
  bool ended_ = false;
  std::thread thread_;
};

void writeAll(int file, const char* from, std::size_t size) {
  while (size > 0) {
    const ssize_t wrote = ::write(file, from, size);
    if (wrote < 0) die("cannot write");
    from += wrote;
    size -= static_cast<std::size_t>(wrote);
  }
}

void writePiece(int file, std::string_view piece) {
  Header header;
  header.length = static_cast<std::uint32_t>(piece.size());
  header.payloadSum = spool::crc32c(piece);
  header.headerSum = spool::crc32c({reinterpret_cast<const char*>(&header), sizeof header - sizeof header.headerSum});
  writeAll(file, reinterpret_cast<const char*>(&header), sizeof header);
  writeAll(file, piece.data(), piece.size());
}

std::uint64_t write(const std::vector<std::string>& sources, const std::string& dir) {
  Flusher flusher;
  std::uint64_t bytes = 0, number = 0;
  std::size_t inFile = kFileBytes;
  int file = -1;
  const auto seal = [&] {
    flusher.file(-1);
    if (file >= 0 && (::fsync(file) != 0 || ::close(file) != 0)) die("cannot sync");
  };
  for (const std::string& source : sources) {
    for (std::size_t at = 0; at < source.size(); at += kPieceBytes) {
      const std::string_view piece = std::string_view(source).substr(at, kPieceBytes);
      if (inFile + piece.size() > kFileBytes) {
        seal();
        file = ::open((dir + "/" + std::to_string(number++) + ".seg").c_str(), O_WRONLY | O_CREAT | O_EXCL, 0600);
        if (file < 0) die("cannot make a file in " + dir);
        flusher.file(file);
        inFile = 0;
      }
      writePiece(file, piece);
      inFile += piece.size();
      bytes += piece.size();
    }
  }
  seal();
  return bytes;
}

}  // namespace
}  // namespace xray::bench

int main(int argc, char** argv) {
  using namespace xray::bench;
  std::string like, dir;
  CLI::App app("Writes the bytes of a spool again.");
  app.add_option("--like", like, "the spool whose segments are written again")->required();
  app.add_option("--dir", dir, "an empty directory for the files")->required();
  CLI11_PARSE(app, argc, argv);
  const auto sources = read(like);
  const auto begin = std::chrono::steady_clock::now();
  const std::uint64_t bytes = write(sources, dir);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  std::string text;
  xray::JsonWriter json(text);
  json.beginObject().key("seconds").number(took.count());
  json.key("bytes").integer(static_cast<std::int64_t>(bytes)).endObject();
  std::cout << text << "\n";
}
