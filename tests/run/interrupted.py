"""Runs a plan and sends itself a signal after an optimizer step: `python interrupted.py ROOT RUN SIGNAL STEP`."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from ftspec.errors import FtspecError
from ftspec.plan.load import read_plan
from ftspec.run.executor import execute
from ftspec.run.progress import Point, Silent


class Interrupting(Silent):
    """Shows nothing and sends a signal when a step is done."""

    def __init__(self, number: int, step: int) -> None:
        self._number, self._step = number, step

    def training(self, point: Point) -> None:
        """Sends the signal once its step is reached."""
        if point.step == self._step:
            os.kill(os.getpid(), self._number)


def main(root: Path, run: Path, name: str, step: int) -> int:
    """Runs the plan in `run/plan.json`; the exit code is the command line's."""
    plan = read_plan(run / "plan.json")
    try:
        execute(plan, root, run, Interrupting(getattr(signal, name), step))
    except FtspecError as error:
        print(error.message, "|", error.help)
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], int(sys.argv[4])))
