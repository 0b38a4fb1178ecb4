"""What S9 asks: for each question a path of the API, and the best SQL for it on each store; both answers in one form, so that they can be compared."""

import datetime
import json
import urllib.parse
from dataclasses import dataclass

RUN = [("run_id", "id"), ("parent_run_id", "id"), ("pipeline", ""), ("status", ""), ("started_at", "time"), ("ended_at", "time"),
       ("last_activity_at", "time"), ("duration_ms", "ms"), ("error", "json"), ("metadata", "json"), ("step_count", ""),
       ("error_count", ""), ("missing_steps", ""), ("violation_count", ""), ("lost", "json")]
SKELETON = [("step_id", "id"), ("run_id", "id"), ("parent_step_id", "id"), ("seq", ""), ("name", ""), ("step_type", ""), ("status", ""),
            ("started_at", "time"), ("ended_at", "time"), ("duration_ms", "ms"), ("error", "json"), ("schema_checked", "truth"),
            ("violations", "json")]
STEP = SKELETON + [("input_data", "json"), ("output_data", "json"), ("reasoning", "json")]
LATENCY = [("step_type", ""), ("bucket", "time"), ("count", ""), ("errors", ""), ("min_ms", "ms"), ("p50_ms", "ms"), ("p95_ms", "ms"),
           ("p99_ms", "ms"), ("max_ms", "ms"), ("avg_ms", "average")]
COUNT = [("count", "")]
FAILURE = [("step_type", ""), ("runs", ""), ("run_id", "id"), ("step_id", "id")]


def micros(text):
    if text.lstrip("-").isdigit():
        return int(text)
    text = text.replace("Z", "+00:00")
    if text[-3] in "+-":
        text += ":00"
    return round(datetime.datetime.fromisoformat(text).timestamp() * 1e6)


def compared(value, kind):
    """A value of either side: the API's JSON value, or a column as text, whose durations are µs."""
    if value is None:
        return None
    if kind == "id":
        return value.replace("-", "") or None  # hex() of null is empty
    if kind == "time":
        return micros(value)
    if kind == "ms":
        return round(value * 1000) if isinstance(value, (int, float)) else int(value)
    if kind == "average":  # of µs; the last digits depend on the order of addition
        return f"{value * 1000 if isinstance(value, float) else float(value):.3f}"
    if kind == "json":
        return json.loads(value) if isinstance(value, str) else value
    if kind == "truth":
        return value in (True, "t", "1")
    return str(value)


@dataclass(eq=False)
class Question:
    what: str
    path: str
    sql: dict  # store: statements
    columns: list  # of each statement, (member, kind)
    rows: callable  # of the API's answer: for each statement, objects
    scans: bool = False  # must look at every row of its range
    keyed: bool = False  # its answer is found by keys, however much there is

    def answered(self, answer):
        return [[[compared(row[name], kind) for name, kind in columns] for row in rows]
                for columns, rows in zip(self.columns, self.rows(answer))]

    def selected(self, console, store):
        return [[[compared(cell, kind) for cell, (_, kind) in zip(row, columns, strict=True)] for row in console.rows(statement)]
                for columns, statement in zip(self.columns, self.sql[store])]


def url(path, **parameters):
    return path + ("?" + urllib.parse.urlencode(parameters) if parameters else "")


class Words:
    """How one store writes what the questions are made of."""

    def __init__(self, store):
        self.postgres = store == "postgres"

    def id(self, column):
        return column if self.postgres else f"lower(hex({column}))"

    def time(self, text):
        return f"'{text}'" if self.postgres else str(micros(text))

    def key(self, text):
        return f"'{text}'" if self.postgres else f"x'{text.replace('-', '')}'"

    def number(self, key):
        """As the index over the key has it."""
        if self.postgres:
            name = "U&'" + "".join(f"\\+{ord(c):06X}" for c in key) + "'::text"
            return f"(CASE WHEN jsonb_typeof(reasoning -> {name}) = 'number' THEN (reasoning -> {name})::float8 END)"
        return f"xray_number(reasoning, CAST(x'{('/' + key).encode().hex().upper()}' AS TEXT))"

    def incomplete(self):
        return "last_activity_at < now() - interval '1 s'" if self.postgres else "last_activity_at < unixepoch() * 1000000 - 1000000"

    def runs(self, rest):
        status = "COALESCE(outcome, 'incomplete')"
        return ("SELECT " + self.id("run_id") + ", " + self.id("parent_run_id") + f", pipeline, {status}, started_at, ended_at, last_activity_at,"
                " duration_us, error, metadata, step_count, error_count, missing_steps, violation_count, lost FROM runs " + rest)

    def steps(self, rest, payloads=True):
        return ("SELECT " + self.id("step_id") + ", " + self.id("run_id") + ", " + self.id("parent_step_id") + ", seq, name, step_type, status,"
                " started_at, ended_at, duration_us, error, schema_checked, violations" +
                (", input_data, output_data, reasoning" if payloads else "") + " FROM steps " + rest)

    def latency(self, since, until):
        where = f"WHERE started_at >= {self.time(since)} AND started_at < {self.time(until)}"
        if self.postgres:
            return ("SELECT step_type, hour, n, failed, least, p[1], p[2], p[3], most, mean FROM (SELECT step_type, date_bin('1 hour', started_at, 'epoch') AS hour,"
                    " count(*) AS n, count(*) FILTER (WHERE status = 'error') AS failed, min(duration_us) AS least, max(duration_us) AS most, avg(duration_us) AS mean,"
                    " percentile_disc(ARRAY[0.5, 0.95, 0.99]) WITHIN GROUP (ORDER BY duration_us) AS p"
                    f" FROM steps {where} AND duration_us IS NOT NULL GROUP BY 2, 1) t"
                    " ORDER BY n DESC, step_type DESC, hour DESC")
        return ("SELECT step_type, hour, n, failed, least, xray_sample_percentile(p, 50), xray_sample_percentile(p, 95), xray_sample_percentile(p, 99), most, mean"
                " FROM (SELECT step_type, started_at / 3600000000 * 3600000000 AS hour, count(*) AS n, count(*) FILTER (WHERE status = 'error') AS failed,"
                " min(ended_at - started_at) AS least, max(ended_at - started_at) AS most, avg(ended_at - started_at) AS mean, xray_sample(ended_at - started_at) AS p"
                f" FROM steps {where} AND ended_at IS NOT NULL GROUP BY 1, 2) t ORDER BY n DESC, step_type DESC, hour DESC")

    def failures(self, since, until):
        """Rule by rule, each a look into the steps of one run; the examples are those of the API."""
        later = "ORDER BY s.started_at DESC, s.seq DESC NULLS FIRST, s.step_id DESC LIMIT 1"
        of_run = "SELECT s.step_id FROM steps s WHERE s.run_id = f.run_id"
        return (f"""WITH f AS MATERIALIZED (
  SELECT run_id, started_at, error_step_id FROM runs WHERE started_at >= {self.time(since)} AND started_at < {self.time(until)}
    AND (outcome IS NULL OR outcome = 'crashed') AND (outcome = 'crashed' OR {self.incomplete()})),
blamed AS MATERIALIZED (SELECT f.run_id, f.started_at, COALESCE(
  ({of_run} AND s.step_id = f.error_step_id),
  ({of_run} AND s.status = 'error' AND NOT EXISTS (SELECT 1 FROM steps c WHERE c.run_id = f.run_id AND c.parent_step_id = s.step_id AND c.status = 'error') {later}),
  ({of_run} AND s.status = 'running' {later}),
  ({of_run} {later})) AS step_id FROM f),
placed AS (SELECT b.run_id, b.step_id, s.step_type, count(*) OVER (PARTITION BY s.step_type) AS n,
  row_number() OVER (PARTITION BY s.step_type ORDER BY b.started_at DESC, b.run_id) AS example
  FROM blamed b LEFT JOIN steps s ON s.run_id = b.run_id AND s.step_id = b.step_id)
SELECT step_type, n, {self.id("run_id")}, {self.id("step_id")} FROM placed WHERE example <= 5 ORDER BY n DESC, step_type DESC NULLS LAST, example""")


def both(text):
    """The statements of both stores; `text` makes one, or a list, from a store's words."""
    made = {store: text(Words(store)) for store in ("postgres", "sqlite")}
    return {store: statements if isinstance(statements, list) else [statements] for store, statements in made.items()}


def examples(answer):
    return [[{**row, **example} for row in answer["rows"] for example in row["examples"]]]


def questions(history, run_id, deep):
    """`deep`: a run far down the list, and the API's token of the page behind it."""
    runs, steps, rows = (lambda member: lambda answer: [answer[member]])("runs"), lambda answer: [answer["steps"]], lambda answer: [answer["rows"]]
    day, next_day, week, end = (history.time(days) for days in (2, 1, 7, 0))
    in_day = f"started_at >= {day} AND started_at < {next_day}"
    newest = "ORDER BY started_at DESC, {id} LIMIT 50"
    by_run, by_step = newest.format(id="run_id"), newest.format(id="step_id, run_id")

    def day_of(words):
        return f"started_at >= {words.time(day)} AND started_at < {words.time(next_day)}"

    return [
        Question("newest 50 runs", url("/v1/runs", page_size=50), both(lambda w: w.runs(by_run)), [RUN], runs, keyed=True),
        Question("crashed runs of one pipeline, newest 50", url("/v1/runs", page_size=50, filter='status = crashed AND pipeline = "fraud-check"'),
                 both(lambda w: w.runs("WHERE outcome = 'crashed' AND pipeline = 'fraud-check' " + by_run)), [RUN], runs, keyed=True),
        Question("one run with its steps", f"/v1/runs/{run_id}",
                 both(lambda w: [w.runs(f"WHERE run_id = {w.key(run_id)}"),
                                 w.steps(f"WHERE run_id = {w.key(run_id)} ORDER BY started_at, seq, step_id", payloads=False)]),
                 [RUN, SKELETON], lambda answer: [[answer], answer["steps"]], keyed=True),
        Question("steps of one type in a day, newest 50 whole", url("/v1/steps", page_size=50, filter=f"step_type = llm AND {in_day}"),
                 both(lambda w: w.steps(f"WHERE step_type = 'llm' AND {day_of(w)} {by_step}")), [STEP], steps, keyed=True),
        Question("indexed reasoning key over a threshold (1 in 1,000), newest 50 whole",
                 url("/v1/steps", page_size=50, filter="reasoning.score > 0.999"),
                 both(lambda w: w.steps(f"WHERE {w.number('score')} > 0.999 {by_step}")), [STEP], steps, keyed=True),
        Question("how many are over it", url("/v1/analysis/counts", of="steps", filter="reasoning.score > 0.999"),
                 both(lambda w: f"SELECT count(*) FROM steps WHERE {w.number('score')} > 0.999"), [COUNT], rows),
        Question("how many of a day are over a threshold of a key without index",
                 url("/v1/analysis/counts", of="steps", filter=f"reasoning.threshold > 49 AND {in_day}"),
                 both(lambda w: f"SELECT count(*) FROM steps WHERE {w.number('threshold')} > 49 AND {day_of(w)}"), [COUNT], rows, scans=True),
        Question("latency percentiles by type and hour over a day",
                 url("/v1/analysis/latency", filter=in_day, group_by="step_type", interval="1h"),
                 both(lambda w: w.latency(day, next_day)), [LATENCY], rows, scans=True),
        Question("failure attribution over a week", url("/v1/analysis/failures", filter=f"started_at >= {week} AND started_at < {end}"),
                 both(lambda w: w.failures(week, end)), [FAILURE], examples),
        Question("a page far down the list of runs", url("/v1/runs", page_size=50, page_token=deep["token"]),
                 both(lambda w: w.runs(f"WHERE started_at <= {w.time(deep['started_at'])} AND (started_at < {w.time(deep['started_at'])}"
                                       f" OR run_id > {w.key(deep['run_id'])}) {by_run}")), [RUN], runs, keyed=True),
    ]
