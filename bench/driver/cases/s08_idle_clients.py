"""S8: 1,000 clients that keep a connection open and say nothing, beside 8 busy ones; the busy ones alone are the reference.

The store keeps everything in memory, so that connections and decoding are what is measured."""

from benchmark import Failed, Row, at_most, ratio_at_least
from ingest import column, figures, load
from processes import Server

NAME = "S8"
TITLE = "1,000 idle keep-alive clients beside 8 busy ones"

CLIENTS = 8
IDLE = 1_000


def measure(context, runs, idle):
    server = Server(context, "{plugin: memory}")
    load(context, server, 0)
    report = load(context, server, runs, "--clients", CLIENTS, "--idle", idle)
    if report["idle_open"] != idle:
        raise Failed(f"of {idle} idle clients {report['idle_open']} were still connected at the end")
    threads = server.threads()
    server.stop()
    return {"threads": threads, **figures(report)}


def run(context):
    runs = context.sized(20_000, 1_000)
    taken = context.interleave(product=lambda: measure(context, runs, IDLE), reference=lambda: measure(context, runs, 0))
    threads = [beside - alone for beside, alone in zip(column(taken["product"], "threads"), column(taken["reference"], "threads"))]
    return [
        Row("8 busy HTTP clients beside 1,000 idle ones", "steps/s", column(taken["product"], "steps_per_s"),
            column(taken["reference"], "steps_per_s"), ratio_at_least(0.95),
            f"{runs * 10:,} steps into a store in memory; every idle client was served once before and is connected still at the end"),
        Row("threads of the server more than without them", "threads", threads, target=at_most(1)),
    ]
