"""S13: a run of 50,000 steps through the API, and a page of 1,000 whole steps, beside their SQL alone."""

from asking import Api, check_equal, console_of, timed
from benchmark import Row, ratio_at_most
from history import History
from questions import RUN, SKELETON, STEP, Question, both, url

NAME = "S13"
TITLE = "a run of 50,000 steps, and a page of 1,000 whole steps"


def questions(run_id, steps):
    return [
        Question(f"a run of {steps:,} steps", f"/v1/runs/{run_id}",
                 both(lambda w: [w.runs(f"WHERE run_id = {w.key(run_id)}"),
                                 w.steps(f"WHERE run_id = {w.key(run_id)} ORDER BY started_at, seq, step_id", payloads=False)]),
                 [RUN, SKELETON], lambda answer: [[answer], answer["steps"]]),
        Question("a page of 1,000 whole steps", url("/v1/steps", page_size=1000),
                 both(lambda w: w.steps("ORDER BY started_at DESC, step_id, run_id LIMIT 1000")), [STEP], lambda answer: [answer["steps"]]),
    ]


def run(context):
    steps = context.sized(50_000, 5_000)
    history = History(context, 3, 3_600_000_000, name=f"large-{steps}", repeat=steps // 10, stops_every=0)
    rows = []
    for store in history.stores:
        server, console = history.server(store), console_of(context, history, store)
        api = Api(server)
        run_id = api.json("/v1/runs?page_size=2")["runs"][1]["run_id"]
        for question in questions(run_id, steps):
            check_equal(api, console, store, question)
            taken = timed(context, api, console, store, question)
            rows.append(Row(f"{store}: {question.what}", "ms", taken["product"], taken["reference"], ratio_at_most(1.5, plus=5)))
        server.stop()
    return rows
