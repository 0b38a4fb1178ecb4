"""What benchmarks start: a private PostgreSQL server and the backend. Both are stopped by the context that started them."""

import os
import re
import resource
import signal
import subprocess
import time
import urllib.request

from benchmark import Failed

# For the clients and connections of everything that is started here.
HARD_LIMIT = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (min(65536, HARD_LIMIT), HARD_LIMIT))

TICKS = os.sysconf("SC_CLK_TCK")


def cpu_seconds(pid):
    """User and system time of a process up to now."""
    with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def status_of(pid, name):
    """A number of /proc/<pid>/status: Threads, or in KiB VmRSS and VmHWM (the greatest VmRSS so far)."""
    with open(f"/proc/{pid}/status", encoding="ascii", errors="replace") as status:
        return int(re.search(rf"^{name}:\s+(\d+)", status.read(), re.MULTILINE).group(1))


class Postgres:
    """scripts/with-postgres, for as long as its standard input is open. Durable: it waits for the disk."""

    # So that checkpoints come as in a tuned database and not every second; the same for both sides.
    SETTINGS = {"max_wal_size": "8GB", "checkpoint_timeout": "15min"}

    def __init__(self, context, keep=None):
        """With `keep`, the data stays in that folder and is found there again."""
        self._process = subprocess.Popen(
            [str(context.root / "scripts" / "with-postgres"), *(["--keep", str(keep)] if keep else []),
             "sh", "-c", 'echo "$XRAY_TEST_PG_DSN"; cat >/dev/null'],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        context.started(self)
        self.dsn = ""
        for line in self._process.stdout:  # what apt says, where it had to install, comes before
            if line.startswith("host="):
                self.dsn = line.strip()
                break
        if not self.dsn:
            raise Failed("the PostgreSQL server does not start")
        for name, value in self.SETTINGS.items():
            self.sql(f"ALTER SYSTEM SET {name} = '{value}'")
        self.sql("SELECT pg_reload_conf()")

    def sql(self, *statements, schema="public"):
        """Runs statements, each in a transaction of its own; the last one's rows as text, columns by |."""
        command = ["psql", self.dsn, "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", f"SET search_path TO {schema}"]
        for statement in statements:
            command += ["-c", statement]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode != 0:
            raise Failed(f"psql: {done.stderr.strip()}")
        return done.stdout.strip()

    def drop(self, *schemas):
        self.sql("SET client_min_messages TO error", *[f"DROP SCHEMA IF EXISTS {schema} CASCADE" for schema in schemas], "CHECKPOINT")

    def stop(self):
        self._process.stdin.close()
        self._process.wait(timeout=60)
        self._process.stdout.close()


class Server:
    """`xray serve` on free ports of this machine. `store` is the value of store: in its configuration, as YAML; `more` are further lines."""

    def __init__(self, context, store, receiver="", ingest="", more=""):
        number = len(list(context.folder.glob("server-*.yaml")))
        config = context.folder / f"server-{number}.yaml"
        self._log_path = context.folder / f"server-{number}.log"
        config.write_text(
            f"store: {store}\n"
            f'receivers: [{{plugin: http-transport, options: {{listen: "127.0.0.1:0"{", " + receiver if receiver else ""}}}}}]\n'
            'api: {listen: "127.0.0.1:0"}\n' + (f"ingest: {{{ingest}}}\n" if ingest else "") + (f"{more}\n" if more else ""))
        with open(self._log_path, "wb") as log:
            self._process = subprocess.Popen([context.program("xray"), "serve", "--config", str(config)], stderr=log)
        context.started(self)
        self.pid = self._process.pid
        deadline = time.monotonic() + 60
        while " ready\n" not in self.log():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise Failed(f"the backend does not start: {self.log().strip()[-2000:]}")
            time.sleep(0.02)
        self.api = self._url("api: ")
        self.events = self._url("http-transport on ")

    def log(self):
        return self._log_path.read_text(errors="replace")

    def _url(self, word):
        return re.search(rf"{word}(http://127\.0\.0\.1:\d+)$", self.log(), re.MULTILINE).group(1)

    def cpu_seconds(self):
        return cpu_seconds(self.pid)

    def threads(self):
        return status_of(self.pid, "Threads")

    def peak_memory(self):
        """The most memory that it had so far, in MiB."""
        return status_of(self.pid, "VmHWM") / 1024

    def metric(self, name):
        """The sum of a metric over its labels."""
        with urllib.request.urlopen(f"{self.api}/metrics", timeout=30) as answer:
            text = answer.read().decode()
        return sum(float(value) for value in re.findall(rf"^{name}(?:{{[^}}]*}})? (\S+)$", text, re.MULTILINE))

    def stop(self):
        """Lets it finish what it took. Idempotent."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(timeout=120)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
