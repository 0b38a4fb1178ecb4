"""S5: 8 HTTP clients through a real, durable server into PostgreSQL, beside COPY into the same tables."""

import statistics

from benchmark import Failed, Row, at_most, ratio_at_least
from ingest import column, figures, load
from processes import Postgres, Server

NAME = "S5"
TITLE = "ingest to PostgreSQL through everything, beside binary COPY"

CLIENTS = 8
# Every column but the backend's clock.
DIGESTS = {
    "runs": "SELECT count(*), sum(hashtextextended((to_jsonb(t) - 'last_activity_at')::text, 0)) FROM runs t",
    "steps": "SELECT count(*), sum(hashtextextended(t::text, 0)) FROM steps t",
}


def store_of(postgres, schema):
    return f'{{plugin: postgres, options: {{dsn: "{postgres.dsn}", schema: {schema}}}}}'


def fresh_server(context, postgres, schema, ingest=""):
    """A server whose tables are new and hold the schema of the recording alone."""
    postgres.drop("product", "reference")
    server = Server(context, store_of(postgres, schema), ingest=ingest)
    load(context, server, 0)
    return server


def run_product(context, postgres, runs, *options):
    server = fresh_server(context, postgres, "product")
    report = load(context, server, runs, "--clients", CLIENTS, *options)
    server.stop()
    return figures(report)


def run_reference(context, postgres, runs, *options):
    fresh_server(context, postgres, "reference").stop()
    report = context.run_json(context.program("xray-bench-postgres-copy"), "--dsn", postgres.dsn, "--schema", "reference",
                              "--runs", runs, *options)
    return {"steps_per_s": report["steps"] / report["seconds"], "client_us": report["cpu_seconds"] / report["steps"] * 1e6}


def check_equal(context, postgres, *options):
    """Both sides store the same rows."""
    runs = 600
    digests = {}
    run_product(context, postgres, runs, *options)
    digests["product"] = {table: postgres.sql(sql, schema="product") for table, sql in DIGESTS.items()}
    run_reference(context, postgres, runs, *options)
    digests["reference"] = {table: postgres.sql(sql, schema="reference") for table, sql in DIGESTS.items()}
    if digests["product"] != digests["reference"] or not digests["product"]["runs"].startswith(f"{runs}|"):
        raise Failed(f"the rows of both sides differ: {digests}")


def run(context):
    postgres = Postgres(context)
    check_equal(context, postgres)
    runs = context.sized(200_000, 1_000)
    taken = context.interleave(product=lambda: run_product(context, postgres, runs),
                               reference=lambda: run_reference(context, postgres, runs))
    product = taken["product"]
    notes = (f"{runs * 10:,} steps; {statistics.median(column(product, 'steps_per_commit')):,.0f} steps a commit; requests of 1 MiB take "
             f"{statistics.median(column(product, 'p50_ms')):.0f} ms (p99 {statistics.median(column(product, 'p99_ms')):.0f} ms); the clients, on the "
             f"same cores, take {statistics.median(column(product, 'client_us')):.1f} µs a step, the reference's own "
             f"{statistics.median(column(taken['reference'], 'client_us')):.1f} µs")
    return [
        Row("PostgreSQL, 8 HTTP clients, durable", "steps/s", column(product, "steps_per_s"),
            column(taken["reference"], "steps_per_s"), ratio_at_least(0.7), notes),
        Row("the server's CPU time for a step", "µs", column(product, "server_us"), target=at_most(4)),
    ]
