"""Asks the API and a console the same questions in turn."""

import http.client
import json
import statistics
import time
import urllib.parse

from benchmark import Failed
from consoles import Psql, Sqlite3
from history import SCHEMA
from questions import questions

# A round asks a quick question again and again for so long, and takes the median: its time is of the order of a wake-up.
ROUND_SECONDS = 0.25
MOST = 100


class Api:
    """One client with a connection that stays open."""

    def __init__(self, server):
        self._connection = http.client.HTTPConnection(urllib.parse.urlparse(server.api).netloc, timeout=120)

    def get(self, path):
        self._connection.request("GET", path)
        answer = self._connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise Failed(f"GET {path}: {answer.status} {body[:500]!r}")
        return body

    def json(self, path):
        return json.loads(self.get(path))

    def seconds(self, path):
        begin = time.perf_counter()
        self.get(path)
        return time.perf_counter() - begin


def check_equal(api, console, store, question):
    ours, theirs = question.answered(api.json(question.path)), question.selected(console, store)
    if ours == theirs and any(ours):
        return
    pairs = [(a, b) for left, right in zip(ours, theirs) for a, b in zip(left, right) if a != b]
    sizes = [len(rows) for rows in ours], [len(rows) for rows in theirs]
    raise Failed(f"{store}: {question.what}: the answers differ: {sizes} rows; {pairs[:1]}")


def times_of(ask):
    """How often a round asks: also the warm-up."""
    ask()
    return max(1, min(MOST, round(ROUND_SECONDS / max(ask(), 1e-4))))


def milliseconds(ask, times):
    return statistics.median(ask() for _ in range(times)) * 1e3


def timed(context, api, console, store, question):
    """{"product": […], "reference": […]}: ms, one value a round."""
    product, reference = (lambda: api.seconds(question.path)), (lambda: console.seconds(question.sql[store]))
    times = times_of(product), times_of(reference)
    return context.interleave(product=lambda: milliseconds(product, times[0]), reference=lambda: milliseconds(reference, times[1]))


def deep_page(api, pages, size):
    """The token behind the first `pages` pages of runs, and the run it begins after."""
    token = ""
    for _ in range(pages):
        path = f"/v1/runs?page_size={size}" + (f"&page_token={urllib.parse.quote(token)}" if token else "")
        answer = api.json(path)
        token = answer["next_page_token"]
        if not token:
            raise Failed("there are too few runs for a deep page")
    last = answer["runs"][-1]
    return {"token": token, "started_at": last["started_at"], "run_id": last["run_id"]}


def prepared(context, history, store):
    """A server, a client, a console and the questions, of which each has been answered alike by both."""
    server, console = history.server(store), console_of(context, history, store)
    api = Api(server)
    size = context.sized(1000, 20)
    deep = deep_page(api, min(50, history.runs // size - 2), size)
    middle = api.json(f"/v1/runs?page_size=1&page_token={urllib.parse.quote(deep['token'])}")["runs"][0]["run_id"]
    asked = questions(history, middle, deep)
    for question in asked:
        check_equal(api, console, store, question)
    return server, api, console, asked


def console_of(context, history, store):
    return Psql(context, history.postgres, SCHEMA) if store == "postgres" else Sqlite3(context, history.sqlite)
