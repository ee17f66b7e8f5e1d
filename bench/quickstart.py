"""The quickstart as a user meets it: `ftspec run specs/tickets.ft` into an empty folder."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from time import perf_counter

from bench.row import Row


def rows() -> Iterator[Row]:
    """Wall time and the peak memory of the whole process."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "ftspec", "run", "specs/tickets.ft", "--run-dir", f"{folder}/run", "--quiet"]
        start = perf_counter()
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        peak = _peak(process.pid)
        code = process.wait()
        seconds = perf_counter() - start
    if code != 0:
        raise SystemExit(f"the quickstart left with {code}")
    yield Row("`ftspec run specs/tickets.ft`, wall time", seconds, 120, at_most=True, unit="s")
    yield Row("its peak resident memory", peak / 2**30, 2, at_most=True, unit="GiB")


def _peak(pid: int) -> int:
    """The largest resident set while the process lives, in bytes."""
    import psutil

    peak = 0
    try:
        process = psutil.Process(pid)
        while process.status() != psutil.STATUS_ZOMBIE:
            peak = max(peak, process.memory_info().rss)
            try:
                process.wait(0.2)
                break
            except psutil.TimeoutExpired:
                continue
    except psutil.NoSuchProcess:
        pass
    return peak
