"""S3: what the SDK takes while its backend is away: memory beside its bound, processor time, and a step's cost to its thread."""

import statistics

from benchmark import Failed, Row, at_most, ratio_at_most
from ingest import column

NAME = "S3"
TITLE = "SDK: memory and CPU while the backend is away"

BOUND_MIB = 16  # queue.max_bytes
RATE = 20_000


def run(context):
    seconds = context.sized(60, 2)
    program = context.program("xray-bench-sdk-outage")

    def side(plugins, *options):
        report = context.run_json(program, "--plugins", context.build / plugins, "--rate", RATE, "--seconds", seconds, *options)
        if report["steps"] != RATE * seconds:
            raise Failed(f"not every step was recorded: {report}")
        return report

    taken = context.interleave(away=lambda: side("plugins", "--away"), there=lambda: side("bench-plugins"))
    away, there = taken["away"], taken["there"]
    if any(sample["accepted"] for sample in away) or any(sample["dropped"] for sample in there):
        raise Failed(f"the backend that is away took something, or the one that is there did not take all: {taken}")
    dropped = statistics.median(column(away, "dropped"))
    note = (f"two threads, {RATE:,} steps/s together for {seconds} s; away: HTTP to a port where nothing listens, the queue of {BOUND_MIB} MiB is full for most of "
            f"the time and {dropped:,.0f} of {RATE * seconds * 12 // 10:,} events (beginnings and ends of runs are some) are dropped and counted; there: a transport that counts batches and forgets them")
    return [
        Row("backend away: the process grows by", "MiB", column(away, "grown_mib"), target=at_most(BOUND_MIB + 16), note=note),
        Row("a step's cost to its thread, p99, backend away beside there", "ns", column(away, "p99"), column(there, "p99"), ratio_at_most(1.1)),
        Row("CPU of the recording threads, sleeping between steps included", "µs/step", column(away, "recording_cpu_us"), column(there, "recording_cpu_us")),
        Row("CPU of the shipper", "µs/step", column(away, "shipper_cpu_us"), column(there, "shipper_cpu_us")),
    ]
