"""What a benchmark uses: taking turns with its reference, rows with targets, programs."""

import json
import statistics
import subprocess
from dataclasses import dataclass, field


class Skipped(Exception):
    """The benchmark cannot run here; the text says why."""


class Failed(Exception):
    """It broke, or both sides do not have the same content; the text says how."""


@dataclass
class Target:
    """What a row must reach: its ratio to the reference, or its own value, at least or at most."""
    limit: float
    at_least: bool
    of_ratio: bool = True
    plus: float = 0.0  # for at most: limit x reference + this, in the row's unit

    def text(self, unit):
        sign = "≥" if self.at_least else "≤"
        limit = f"{self.limit:g}x" if self.of_ratio else f"{self.limit:g} {unit}"
        return f"{sign} {limit}" + (f" + {self.plus:g} {unit}" if self.plus else "")

    def met(self, product, reference, ratio):
        if self.plus:
            return product <= self.limit * reference + self.plus
        value = ratio if self.of_ratio else product
        return value >= self.limit if self.at_least else value <= self.limit


def ratio_at_least(limit):
    return Target(limit, at_least=True)


def ratio_at_most(limit, plus=0.0):
    return Target(limit, at_least=False, plus=plus)


def at_most(limit):
    return Target(limit, at_least=False, of_ratio=False)


def at_least(limit):
    return Target(limit, at_least=True, of_ratio=False)


@dataclass
class Row:
    """One line of the table. `product` and `reference` hold one value a round; without a target it is information."""
    what: str
    unit: str
    product: list
    reference: list = field(default_factory=list)
    target: Target = None
    note: str = ""

    def ratio(self):
        """The median of the rounds' ratios: both sides of a round ran one after the other, so noise hits both."""
        pairs = [p / r for p, r in zip(self.product, self.reference) if r]
        return statistics.median(pairs) if pairs else None

    def verdict(self):
        if self.target is None:
            return ""
        reference = statistics.median(self.reference) if self.reference else None
        met = self.target.met(statistics.median(self.product), reference, self.ratio())
        return "pass" if met else "falls short"


class Context:
    """The surroundings of one run of a benchmark: where programs are, a temporary folder, how much to do."""

    def __init__(self, root, build, folder, quick, rounds):
        self.root, self.build, self.folder, self.quick, self.rounds = root, build, folder, quick, rounds
        self._started = []

    def program(self, name):
        path = self.build / "bin" / name
        if not path.exists():
            raise Failed(f"{path} is not there: build with -DXRAY_BENCH=ON")
        return str(path)

    def sized(self, full, quick):
        return quick if self.quick else full

    def interleave(self, **sides):
        """Calls each side in turn, `rounds` times (A B A B …); what they returned, by side, in the order of rounds."""
        taken = {name: [] for name in sides}
        for number in range(self.rounds):
            for name, measure in sides.items():
                taken[name].append(measure())
                print(f"    round {number + 1}/{self.rounds} {name}: {shown(taken[name][-1])}", flush=True)
        return taken

    def run(self, *command, **options):
        """Runs a program to its end; its standard output. Failed when it fails."""
        done = subprocess.run([str(part) for part in command], capture_output=True, text=True, **options)
        if done.returncode != 0:
            raise Failed(f"{command[0]}: exit code {done.returncode}: {(done.stderr or done.stdout).strip()[-2000:]}")
        return done.stdout

    def run_json(self, *command, **options):
        """The same for programs that end with one line of JSON on standard output."""
        return json.loads(self.run(*command, **options).splitlines()[-1])

    def google_benchmark(self, program, case, field="real_time"):
        """One figure of one case of a Google Benchmark program; about a second of it, or little when quick."""
        output = self.run(self.program(program), f"--benchmark_filter=^{case}$", "--benchmark_format=json",
                          f"--benchmark_min_time={self.sized(0.3, 0.05)}")
        found = json.loads(output)["benchmarks"]
        if not found:
            raise Failed(f"{program} has no case {case}")
        return found[0][field]

    def started(self, process):
        """Remembers something with a stop(), which is called at the end, whatever happens; returns it."""
        self._started.append(process)
        return process

    def stop_all(self):
        while self._started:
            self._started.pop().stop()


def shown(sample):
    if isinstance(sample, dict):
        return " ".join(f"{key}={shown(value)}" for key, value in sample.items())
    return f"{sample:.6g}" if isinstance(sample, float) else str(sample)
