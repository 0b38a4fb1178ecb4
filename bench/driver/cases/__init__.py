"""The benchmarks: each module here has NAME ("S4"), TITLE, and run(context), which returns the rows of the table."""

import importlib
import pathlib


def all_of_them():
    names = sorted(path.stem for path in pathlib.Path(__file__).parent.glob("s*.py"))
    return [importlib.import_module(f"cases.{name}") for name in names]
