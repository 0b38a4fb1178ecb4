"""S1: what a step costs the thread that records it, beside two clock reads, one id and a copy of the payload into a ring."""

from benchmark import Row, at_most, ratio_at_most
from ingest import column

NAME = "S1"
TITLE = "SDK: one step on the caller's thread, beside a copy into a ring"

FORMS = {"typed": "8 typed values", "ready": "ready JSON"}
THREADS = (1, 2, 4)
STEPS_PER_SECOND = 50_000

# The program takes turns itself, block by block and thread by thread, so a round gives both sides.


def program(context, *options):
    return context.run_json(context.program("xray-bench-sdk-step"), "--plugins", context.build / "bench-plugins", *options)


def threads_text(threads):
    return "1 thread" if threads == 1 else f"{threads} threads"


def cost_rows(context, form, threads):
    blocks = context.sized(60, 5)
    rounds = context.interleave(both=lambda: program(context, "--form", form, "--threads", threads, "--blocks", blocks))["both"]
    product, reference = column(rounds, "product"), column(rounds, "reference")
    what = f"a step of {FORMS[form]}, schema checked, {threads_text(threads)}"
    note = ("every thread takes turns: 2,000 steps into the SDK, the shipper beside it, then 2,000 into the ring; the batches go to a transport that "
            "counts and forgets them") if (form, threads) == ("typed", 1) else ""
    return rounds, [
        Row(f"{what}, p50", "ns", column(product, "p50"), column(reference, "p50"), ratio_at_most(2.5), note),
        Row(f"{what}, p99", "ns", column(product, "p99"), column(reference, "p99")),
    ]


def paced_rows(context, threads):
    seconds = context.sized(10, 0.3)
    rounds = context.interleave(product=lambda: program(context, "--threads", threads, "--pace", STEPS_PER_SECOND, "--seconds", seconds))["product"]
    what = f"{STEPS_PER_SECOND:,} steps/s on each of {threads_text(threads)}"
    return rounds, [
        Row(f"{what}, p99.9", "µs", [sample["p999"] / 1000 for sample in column(rounds, "product")], target=at_most(5)),
        Row(f"{what}, lost", "steps", column(rounds, "lost"), target=at_most(0)),
    ]


def run(context):
    every, rows = [], []
    for form in FORMS:
        for threads in THREADS:
            rounds, more = cost_rows(context, form, threads)
            every += rounds
            rows += more
    for threads in THREADS:
        rounds, more = paced_rows(context, threads)
        every += rounds
        rows += more
    per_step = [sample["allocations"] / sample["steps"] for sample in every]
    return rows + [Row("allocations of the recording threads in steady state, all of the above", "a step", per_step, target=at_most(0))]
