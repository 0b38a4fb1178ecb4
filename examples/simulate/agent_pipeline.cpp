#include <vector>

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
  std::vector<xray::Id> steps;
  for (const AgentTurn& turn : ticket.turns) {
    auto step = run.step(turn.name, typeOf(turn), {.startedAt = now});
    describe(step, turn, ticket);
    if (!turn.error.empty()) step.fail(turn.error, turn.name + " gave no result");
    steps.push_back(step.id());
    step.end(now += turn.took);
  }
  if (!ticket.culprit) return run.end(now);
  // The agent knows which tool it cannot go on without; of the model it only knows that it stopped.
  const AgentTurn& culprit = ticket.turns[*ticket.culprit];
  xray::sdk::ErrorOptions why{.type = culprit.error, .at = now};
  if (culprit.tool) why.stepId = steps[*ticket.culprit];
  run.logError("the ticket " + ticket.ticket + " could not be answered", why);
}

}  // namespace simulate
