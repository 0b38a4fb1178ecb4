"""S4: an NDJSON batch of 1 MiB to checked events, beside simdjson's full parse of the same bytes."""

from benchmark import Row, ratio_at_least

NAME = "S4"
TITLE = "decode a batch, beside simdjson's DOM"


def run(context):
    rows = []
    cases = context.run(context.program("xray-bench-decode"), "--benchmark_list_tests").split()
    for source, what in (("steps", "steps of 750 B"), ("tau", "recorded agent runs")):
        if not any(case.startswith(f"product/{source}") for case in cases):
            print(f"    {what}: not measured, ../shared/data/tau is not there")
            continue

        def rate(side, source=source):
            return context.google_benchmark("xray-bench-decode", f"{side}/{source}/manual_time", "bytes_per_second") / 1e6

        taken = context.interleave(product=lambda: rate("product"), reference=lambda: rate("reference"))
        rows.append(Row(f"decode and check, {what}", "MB/s", taken["product"], taken["reference"], ratio_at_least(0.5)))
    return rows
