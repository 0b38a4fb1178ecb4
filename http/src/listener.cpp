#include "xray/http/listener.h"

#include <pthread.h>
#include <signal.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <cassert>
#include <system_error>
#include <thread>
#include <vector>

#include "server_state.h"
#include "session.h"

namespace xray::http {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using Error = boost::system::error_code;

constexpr int kBacklog = 1024;
/// Accepting rests so long after a failure, which is usually that file descriptors ran out.
constexpr std::chrono::milliseconds kAcceptPause{100};

Status cannotListen(const ListenAddress& address, const Error& error) {
  const std::string where = "cannot listen on " + address.toString() + ": ";
  if (error == asio::error::address_in_use) {
    return {StatusCode::Unavailable, where + "address already in use"};
  }
  if (error == asio::error::access_denied) {
    return {StatusCode::InvalidArgument, where + "permission denied"};
  }
  if (error == Error(EADDRNOTAVAIL, boost::system::system_category())) {
    return {StatusCode::InvalidArgument, where + "no such address on this machine"};
  }
  return {StatusCode::InvalidArgument, where + error.message()};
}

/// Keeps signals away from the threads started in its life: they are the main thread's business.
class SignalsBlocked {
 public:
  SignalsBlocked() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~SignalsBlocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;

 private:
  sigset_t before_;
};

}  // namespace

class Listener::Impl {
 public:
  Impl(Router router, const Limits& limits)
      : state_(std::make_shared<ServerState>(std::move(router), limits)),
        work_(asio::make_work_guard(state_->io)),
        acceptor_(asio::make_strand(state_->io)),
        acceptPause_(acceptor_.get_executor()) {}

  Status open(const ListenAddress& address) {
    Error error;
    const auto endpoint = resolve(address, error);
    if (error) {
      return cannotListen(address, error);
    }
    acceptor_.open(endpoint.protocol(), error);
    if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor_.bind(endpoint, error);
    if (!error) acceptor_.listen(kBacklog, error);
    if (error) {
      return cannotListen(address, error);
    }
    address_ = address;
    address_.port = acceptor_.local_endpoint(error).port();
    return {};
  }

  Status startThreads() {
    asio::post(acceptor_.get_executor(), [this] { accept(); });
    const SignalsBlocked signalsBlocked;
    try {
      for (unsigned i = 0; i < state_->limits.threads; ++i) {
        threads_.emplace_back([this] { state_->io.run(); });
        pthread_setname_np(threads_.back().native_handle(), "xray-http");
      }
    } catch (const std::system_error& error) {
      return {StatusCode::Unavailable, std::string("cannot start a thread: ") + error.what()};
    }
    return {};
  }

  void stopAccepting() {
    asio::post(acceptor_.get_executor(), [this] {
      Error ignored;
      acceptor_.close(ignored);
      acceptPause_.cancel();
    });
  }

  Status stop(Deadline deadline) {
    if (threads_.empty()) {
      return {};
    }
    stopAccepting();
    state_->drain();
    std::size_t cutOff = 0;
    if (!state_->waitUntilEmpty(deadline)) {
      cutOff = state_->abortAll();
    }
    work_.reset();
    for (std::thread& thread : threads_) {
      thread.join();
    }
    threads_.clear();
    if (cutOff > 0) {
      return {StatusCode::DeadlineExceeded,
              std::to_string(cutOff) + " connections of " + address_.toString() + " were cut off"};
    }
    return {};
  }

  const ListenAddress& address() const { return address_; }
  const ServerState& state() const { return *state_; }

 private:
  tcp::endpoint resolve(const ListenAddress& address, Error& error) {
    const auto literal = asio::ip::make_address(address.host, error);
    if (!error) {
      return {literal, address.port};
    }
    tcp::resolver resolver(state_->io);
    const auto found = resolver.resolve(address.host, std::to_string(address.port), tcp::resolver::passive, error);
    return error || found.empty() ? tcp::endpoint() : found.begin()->endpoint();
  }

  void accept() {
    if (!acceptor_.is_open()) {
      return;
    }
    acceptor_.async_accept(asio::make_strand(state_->io), [this](Error error, auto socket) {
      if (!acceptor_.is_open()) {
        return;
      }
      if (error) {
        state_->counters.acceptErrors.fetch_add(1, std::memory_order_relaxed);
        acceptPause_.expires_after(kAcceptPause);
        acceptPause_.async_wait([this](Error) { accept(); });
        return;
      }
      serve(std::move(socket));
      accept();
    });
  }

  void serve(tcp::socket socket) {
    state_->counters.connectionsTotal.fetch_add(1, std::memory_order_relaxed);
    const auto session = std::make_shared<Session>(state_, std::move(socket));
    switch (state_->admit(session)) {
      case ServerState::Admission::Serve:
        return session->start();
      case ServerState::Admission::Refuse:
        return session->startRefusing();
      case ServerState::Admission::Drop:
        return;
    }
  }

  // Constant after construction and open().
  const std::shared_ptr<ServerState> state_;
  ListenAddress address_;
  // On the acceptor's strand.
  asio::executor_work_guard<asio::io_context::executor_type> work_;
  tcp::acceptor acceptor_;
  asio::steady_timer acceptPause_;
  // Of the thread that starts and stops.
  std::vector<std::thread> threads_;
};

Result<std::unique_ptr<Listener>> Listener::start(const ListenAddress& address, Router router, const Limits& limits) {
  assert(limits.threads > 0 && limits.maxConnections > 0);
  auto impl = std::make_unique<Impl>(std::move(router), limits);
  if (Status status = impl->open(address); !status.ok()) {
    return status;
  }
  std::unique_ptr<Listener> listener(new Listener(std::move(impl)));
  if (Status status = listener->impl_->startThreads(); !status.ok()) {
    return status;
  }
  return listener;
}

Listener::Listener(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Listener::~Listener() {
  (void)impl_->stop(std::chrono::steady_clock::now());
}

const ListenAddress& Listener::address() const {
  return impl_->address();
}

void Listener::stopAccepting() {
  impl_->stopAccepting();
}

Status Listener::stop(Deadline deadline) {
  return impl_->stop(deadline);
}

ListenerCounters Listener::counters() const {
  const ServerState& state = impl_->state();
  const auto read = [](const std::atomic<std::uint64_t>& counter) { return counter.load(std::memory_order_relaxed); };
  ListenerCounters counters{.connectionsOpen = state.size(),
                            .connectionsTotal = read(state.counters.connectionsTotal),
                            .connectionsRefused = read(state.counters.connectionsRefused),
                            .acceptErrors = read(state.counters.acceptErrors),
                            .requests = read(state.counters.requests),
                            .badRequests = read(state.counters.badRequests),
                            .bytesReceived = read(state.counters.bytesReceived),
                            .responses = {}};
  for (std::size_t i = 0; i < counters.responses.size(); ++i) {
    counters.responses[i] = read(state.counters.responses[i]);
  }
  return counters;
}

}  // namespace xray::http
