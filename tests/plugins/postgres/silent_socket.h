#pragma once
// A database server that takes connections and never says a word.

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <chrono>
#include <cstring>
#include <filesystem>
#include <stdexcept>

#include "settings.h"
#include "support/temp_folder.h"

namespace xray::postgres::test {

/// A Unix socket where libpq looks for one. One thread at a time may call hangUp, any waitForSomebody.
class SilentSocket {
 public:
  SilentSocket() : socket_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path().c_str(), sizeof(address.sun_path) - 1);
    if (::bind(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0 ||
        ::listen(socket_, 8) != 0) {
      ::close(socket_);
      throw std::runtime_error("no socket at " + path().string() + ": " + std::strerror(errno));
    }
  }
  ~SilentSocket() { ::close(socket_); }
  SilentSocket(const SilentSocket&) = delete;
  SilentSocket& operator=(const SilentSocket&) = delete;

  std::filesystem::path path() const { return folder_.path() / ".s.PGSQL.5432"; }
  Dsn dsn() const { return {{"host", folder_.path().string()}, {"port", "5432"}, {"dbname", "silent"}}; }

  /// Whether somebody connected within a minute.
  bool waitForSomebody() const { return wait(std::chrono::minutes(1)); }

  /// Ends one connection as soon as there is one; false when there is none for this long.
  bool hangUp(std::chrono::milliseconds atMost) {
    if (!wait(atMost)) return false;
    ::close(::accept(socket_, nullptr, nullptr));
    return true;
  }

 private:
  bool wait(std::chrono::milliseconds atMost) const {
    pollfd waiting{socket_, POLLIN, 0};
    return ::poll(&waiting, 1, static_cast<int>(atMost.count())) == 1;
  }

  xray::test::TempFolder folder_;
  int socket_;
};

}  // namespace xray::postgres::test
