"""S7: from the SDK into a spool, beside write() of the same bytes with CRC32C; from the spool into SQLite, beside S6's reference."""

import re
import shutil
import statistics
import time

from benchmark import Failed, Row, ratio_at_least
from cases.s06_sqlite import digest, fresh_server
from ingest import column

NAME = "S7"
TITLE = "offline: SDK to spool, and spool to SQLite"


class Spooling:
    """What the product spooled last is what the reference writes."""

    def __init__(self, context, steps):
        self.context, self.steps = context, steps
        self.spool, self.copy = context.folder / "spool", context.folder / "copy"

    def product(self):
        shutil.rmtree(self.spool, ignore_errors=True)
        report = self.context.run_json(self.context.program("xray-bench-sdk-spool"), "--plugins", self.context.build / "plugins",
                                       "--dir", self.spool, "--steps", self.steps)
        return {"steps_per_s": self.steps / report["seconds"], "cpu_us": report["cpu_seconds"] / self.steps * 1e6,
                "bytes": report["bytes"]}

    def reference(self):
        shutil.rmtree(self.copy, ignore_errors=True)
        self.copy.mkdir()
        report = self.context.run_json(self.context.program("xray-bench-spool-write"), "--like", self.spool, "--dir", self.copy)
        return {"steps_per_s": self.steps / report["seconds"], "bytes": report["bytes"]}

    def check(self):
        """Every frame of the spool is whole, every step is in it, and the reference writes the same bytes."""
        spooled, copied = self.product()["bytes"], self.reference()["bytes"]
        if spooled != copied:
            raise Failed(f"{spooled} bytes were spooled, {copied} written again")
        verdict = self.context.run(self.context.program("xray"), "spool", "verify", self.spool)
        steps = sum(segment.read_bytes().count(b'"event":"step.ended"') for segment in self.spool.rglob("*.seg"))
        if steps != self.steps or "all right" not in verdict:
            raise Failed(f"{steps} of {self.steps} steps are in the spool; {verdict}")


class Draining:
    def __init__(self, context):
        self.context = context

    def product(self, runs):
        spool, database = self.context.folder / "drain", self.context.folder / "product.db"
        shutil.rmtree(spool, ignore_errors=True)
        self.context.run(self.context.program("xray-bench-spool-fill"), "--dir", spool, "--runs", runs)
        for suffix in ("", "-wal", "-shm"):
            database.with_name(database.name + suffix).unlink(missing_ok=True)
        config = self.context.folder / "drain.yaml"
        config.write_text(f"store: {{plugin: sqlite, options: {{path: {database}}}}}\n"
                          f"receivers: [{{plugin: file-transport, options: {{dir: {spool}}}}}]\n")
        begin = time.monotonic()
        said = self.context.run(self.context.program("xray"), "ingest", "--config", config)
        seconds = time.monotonic() - begin
        stored = re.search(r"^(\d+) events stored", said)
        if not stored or int(stored.group(1)) != runs * 12 + 1:  # and the schema
            raise Failed(f"not everything was stored: {said}")
        return runs * 10 / seconds

    def reference(self, runs):
        database = self.context.folder / "reference.db"
        fresh_server(self.context, database).stop()
        report = self.context.run_json(self.context.program("xray-bench-sqlite-insert"), "--db", database, "--runs", runs)
        return report["steps"] / report["seconds"]

    def check(self, runs):
        self.product(runs)
        self.reference(runs)
        both = [{table: digest(self.context.folder / file, table, key) for table, key in (("runs", "run_id"), ("steps", "run_id, step_id"))}
                for file in ("product.db", "reference.db")]
        if both[0] != both[1]:
            raise Failed(f"the rows of both sides differ: {both}")


def run(context):
    spooling = Spooling(context, context.sized(400_000, 20_000))
    spooling.check()
    taken = context.interleave(product=spooling.product, reference=spooling.reference)
    cpu = statistics.median(column(taken["product"], "cpu_us"))
    rows = [Row("SDK to spool, durability interval, until all is on the disk", "steps/s", column(taken["product"], "steps_per_s"),
                column(taken["reference"], "steps_per_s"), ratio_at_least(0.6),
                f"one thread records, the shipper encodes and writes: {cpu:.2f} µs of CPU time for a step in all")]
    draining = Draining(context)
    draining.check(300)
    runs = context.sized(50_000, 500)
    taken = context.interleave(product=lambda: draining.product(runs), reference=lambda: draining.reference(runs))
    rows.append(Row("spool to SQLite (xray ingest), synchronous=FULL", "steps/s", taken["product"], taken["reference"], ratio_at_least(0.7),
                    "the start of the process, which makes the tables, and its end are part of its time; the reference commits 2,000 steps at a time"))
    return rows
