"""S12: the server's memory at the full rate of S5, and with clients that send four times what the store takes."""

import statistics

from benchmark import Failed, Row, at_most
from cases.s05_postgres import CLIENTS, fresh_server
from ingest import figures, load
from processes import Postgres

NAME = "S12"
TITLE = "memory of the server at the full rate and under overload; nothing acknowledged is lost"

# With a batch of 1 MiB each, twice of what the server's queue holds.
OVERLOAD_CLIENTS, QUEUE = 128, "queue_bytes: 64MiB"
QUICK_CLIENTS, QUICK_QUEUE = 16, "queue_bytes: 8MiB, max_batch_bytes: 4MiB, max_event_bytes: 1MiB"
BATCH_RUNS = 90
SEND_TIMEOUT_MS = 30_000  # the SDK's retry.send_timeout


def full_rate(context, postgres, runs):
    server = fresh_server(context, postgres, "product")
    report = load(context, server, runs, "--clients", CLIENTS)
    peak = server.peak_memory()
    server.stop()
    return {"peak_mib": peak, **figures(report)}


def check_stored(postgres, path):
    """Every run that was acknowledged is in the store, whole."""
    missing = postgres.sql(
        "CREATE TEMP TABLE acknowledged (run_id uuid)", f"\\copy acknowledged FROM '{path}'",
        "SELECT count(*) FROM acknowledged LEFT JOIN runs USING (run_id) WHERE outcome IS NULL OR step_count <> 10 OR"
        " (SELECT count(*) FROM steps s WHERE s.run_id = acknowledged.run_id) <> 10", schema="product")
    if missing != "0":
        raise Failed(f"{missing} acknowledged runs are not in the store, or not whole")


def overload(context, postgres, rate, seconds):
    clients, queue = context.sized((OVERLOAD_CLIENTS, QUEUE), (QUICK_CLIENTS, QUICK_QUEUE))
    server = fresh_server(context, postgres, "product", queue)
    acknowledged = context.folder / "acknowledged"
    report = context.run_json(
        context.program("xray-bench-load"), "--url", server.events, "--clients", clients, "--runs", 10**9, "--batch-runs",
        BATCH_RUNS, "--seconds", seconds, "--rate", 4 * rate / (BATCH_RUNS * 10), "--acknowledged", acknowledged)
    peak = server.peak_memory()
    server.stop()
    check_stored(postgres, acknowledged)
    if report["broken"] or report["without_retry_after"] or set(report["statuses"]) - {"200", "429", "503"} or not report["steps"]:
        raise Failed(f"an overloaded server answers 429 or 503 with Retry-After and nothing else: {report}")
    return {"peak_mib": peak, "p99_9_ms": report["latency_ms"]["p99_9"], "steps_per_s": report["steps"] / report["seconds"],
            "refused_share": 1 - report["statuses"]["200"] / report["attempts"]}


def run(context):
    postgres = Postgres(context)
    runs, seconds = context.sized((50_000, 20), (2_000, 2))
    full, over = [], []
    for _ in range(context.rounds):  # each overload is four times the rate just measured
        full.append(full_rate(context, postgres, runs))
        over.append(overload(context, postgres, full[-1]["steps_per_s"], seconds))
        print(f"    full rate {full[-1]['peak_mib']:.0f} MiB; overload {over[-1]}", flush=True)

    def values(samples, name):
        return [sample[name] for sample in samples]

    note = (f"{OVERLOAD_CLIENTS} clients for {seconds} s; {statistics.median(values(over, 'refused_share')):.0%} of the requests were refused with 503 and "
            f"Retry-After, {statistics.median(values(over, 'steps_per_s')):,.0f} steps/s were acknowledged, and every one of them is in the store")
    return [
        Row("memory of the server at the full rate of S5, at most", "MiB", values(full, "peak_mib"), target=at_most(256)),
        Row("memory of the server under four times that, at most", "MiB", values(over, "peak_mib"), target=at_most(256), note=note),
        Row("time to the answer of what is accepted then, p99.9", "ms", values(over, "p99_9_ms"), target=at_most(SEND_TIMEOUT_MS)),
    ]
