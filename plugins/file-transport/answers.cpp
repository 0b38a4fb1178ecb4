#include "answers.h"

#include <sys/eventfd.h>

#include <cerrno>
#include <system_error>

namespace xray::filetransport {

Answers::Answers() : event_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (!event_.isOpen()) throw std::system_error(errno, std::generic_category(), "eventfd");
}

void Answers::add(std::uint64_t ticket, Status status) {
  {
    const std::lock_guard lock(mu_);
    answers_.emplace_back(ticket, std::move(status));
  }
  wake();
}

void Answers::wake() {
  ::eventfd_write(event_.descriptor(), 1);
}

std::vector<Answers::Answer> Answers::take() {
  eventfd_t ignored;
  ::eventfd_read(event_.descriptor(), &ignored);
  const std::lock_guard lock(mu_);
  return std::exchange(answers_, {});
}

}  // namespace xray::filetransport
