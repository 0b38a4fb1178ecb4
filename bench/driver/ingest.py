"""What the ingest benchmarks share: one measured load on a server, and the figures of it."""

from benchmark import Failed


def load(context, server, runs, *options):
    """Posts `runs` runs; everything must be acknowledged, once, and nothing refused."""
    cpu, commits = server.cpu_seconds(), server.metric("xray_ingest_commits_total")
    report = context.run_json(context.program("xray-bench-load"), "--url", server.events, "--runs", runs, *options)
    if report["runs"] != runs or report["rejected"] or report["duplicates"] or set(report["statuses"]) - {"200"}:
        raise Failed(f"not everything was accepted: {report}")
    report["server_cpu_seconds"] = server.cpu_seconds() - cpu
    report["commits"] = server.metric("xray_ingest_commits_total") - commits
    return report


def figures(report):
    """What of a load's report is kept for each round."""
    steps = report["steps"]
    return {
        "steps_per_s": steps / report["seconds"],
        "server_us": report["server_cpu_seconds"] / steps * 1e6,
        "client_us": report["cpu_seconds"] / steps * 1e6,
        "steps_per_commit": steps / max(report["commits"], 1),
        "p50_ms": report["latency_ms"]["p50"],
        "p99_ms": report["latency_ms"]["p99"],
    }


def column(samples, name):
    return [sample[name] for sample in samples]
