#include "simulate/agent_plan.h"

namespace simulate {
namespace {

using std::chrono::milliseconds;

const std::vector<std::string> kTools = {"find-order", "issue-refund", "search-policy"};

/// One ticket's way, turn by turn.
class Ticket {
 public:
  explicit Ticket(Dice& dice) : dice_(dice) {}

  void decide() { turns_.push_back({false, "decide", dice_.about(milliseconds(900)), ""}); }
  void call(const std::string& tool) { turns_.push_back({true, tool, dice_.about(milliseconds(140)), ""}); }
  void failLast(const std::string& error) { turns_.back().error = error; }
  void answer() { turns_.push_back({false, "answer", dice_.about(milliseconds(1400)), ""}); }
  std::size_t lastTurn() const { return turns_.size() - 1; }
  std::vector<AgentTurn> take() { return std::move(turns_); }

 private:
  Dice& dice_;
  std::vector<AgentTurn> turns_;
};

/// A tool that fails once and then works is a nuisance, not a crash.
void workAWhile(Ticket& ticket, Dice& dice) {
  for (std::size_t rounds = 1 + dice.below(2); rounds > 0; --rounds) {
    ticket.decide();
    const std::string& tool = dice.pick(kTools);
    ticket.call(tool);
    if (dice.below(8) > 0) continue;
    ticket.failLast("Timeout");
    ticket.decide();
    ticket.call(tool);
  }
}

/// The turn of a tool that fails for good. Every other time the model fails after it, having nothing to say: the last
/// error is not the cause then.
std::size_t crashByTool(Ticket& ticket, Dice& dice) {
  ticket.call(dice.pick(kTools));
  ticket.failLast("ToolError");
  const std::size_t culprit = ticket.lastTurn();
  if (dice.below(2) == 0) {
    ticket.answer();
    ticket.failLast("NothingToSay");
  }
  return culprit;
}

}  // namespace

std::vector<AgentRun> planTickets(const Day& day, Dice dice) {
  const std::size_t toolCrashes = kToolCrashes * day.tensOfCrashes();
  const std::size_t llmCrashes = kLlmCrashes * day.tensOfCrashes();
  const std::vector<bool> crashing = dice.choose(toolCrashes + llmCrashes, day.runs);
  std::size_t crashed = 0;
  std::vector<AgentRun> runs;
  for (std::size_t i = 0; i < day.runs; ++i) {
    AgentRun run;
    run.start = day.startOf(i, dice);
    run.ticket = numbered("ticket", i);
    Ticket ticket(dice);
    workAWhile(ticket, dice);
    ticket.decide();
    if (!crashing[i]) {
      ticket.call(dice.pick(kTools));
      ticket.answer();
    } else if (crashed++ % (kToolCrashes + kLlmCrashes) < kLlmCrashes) {
      // So the model's crashes are spread over the day as the tools' are.
      run.culprit = ticket.lastTurn();
      ticket.failLast("RateLimited");
    } else {
      run.culprit = crashByTool(ticket, dice);
    }
    run.turns = ticket.take();
    runs.push_back(std::move(run));
  }
  return runs;
}

}  // namespace simulate
