"""What a result was measured on and with. Facts that cannot be had are left out."""

import os
import pathlib
import platform
import re
import subprocess


def output(*command):
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""


def first_match(path, pattern):
    try:
        found = re.search(pattern, pathlib.Path(path).read_text(errors="replace"), re.MULTILINE)
    except OSError:
        return ""
    return found.group(1).strip() if found else ""


def disk_of(folder):
    """File system and device of a folder, and whether the kernel thinks that the device rotates."""
    source, kind = (output("findmnt", "-n", "-o", "SOURCE,FSTYPE", "-T", str(folder)).split() + ["", ""])[:2]
    device = re.sub(r"p?\d+$", "", source.removeprefix("/dev/")) if source.startswith("/dev/") else ""
    rotates = first_match(f"/sys/block/{device}/queue/rotational", r"(\d)") if device else ""
    return ", ".join(part for part in (kind, device, {"0": "not rotating", "1": "rotating"}.get(rotates, "")) if part)


def package(name):
    return output("dpkg-query", "-W", "-f", "${Version}", name)


def facts(root, build):
    memory = first_match("/proc/meminfo", r"MemTotal:\s+(\d+) kB")
    compiler = first_match(build / "CMakeCache.txt", r"^CMAKE_CXX_COMPILER:\w+=(.*)$") or "c++"
    build_type = first_match(build / "CMakeCache.txt", r"^CMAKE_BUILD_TYPE:\w+=(.*)$")
    postgres = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    cpu = first_match("/proc/cpuinfo", r"model name\s*:\s*(.*)")
    version = output(compiler, "--version").splitlines()[:1]
    found = {
        "CPU": f"{cpu}, {os.cpu_count()} cores",
        "memory": f"{int(memory) / 2**20:.0f} GiB" if memory else "",
        "kernel": f"{platform.system()} {platform.release()}",
        "disk": disk_of(pathlib.Path("/tmp")),
        "compiler": f"{version[0] if version else compiler}, {build_type}",
        "PostgreSQL": output(str(postgres[-1]), "--version").removeprefix("postgres (PostgreSQL) ") if postgres else "",
        "SQLite": package("libsqlite3-0"),
        "Poco": package("libpoco-dev"),
        "simdjson": package("libsimdjson-dev"),
    }
    return {name: value for name, value in found.items() if value}


def commit(root):
    name = output("git", "-C", str(root), "rev-parse", "--short=12", "HEAD")
    changed = output("git", "-C", str(root), "status", "--porcelain", "--untracked-files=no", "--", ".", ":!bench/RESULTS.md")
    return name + (" with changes" if changed else "")
