"""Start-up: whole commands against `python -c pass`, in turn, so that a noisy machine slows both alike."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from time import perf_counter

from bench.row import Row

ROUNDS = 11
SPEC = "specs/tickets.ft"


def rows() -> Iterator[Row]:
    """`check`, `fmt` and a warm `compile` of the ticket spec; `check` on a folder of 1,000 specs."""
    yield Row("`ftspec check specs/tickets.ft` over `python -c pass`", ratio(["check", SPEC]), 16, at_most=True)
    yield Row("`ftspec fmt --check specs/tickets.ft`", ratio(["fmt", "--check", SPEC]), 11, at_most=True)
    yield Row("`ftspec compile specs/tickets.ft`, warm cache", ratio(["compile", SPEC]), 30, at_most=True)
    yield Row("`ftspec check` on 1,000 specs", thousand(), 10, at_most=True, unit="s")


def ratio(arguments: Sequence[str]) -> float:
    """The median over rounds of the command's wall time by that of an empty interpreter."""
    command = [sys.executable, "-m", "ftspec", *arguments]
    _seconds(command)
    return statistics.median(_seconds(command) / _seconds([sys.executable, "-c", "pass"]) for _ in range(ROUNDS))


def thousand() -> float:
    """Seconds for a folder of 1,000 copies of the ticket spec."""
    text = Path(SPEC).read_text("utf-8")
    with tempfile.TemporaryDirectory() as folder:
        for number in range(1000):
            (Path(folder) / f"spec_{number:04}.ft").write_text(text, "utf-8")
        return _seconds([sys.executable, "-m", "ftspec", "check", folder])


def _seconds(command: Sequence[str]) -> float:
    start = perf_counter()
    environment = {**os.environ, "NO_COLOR": "1"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # without bytecode every start would compile the whole package
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment, check=False)
    return perf_counter() - start
