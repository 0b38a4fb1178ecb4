"""Keeps the last outcome of each benchmark as JSON in build/bench-results, and makes bench/RESULTS.md of them."""

import datetime
import json

import machine
import table

INTRO = """# Results

Written by `scripts/bench`; [README.md](README.md) says what each row measures and against what. Values are medians of the rounds, with the least and
the greatest in brackets; the ratio is the median of the rounds' ratios. A row without a target is information.

"""


def outcome_of(benchmark, rows, status, options):
    quick = options.quick
    return {
        "name": benchmark.NAME,
        "title": benchmark.TITLE,
        "status": status,
        "rounds": 1 if quick else options.rounds,
        "rows": [{
            "what": row.what,
            "unit": row.unit,
            "product": row.product,
            "reference": row.reference,
            "ratio": row.ratio(),
            "target": row.target.text(row.unit) if row.target else "",
            "verdict": "" if quick else row.verdict(),
            "note": row.note,
        } for row in rows],
    }


def order(outcome):
    return int("".join(filter(str.isdigit, outcome["name"])) or 0)


class Results:
    def __init__(self, root, options):
        self.folder = root / "build" / "bench-results"
        self.markdown = root / "bench" / "RESULTS.md"
        self.root, self.build = root, root / options.build

    def keep(self, outcome):
        self.folder.mkdir(parents=True, exist_ok=True)
        taken = {
            "date": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M UTC"),
            "commit": machine.commit(self.root),
            "machine": machine.facts(self.root, self.build),
        }
        (self.folder / f"{outcome['name']}.json").write_text(json.dumps({**outcome, **taken}, indent=1, ensure_ascii=False))

    def write_markdown(self):
        outcomes = sorted((json.loads(path.read_text()) for path in self.folder.glob("*.json")), key=order)
        parts = [INTRO, table.markdown(outcomes), "\n"]
        notes = [f"- {outcome['name']}, {row['what']}: {row['note']}" for outcome in outcomes for row in outcome["rows"] if row["note"]]
        if notes:
            parts += ["\n", "\n".join(notes), "\n"]
        parts += ["\n## Taken\n\n", self.taken(outcomes)]
        self.markdown.write_text("".join(parts))

    @staticmethod
    def taken(outcomes):
        """Machine, date and commit; benchmarks that share them share a paragraph."""
        groups = {}
        for outcome in outcomes:
            key = (json.dumps(outcome["machine"]), outcome["commit"])
            groups.setdefault(key, []).append(outcome)
        paragraphs = []
        for (facts, commit), members in groups.items():
            names = " ".join(member["name"] for member in members)
            dates = sorted(member["date"] for member in members)
            date = dates[0] if dates[0] == dates[-1] else f"{dates[0]} to {dates[-1]}"
            rounds = max(member["rounds"] for member in members)
            lines = [f"{names}: {date}, commit {commit}, {rounds} rounds. Again: `scripts/bench --rounds {rounds} {names}`", ""]
            lines += [f"- {name}: {value}" for name, value in json.loads(facts).items()]
            paragraphs.append("\n".join(lines) + "\n")
        return "\n".join(paragraphs)
