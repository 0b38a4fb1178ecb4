"""S9: questions to the API of a real server over a month of runs, beside the best SQL for each through psql and sqlite3."""

import statistics

from asking import prepared, timed
from benchmark import Row, at_most, ratio_at_most
from history import sized_history

NAME = "S9"
TITLE = "queries through the API, beside SQL by hand"

LIMIT_MS = 300


def asked(context, history, store):
    """Rows for each question, and the greatest median of those that need not scan."""
    server, api, console, every = prepared(context, history, store)
    rows, slowest = [], []
    for question in every:
        print(f"    {store}: {question.what}", flush=True)
        taken = timed(context, api, console, store, question)
        rows.append(Row(f"{store}: {question.what}", "ms", taken["product"], taken["reference"], ratio_at_most(1.3, plus=2)))
        if not question.scans:
            slowest.append((statistics.median(taken["product"]), taken["product"]))
    server.stop()
    scans = "; ".join(question.what for question in every if question.scans)
    rows.append(Row(f"{store}: the slowest of those that need not scan", "ms", max(slowest)[1], target=at_most(LIMIT_MS),
                    note=f"{history.runs * 10:,} steps. These look at every step of their day: {scans}."))
    return rows


def run(context):
    history = sized_history(context)
    return [row for store in history.stores for row in asked(context, history, store)]
