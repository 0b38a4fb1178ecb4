"""Outcomes as an aligned table for the terminal, and as one of Markdown."""

import statistics

HEAD = ("", "what", "unit", "X-Ray (min..max)", "reference (min..max)", "ratio", "target", "")
LEFT = {0, 1, 2, 7}


def number(value):
    if value == 0:
        return "0"
    digits = 0 if abs(value) >= 1000 else 1 if abs(value) >= 100 else 2 if abs(value) >= 1 else 3
    return f"{value:,.{digits}f}"


def spread(values):
    if not values:
        return "–"
    median = number(statistics.median(values))
    return median if len(values) == 1 else f"{median} ({number(min(values))}..{number(max(values))})"


def lines_of(outcome):
    """The cells of an outcome's rows; one line that says why when it has none."""
    if not outcome["rows"]:
        return [[outcome["name"], outcome["title"], "", "–", "–", "–", "", outcome["status"]]]
    return [[outcome["name"], row["what"], row["unit"], spread(row["product"]), spread(row["reference"]),
             f"{row['ratio']:.2f}x" if row["ratio"] is not None else "–", row["target"], row["verdict"]]
            for row in outcome["rows"]]


def text(outcomes):
    lines = [list(HEAD)] + [line for outcome in outcomes for line in lines_of(outcome)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(HEAD))]

    def drawn(line):
        cells = (cell.ljust(width) if i in LEFT else cell.rjust(width) for i, (cell, width) in enumerate(zip(line, widths)))
        return "  ".join(cells).rstrip()

    return "\n".join([drawn(lines[0]), "  ".join("─" * width for width in widths)] + [drawn(line) for line in lines[1:]])


def markdown(outcomes):
    head = list(HEAD)
    head[0], head[7] = "#", "verdict"
    rule = ["---" if i in LEFT else "---:" for i in range(len(HEAD))]
    lines = [head, rule] + [line for outcome in outcomes for line in lines_of(outcome)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
