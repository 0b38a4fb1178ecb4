"""A long record of runs in both stores, made once by the reference programs and kept in build/bench-data: what queries are asked about."""

import datetime
import json
import os
import sqlite3
import time
import urllib.request

from benchmark import Failed
from processes import Postgres, Server

FIRST = datetime.datetime(2026, 1, 5, tzinfo=datetime.timezone.utc)  # RecordingOptions::firstStart
STOPS_EVERY = 200
# Made anew where this or the parameters are others; new migrations are applied to what is there.
FORMAT = 1
SCHEMA = "history"
# An index over one key of reasoning. Runs that stopped count as incomplete at once, not after a quarter of an hour.
INDEXED = {"event": "schema.registered", "name": "bench-indexed", "version": 1,
           "definition": {"reasoning": [{"key": "score", "type": "number", "index": True}]}}
LIFECYCLE = "lifecycle: {incomplete_after: 1s}"


class History:
    """`runs` runs of 10 steps, taken `repeat` times, of which 4.3 % crash and 0.5 % stop, `spacing` µs from one to the next. Grows by
    grow_to()."""

    def __init__(self, context, runs, spacing, name="history", repeat=1, stops_every=STOPS_EVERY):
        self.context, self.spacing, self.repeat, self.stops_every = context, spacing, repeat, stops_every
        self.folder = context.root / "build" / "bench-data" / f"{name}-{FORMAT}-{runs}x{spacing}"
        self.folder.mkdir(parents=True, exist_ok=True)
        self.sqlite = self.folder / "xray.db"
        self._state = self.folder / "runs.json"
        self.runs = json.loads(self._state.read_text())["runs"] if self._state.exists() else 0
        self.postgres = Postgres(context, keep=self.folder / "postgres")
        self.stores = {"postgres": f'{{plugin: postgres, options: {{dsn: "{self.postgres.dsn}", schema: {SCHEMA}}}}}',
                       "sqlite": f"{{plugin: sqlite, options: {{path: {self.sqlite}}}}}"}
        if self.runs == 0:
            self._start_over()
        self.grow_to(runs)

    def time(self, days_before_end):
        """RFC 3339, counted from the start of the last run."""
        end = FIRST + datetime.timedelta(microseconds=self.runs * self.spacing)
        return (end - datetime.timedelta(days=days_before_end)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")

    def server(self, store):
        return Server(self.context, self.stores[store], more=LIFECYCLE)

    def grow_to(self, runs):
        if runs <= self.runs:
            return
        self._state.unlink(missing_ok=True)  # what is half loaded is of no use
        print(f"    loading runs {self.runs:,} to {runs:,} of {10 * self.repeat:,} steps into both stores, once", flush=True)
        begin = time.monotonic()
        common = ["--first", self.runs, "--runs", runs - self.runs, "--spacing-us", self.spacing, "--stops-every", self.stops_every,
                  "--repeat", self.repeat, "--transaction-runs", max(1, 1000 // self.repeat)]
        context = self.context
        context.run(context.program("xray-bench-postgres-copy"), "--dsn", self.postgres.dsn, "--schema", SCHEMA, *common)
        self.postgres.sql("VACUUM ANALYZE", schema=SCHEMA)
        context.run(context.program("xray-bench-sqlite-insert"), "--db", self.sqlite, *common)
        self.has_grown_to(runs)
        print(f"    loaded in {time.monotonic() - begin:.0f} s", flush=True)

    def has_grown_to(self, runs):
        """To be told by whoever lets a server append."""
        self.runs = runs
        self._state.write_text(json.dumps({"runs": runs}))

    def _start_over(self):
        self.postgres.drop(SCHEMA)
        for suffix in ("", "-wal", "-shm"):
            self.sqlite.with_name(self.sqlite.name + suffix).unlink(missing_ok=True)
        for store in self.stores:
            server = self.server(store)
            self.context.run(self.context.program("xray-bench-load"), "--url", server.events, "--runs", 0)  # the runs' schema
            post(server, INDEXED)
            self._wait_for_index(store)
            server.stop()

    def _wait_for_index(self, store):
        deadline = time.monotonic() + 60
        while True:
            if store == "postgres":
                made = int(self.postgres.sql("SELECT count(*) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE indisvalid AND relname LIKE 'kept%'"))
            else:
                with sqlite3.connect(f"file:{self.sqlite}?mode=ro", uri=True) as database:
                    made = database.execute("SELECT count(*) FROM sqlite_master WHERE type = 'index' AND name LIKE 'kept%'").fetchone()[0]
            if made == 2:  # of its numbers and of its texts
                return
            if time.monotonic() > deadline:
                raise Failed(f"{store} does not make the index of the schema")
            time.sleep(0.05)


def post(server, event):
    body = (json.dumps(event) + "\n").encode()
    request = urllib.request.Request(f"{server.events}/v1/events", body, {"Content-Type": "application/x-ndjson"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        receipt = json.load(answer)
    if receipt["rejected"]:
        raise Failed(f"{event}: {receipt}")


def sized_history(context):
    """500,000 runs in 30 days (XRAY_BENCH_RUNS has another number, in proportionally less time); 2,000 in 3 days when quick."""
    full = int(os.environ.get("XRAY_BENCH_RUNS", 500_000))
    return History(context, context.sized(full, 2_000), context.sized(5_184_000, 129_600_000))
