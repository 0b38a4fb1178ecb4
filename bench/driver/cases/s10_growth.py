"""S10: ingest and queries while a history grows, beside themselves when it was small."""

import os
import shutil
import statistics

from asking import milliseconds, prepared, times_of
from benchmark import Row, ratio_at_least, ratio_at_most
from history import History
from ingest import column, figures, load

NAME = "S10"
TITLE = "growth: ingest and queries from 0.5 to 5 million steps"


def sized_steps(runs):
    return f"{runs / 100_000:g} million steps" if runs >= 10_000 else f"{runs * 10:,} steps"


def ingest_rates(context, history, stores, runs):
    """Steps a second of each store over `runs` runs, a round each; both stores have them then."""
    rates = {}
    for store in stores:
        server = history.server(store)
        reports = [figures(load(context, server, runs, "--clients", 8, "--first", history.runs + number * runs, "--spacing-us", history.spacing))
                   for number in range(context.rounds)]
        rates[store] = column(reports, "steps_per_s")
        server.stop()
    history.has_grown_to(history.runs + context.rounds * runs)
    return rates


def query_times(context, history, store):
    """By question, milliseconds, a round each."""
    server, api, console, questions = prepared(context, history, store)
    times = {}
    for question in questions:
        ask = lambda: api.seconds(question.path)
        often = times_of(ask)
        times[question] = [milliseconds(ask, often) for _ in range(context.rounds)]
    console.stop()
    server.stop()
    return times


def run(context):
    most = int(os.environ.get("XRAY_BENCH_RUNS", 500_000))
    sizes = context.sized([runs for runs in (50_000, 100_000, 200_000, 500_000) if runs <= most], [1_000, 2_000])
    measured = context.sized(10_000, 100)  # runs of one round of ingest
    folder = context.root / "build" / "bench-data"
    for left in folder.glob("growth-*"):
        shutil.rmtree(left)
    first = sizes[0] - context.rounds * measured
    history = History(context, first, context.sized(5_184_000, 259_200_000), name="growth")
    try:
        rates, times = {}, {}
        for runs in sizes:
            history.grow_to(runs - context.rounds * measured)
            print(f"    {sized_steps(runs)}", flush=True)
            rates[runs] = ingest_rates(context, history, history.stores, measured)
            history.postgres.sql("VACUUM ANALYZE", schema="history")
            times[runs] = {store: query_times(context, history, store) for store in history.stores}
        return [row for store in history.stores for row in rows_of(store, sizes, rates, times)]
    finally:
        history.postgres.stop()
        shutil.rmtree(history.folder, ignore_errors=True)


def rows_of(store, sizes, rates, times):
    small, large = sizes[0], sizes[-1]
    rows = [Row(f"{store}: ingest at {sized_steps(runs)}, beside {sized_steps(small)}", "steps/s", rates[runs][store], rates[small][store],
                ratio_at_least(0.85)) for runs in sizes[1:]]
    for number, question in enumerate(times[small][store]):
        each = [list(times[runs][store].values())[number] for runs in sizes]
        note = ", ".join(f"{statistics.median(values):.3g} ms at {sized_steps(runs)}" for runs, values in zip(sizes, each))
        rows.append(Row(f"{store}: {question.what}, at {sized_steps(large)} beside {sized_steps(small)}", "ms", each[-1], each[0],
                        ratio_at_most(1.3, plus=1) if question.keyed else None, note))
    return rows
