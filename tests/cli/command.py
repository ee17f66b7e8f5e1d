"""The command line in this process."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from ftspec.cli.main import main


@dataclass(frozen=True)
class Ended:
    """What a command left behind."""

    code: int
    out: str
    err: str


def ftspec(capsys: pytest.CaptureFixture[str], *arguments: str) -> Ended:
    """Run a command to its end."""
    with pytest.raises(SystemExit) as left:
        main(list(arguments))
    captured = capsys.readouterr()
    assert isinstance(left.value.code, int)
    return Ended(left.value.code, captured.out, captured.err)
