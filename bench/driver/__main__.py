"""Runs benchmarks beside their references, prints a table and keeps bench/RESULTS.md. Called by scripts/bench."""

import argparse
import pathlib
import sys
import tempfile
import time
import traceback

import cases
import results
import table
from benchmark import Context, Skipped, Failed

ROOT = pathlib.Path(__file__).resolve().parents[2]


def arguments():
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    parser.add_argument("names", metavar="NAME", nargs="*", help="benchmarks to run (S4 …); all when none is named")
    parser.add_argument("--list", action="store_true", help="tell which there are")
    parser.add_argument("--quick", action="store_true",
                        help="each for about a second on little data: shows that they work, their times mean nothing")
    parser.add_argument("--rounds", type=int, default=5, help="how often both sides take their turn (default 5)")
    parser.add_argument("--build", default="build/bench", help="the build folder (default build/bench)")
    return parser.parse_args()


def run_one(benchmark, options):
    """Its rows, or why there are none: (rows, status) with status "", "skipped: …" or "failed: …"."""
    with tempfile.TemporaryDirectory(prefix="xray-bench-") as folder:
        context = Context(ROOT, ROOT / options.build, pathlib.Path(folder), options.quick,
                          1 if options.quick else options.rounds)
        try:
            return benchmark.run(context), ""
        except Skipped as why:
            return [], f"skipped: {why}"
        except Failed as why:
            return [], f"failed: {why}"
        except Exception:  # a broken benchmark is reported, the others still run
            traceback.print_exc()
            return [], "failed: the driver broke, see above"
        finally:
            context.stop_all()


def main():
    options = arguments()
    every = cases.all_of_them()
    if options.list:
        for benchmark in every:
            print(f"{benchmark.NAME:5} {benchmark.TITLE}")
        return 0
    wanted = [name.upper() for name in options.names]
    unknown = [name for name in wanted if name not in {b.NAME for b in every}]
    if unknown:
        print(f"no benchmark {', '.join(unknown)}; there are {', '.join(b.NAME for b in every)}", file=sys.stderr)
        return 2
    failed = False
    store = results.Results(ROOT, options)
    printed = []
    for benchmark in every:
        if wanted and benchmark.NAME not in wanted:
            continue
        print(f"==> {benchmark.NAME} {benchmark.TITLE}", flush=True)
        begin = time.monotonic()
        rows, status = run_one(benchmark, options)
        failed |= status.startswith("failed")
        print(f"    {status or 'done'} ({time.monotonic() - begin:.0f} s)", flush=True)
        outcome = results.outcome_of(benchmark, rows, status, options)
        printed.append(outcome)
        if not options.quick and not status.startswith("failed"):
            store.keep(outcome)
    print()
    print(table.text(printed))
    if not options.quick:
        store.write_markdown()
        print(f"\nWritten to {store.markdown.relative_to(ROOT)}")
    return 1 if failed else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
