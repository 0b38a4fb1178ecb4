"""psql and sqlite3, each started once and then asked again and again: how a person who writes SQL would ask, without the start of a process."""

import csv
import io
import re
import subprocess
import time

from benchmark import Failed

END = "that was all"
NULL = "~null~"


class Console:
    """One session. `rows` answers texts, None for null; `seconds` is how long statements took, their rows read but shown nowhere."""

    def __init__(self, context, command, first):
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        context.started(self)
        self._ask(first)

    def _ask(self, text):
        self._process.stdin.write(f"{text}\n{self.ECHO} '{END}'\n")
        self._process.stdin.flush()
        lines = []
        for line in self._process.stdout:
            if line.strip() == END:
                return "".join(lines)
            lines.append(line)
        raise Failed(f"{self.ECHO}: the session ended: {''.join(lines)[-2000:]}")

    def rows(self, statement):
        text = self._ask(statement + ";")
        if re.search(r"^(ERROR|Parse error|Runtime error|Error)\b", text, re.MULTILINE):
            raise Failed(f"{statement}: {text[:2000]}")
        text = "".join(line for line in text.splitlines(keepends=True) if not line.startswith("Time: "))
        return [[None if cell == NULL else cell for cell in row] for row in csv.reader(io.StringIO(text))]

    def stop(self):
        if self._process.poll() is None:
            self._process.stdin.close()
            self._process.stdout.close()
            self._process.wait(timeout=60)


class Psql(Console):
    ECHO = "\\echo"

    def __init__(self, context, postgres, schema):
        super().__init__(context, ["psql", postgres.dsn, "-X", "-q"], "\n".join([
            "\\pset format csv", "\\pset tuples_only on", f"\\pset null '{NULL}'", "\\timing on",
            f"SET search_path TO {schema}; SET timezone TO UTC; SET jit TO off;"]))

    def seconds(self, statements):
        text = self._ask("\\o /dev/null\n" + "".join(f"{statement};\n" for statement in statements) + "\\o")
        times = re.findall(r"^Time: ([\d.]+) ms", text, re.MULTILINE)
        if len(times) != len(statements):
            raise Failed(f"psql: {text[:2000]}")
        return sum(float(milliseconds) for milliseconds in times) / 1000


class Sqlite3(Console):
    """Its own clock shows whole milliseconds, so this takes the driver's, from the statement's way in to the word that it is done."""

    ECHO = ".print"

    def __init__(self, context, path, cache_kib=16384):
        super().__init__(context, ["stdbuf", "-oL", "sqlite3", "-batch", "-readonly", str(path)], "\n".join([
            ".mode csv", f".nullvalue '{NULL}'", f".load {context.program('xray-bench-sqlite-functions.so')}",
            f"PRAGMA cache_size = -{cache_kib};"]))

    def seconds(self, statements):
        begin = time.perf_counter()
        text = self._ask(".output /dev/null\n" + "".join(f"{statement};\n" for statement in statements) + ".output stdout")
        taken = time.perf_counter() - begin
        if text:
            raise Failed(f"sqlite3: {text[:2000]}")
        return taken
