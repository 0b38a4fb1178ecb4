#include "simulate/pipelines.h"

namespace simulate {
namespace {

void describe(xray::sdk::Step& step, const AgentTurn& turn, const AgentRun& ticket) {
  if (turn.tool) {
    step.input({{"order", ticket.ticket}});
    step.output({{"found", turn.error.empty()}});
  } else {
    step.input({{"message", "Where is the parcel of " + ticket.ticket + "?"}});
    step.reasoning({{"goal", turn.name == "answer" ? "answer the customer" : "find out what to do next"}});
    step.output({{"text", turn.name == "answer" ? "It arrives tomorrow." : "A tool is needed."}});
  }
}

}  // namespace

void record(xray::Client& client, const AgentRun& ticket) {
  xray::Timestamp now = ticket.start;
  auto run = client.startRun(kAgentPipeline, {{"ticket", ticket.ticket}}, {.startedAt = ticket.start});
  xray::Id failedTool;
  for (const AgentTurn& turn : ticket.turns) {
    auto step = run.step(turn.name, typeOf(turn), {.startedAt = now});
    describe(step, turn, ticket);
    if (!turn.error.empty()) step.fail(turn.error, turn.name + " gave no result");
    failedTool = turn.tool ? step.id() : xray::Id();
    step.end(now += turn.took);
  }
  if (!ticket.crashes) return run.end(now);
  // The agent knows which tool it cannot go on without; of the model it only knows that it stopped.
  const AgentTurn& last = ticket.turns.back();
  xray::sdk::ErrorOptions why{.type = last.error, .at = now};
  if (!failedTool.isNil()) why.stepId = failedTool;
  run.logError("the ticket " + ticket.ticket + " could not be answered", why);
}

}  // namespace simulate
