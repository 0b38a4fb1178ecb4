// A process to be killed: child write DIR NAME=VALUE…   sends numbered batches, telling each that was acknowledged
//                         child read DIR COUNT         drains, telling each batch, and dies when it was given COUNT
#include <signal.h>
#include <unistd.h>

#include <cstdlib>

#include "numbered_batches.h"
#include "transport_ends.h"

namespace {

using namespace xray;

void tell(int number) {
  const std::string line = std::to_string(number) + "\n";
  if (::write(STDOUT_FILENO, line.data(), line.size()) < 0) std::abort();
}

[[noreturn]] void writeForever(const char* dir, const test::Changes& changes) {
  const auto sender = test::senderTo(dir, changes);
  for (int i = 0;; ++i) {
    test::send(*sender, test::numberedBatch(i));
    tell(i);
    if (i % 37 == 36 && !sender->flush(test::soon()).ok()) std::abort();
  }
}

/// Answers every other batch, so that some are in flight when it dies.
class DyingSink : public Sink {
 public:
  explicit DyingSink(int count) : left_(count) {}
  void submit(Batch batch, Done done) override {
    tell(test::numberOf(batch.body));
    if (--left_ == 0) ::kill(::getpid(), SIGKILL);
    if (left_ % 2 == 0) {
      held_.push_back(std::move(done));
    } else {
      for (Done& earlier : std::exchange(held_, {})) earlier(Receipt());
      done(Receipt());
    }
  }

 private:
  int left_;
  std::vector<Done> held_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  if (std::string(argv[1]) == "write") {
    test::Changes changes;
    for (int i = 3; i < argc; ++i) {
      const std::string argument = argv[i];
      changes[argument.substr(0, argument.find('='))] = argument.substr(argument.find('=') + 1);
    }
    writeForever(argv[2], changes);
  }
  DyingSink sink(std::atoi(argv[3]));
  const auto receiver = test::receiverOf(argv[2], {{"in_flight", "4"}});
  if (!receiver->start(sink).ok()) return 1;
  while (true) ::pause();
}
