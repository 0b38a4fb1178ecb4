"""S11: what a step takes on disk, indexes included, beside the bytes of its events; and what each table and index takes of that."""

import sqlite3

from benchmark import Row, ratio_at_most
from history import INDEXED, SCHEMA, post
from ingest import load
from processes import Postgres, Server

NAME = "S11"
TITLE = "disk bytes per step, and what each index costs"

MANY = 0.5  # bytes a step: what takes less is left out of the table
POSTGRES_PARTS = """SELECT c.relname, pg_relation_size(c.oid) + CASE WHEN c.relkind = 'r' THEN pg_total_relation_size(c.oid) - pg_indexes_size(c.oid)
  - pg_relation_size(c.oid) ELSE 0 END FROM pg_class c WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'i')"""


def ingested(context, store, runs):
    """Bytes of the events that a server stored."""
    server = Server(context, store)
    post(server, INDEXED)
    report = load(context, server, runs, "--clients", 8)
    server.stop()
    return report["bytes"]


def postgres_parts(context, runs):
    postgres = Postgres(context)
    sent = ingested(context, f'{{plugin: postgres, options: {{dsn: "{postgres.dsn}", schema: {SCHEMA}}}}}', runs)
    postgres.sql("VACUUM", schema=SCHEMA)
    return sent, {name: int(size) for name, size in (line.split("|") for line in postgres.sql(POSTGRES_PARTS, schema=SCHEMA).splitlines())}


def sqlite_parts(context, runs):
    path = context.folder / "disk.db"
    sent = ingested(context, f"{{plugin: sqlite, options: {{path: {path}}}}}", runs)
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as database:
        parts = dict(database.execute("SELECT name, sum(pgsize) FROM dbstat GROUP BY name"))
    # Beside them there are pages that nothing has taken yet.
    return sent, parts | {"free pages": path.stat().st_size - sum(parts.values())}


def shown(name):
    kept = {"_number": "index over numbers under one key", "_text": "index over texts under one key"}
    return next((text for end, text in kept.items() if name.startswith("kept_") and name.endswith(end)), name)


def run(context):
    runs = context.sized(50_000, 1_000)
    steps = runs * 10
    rows = []
    for store, measure in (("postgres", postgres_parts), ("sqlite", sqlite_parts)):
        sent, parts = measure(context, runs)
        rows.append(Row(f"{store}: all on disk", "B/step", [sum(parts.values()) / steps], [sent / steps], ratio_at_most(1.7),
                        f"{steps:,} steps of {sent / steps:,.0f} B (events as they were sent); one key of reasoning is indexed"))
        for name, size in sorted(parts.items(), key=lambda part: -part[1]):
            if size / steps >= MANY:
                rows.append(Row(f"{store}: of that, {shown(name)}", "B/step", [size / steps]))
    return rows
