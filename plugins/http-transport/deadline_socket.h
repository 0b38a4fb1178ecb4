#pragma once

#include <Poco/Net/StreamSocketImpl.h>

#include "cancel_signal.h"
#include "xray/time.h"

namespace xray::httptransport {

/// A TCP socket for Poco's HTTP session whose every wait ends at one deadline, however slowly the bytes trickle, and at
/// a cancel. Writes to a closed connection raise no SIGPIPE. Throws Poco::TimeoutException at the deadline and
/// Poco::Net::ConnectionAbortedException at a cancel. One thread at a time.
class DeadlineSocket : public Poco::Net::StreamSocketImpl {
 public:
  /// `cancel` outlives the socket.
  explicit DeadlineSocket(const CancelSignal& cancel) : cancel_(cancel) {}

  void expireAt(Deadline deadline) { deadline_ = deadline; }

  void connect(const Poco::Net::SocketAddress& address) override;
  void connect(const Poco::Net::SocketAddress& address, const Poco::Timespan& timeout) override;
  using StreamSocketImpl::sendBytes;
  /// Bytes for a side that has closed are dropped: it may have answered before (413), and reading tells either way.
  int sendBytes(const void* buffer, int length, int flags) override;
  using StreamSocketImpl::receiveBytes;
  int receiveBytes(void* buffer, int length, int flags) override;

 private:
  void wait(short events) const;

  const CancelSignal& cancel_;
  Deadline deadline_ = Deadline::max();
};

}  // namespace xray::httptransport
