#pragma once
// The contract between the SDK, the wire and the backend. A transport plugin brings both ends of one wire.

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "xray/status.h"
#include "xray/time.h"

namespace xray {

enum class BatchFormat {
  NdJson,  // one event per line, each ended by \n (the last \n may be left out)
  Json     // one event object, or an array of them
};

/// Events on their way, as bytes that nobody has looked into yet.
struct Batch {
  std::string body;
  BatchFormat format = BatchFormat::NdJson;
};

enum class RejectCode { InvalidJson, InvalidEvent, TooLarge, TooDeep, SchemaViolation, StoreRefused };
/// As on the wire: "invalid_event".
std::string_view toString(RejectCode code);

struct RejectedEvent {
  std::uint32_t line = 0;  // from 1
  RejectCode code = RejectCode::InvalidEvent;
  std::string detail;
};

struct ReceiptWarning {
  std::string code;  // "unknown_members", "altered"
  std::string detail;
  std::uint64_t count = 0;
};

/// What became of a batch once it is durable: every event is in exactly one of accepted, duplicates, rejected.
struct Receipt {
  std::uint64_t accepted = 0;
  std::uint64_t duplicates = 0;
  std::vector<RejectedEvent> rejected;
  std::vector<ReceiptWarning> warnings;
  // A wire that keeps batches (a spool) and is full may drop some, if it is configured so. Each is told once.
  bool dropped = false;              // this batch, whole; the counts above are then 0
  std::uint64_t droppedEarlier = 0;  // events of batches that were taken before and that nobody has read
};

/// What waits on a wire that keeps batches: taken from senders, not yet durable behind a receiver.
struct Backlog {
  std::uint64_t bytes = 0;      // of batches that can be given to the sink now
  std::uint64_t openBytes = 0;  // of batches that a sender still has its hand on; they become ready by themselves
  std::uint64_t setAside = 0;   // damaged pieces and batches that the sink refused for good, since start
};

/// The backend as a Receiver sees it. Implemented by the server's ingest.
///
/// Thread-safety: submit may be called concurrently. Lifetime: outlives the Receiver's stop().
class Sink {
 public:
  using Done = std::function<void(Result<Receipt>)>;
  virtual ~Sink() = default;

  /// Takes a batch and calls `done` exactly once, from any thread, possibly before submit returns: with the receipt
  /// when the events are committed, or with why nothing of the batch was stored:
  ///   InvalidArgument  no event could be framed
  ///   TooLarge         over the batch limit
  ///   Overloaded       the queue is full; retryAfter() is set
  ///   Unavailable      the store is away or the backend is shutting down; retryAfter() is set
  virtual void submit(Batch batch, Done done) = 0;
};

/// The backend's end of a wire. Thread-safety: start and stop from one thread.
class Receiver {
 public:
  virtual ~Receiver() = default;

  /// Begins to take batches from the wire and to give them to `sink`.
  ///   InvalidArgument  the address or directory cannot be used; nothing was started
  ///   Unavailable      somebody else has it at the moment; nothing was started
  virtual Status start(Sink& sink) = 0;

  /// Takes no new batch, answers those in flight, joins every thread. After it, `sink` is not called.
  ///   DeadlineExceeded  what was still in flight was cut off unanswered (its sender will retry)
  virtual Status stop(Deadline deadline) = 0;

  /// Where it listens, for people: "http://127.0.0.1:7008". With a port that the kernel picked, the real one after
  /// start.
  virtual std::string endpoint() const = 0;

  /// What waits on the wire; may be called from any thread between start and stop.
  ///   NotSupported  the wire keeps nothing (HTTP); told before start() as well
  virtual Result<Backlog> backlog() const = 0;
};

/// The SDK's end of a wire.
///
/// Thread-safety: send and flush from one thread at a time; cancel from any thread.
class Sender {
 public:
  virtual ~Sender() = default;

  /// Delivers one NDJSON batch and returns once it is durable on the other side. Retries what may be retried until the
  /// deadline. Ids make a repeated delivery harmless.
  ///   Unavailable, Overloaded, DeadlineExceeded  not known to be delivered; the same batch may be sent again
  ///   TooLarge                                   halves of it may pass
  ///   Unauthenticated, PermissionDenied          hold it, the configuration is wrong
  ///   InvalidArgument, Internal                  never will pass, the other side fails at it: give up
  virtual Result<Receipt> send(const Batch& batch, Deadline deadline) = 0;

  /// Waits until what send() took is durable. Ok at once where send() is durable by itself.
  virtual Status flush(Deadline deadline) = 0;

  /// Makes a running and every later send return Unavailable soon. For shutting down.
  virtual void cancel() = 0;
};

}  // namespace xray
