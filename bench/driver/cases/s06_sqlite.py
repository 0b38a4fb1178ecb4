"""S6: 8 HTTP clients through a real server into SQLite with synchronous=FULL, beside prepared inserts into the same tables."""

import hashlib
import sqlite3
import statistics

from benchmark import Failed, Row, ratio_at_least
from ingest import column, figures, load
from processes import Server

NAME = "S6"
TITLE = "ingest to SQLite through everything, beside prepared inserts"

CLIENTS = 8


def fresh_server(context, path):
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    server = Server(context, f"{{plugin: sqlite, options: {{path: {path}}}}}")
    load(context, server, 0)
    return server


class Sides:
    """The reference's transactions are as large as the product's were on average in the last run."""

    def __init__(self, context):
        self.context = context
        self.transaction_runs = 200

    def product(self, runs):
        server = fresh_server(self.context, self.context.folder / "product.db")
        report = load(self.context, server, runs, "--clients", CLIENTS)
        server.stop()
        self.transaction_runs = max(1, round(report["runs"] / report["commits"]))
        return figures(report)

    def reference(self, runs):
        path = self.context.folder / "reference.db"
        fresh_server(self.context, path).stop()
        report = self.context.run_json(self.context.program("xray-bench-sqlite-insert"), "--db", path, "--runs", runs,
                                       "--transaction-runs", self.transaction_runs)
        return {"steps_per_s": report["steps"] / report["seconds"], "client_us": report["cpu_seconds"] / report["steps"] * 1e6}


def digest(path, table, key):
    """Rows and a checksum over every column but the backend's clock."""
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as database:
        names = [column[1] for column in database.execute(f"PRAGMA table_xinfo({table})") if column[1] != "last_activity_at"]
        rows, sums = 0, hashlib.sha256()
        for row in database.execute(f"SELECT {', '.join(names)} FROM {table} ORDER BY {key}"):
            rows += 1
            sums.update(repr(row).encode())
    return rows, sums.hexdigest()


def check_equal(context, sides):
    runs = 600
    sides.product(runs)
    sides.reference(runs)
    both = [{table: digest(context.folder / file, table, key) for table, key in (("runs", "run_id"), ("steps", "run_id, step_id"))}
            for file in ("product.db", "reference.db")]
    if both[0] != both[1] or both[0]["runs"][0] != runs:
        raise Failed(f"the rows of both sides differ: {both}")


def run(context):
    sides = Sides(context)
    check_equal(context, sides)
    runs = context.sized(50_000, 1_000)
    taken = context.interleave(product=lambda: sides.product(runs), reference=lambda: sides.reference(runs))
    product = taken["product"]
    notes = (f"{runs * 10:,} steps; {statistics.median(column(product, 'steps_per_commit')):,.0f} steps a commit, the same in the reference; "
             f"requests of 1 MiB take {statistics.median(column(product, 'p50_ms')):.0f} ms (p99 {statistics.median(column(product, 'p99_ms')):.0f} ms); "
             f"the server takes {statistics.median(column(product, 'server_us')):.1f} µs of CPU time for a step, the clients "
             f"{statistics.median(column(product, 'client_us')):.1f} µs, the reference {statistics.median(column(taken['reference'], 'client_us')):.1f} µs")
    return [Row("SQLite, 8 HTTP clients, synchronous=FULL", "steps/s", column(product, "steps_per_s"),
                column(taken["reference"], "steps_per_s"), ratio_at_least(0.7), notes)]
