"""S2: a step of the SDK beside a span of opentelemetry-cpp with the same values as attributes."""

from benchmark import Row, Skipped, at_most, ratio_at_most
from ingest import column

NAME = "S2"
TITLE = "SDK: one step, beside a span of opentelemetry-cpp"


def run(context):
    if not (context.build / "bin" / "xray-bench-otel-step").exists():
        raise Skipped("opentelemetry-cpp was not there when this was built (Debian 12 has no package of it; CMAKE_PREFIX_PATH tells where it is)")
    blocks = context.sized(60, 5)
    rows, spans = [], []
    for threads in (1, 2, 4):
        options = ("--threads", threads, "--blocks", blocks)
        taken = context.interleave(
            step=lambda: context.run_json(context.program("xray-bench-sdk-step"), "--plugins", context.build / "bench-plugins", *options)["product"],
            span=lambda: context.run_json(context.program("xray-bench-otel-step"), *options))
        spans += taken["span"]
        rows.append(Row(f"a step of 8 typed values beside a span of BatchSpanProcessor, {threads} thread{'s' * (threads > 1)}, p50", "ns",
                        column(taken["step"], "p50"), column(taken["span"], "p50"), ratio_at_most(0.2)))
    return rows + [Row("spans that opentelemetry-cpp dropped meanwhile", "spans", column(spans, "lost"), target=at_most(0))]
