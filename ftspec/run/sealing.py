"""Files that a run gets after its verdict: their hashes go into the record (`ftspec.evaluate.written`)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ftspec.errors import CannotRun
from ftspec.evaluate.results import Verdict, to_json
from ftspec.evaluate.written import written
from ftspec.run.events import Events
from ftspec.run.folder import RunFolder
from ftspec.run.lock import locked
from ftspec.run.record import Record
from ftspec.text.chain import lines_of
from ftspec.text.files import write_atomic


def write_verdict(folder: RunFolder, verdict: Verdict, events: Events) -> None:
    """Write `verdict.json`, and its hash into the record of the run that is held."""
    text = to_json(verdict)
    write_atomic(folder.verdict, text)
    events.verdict(verdict.verdict, hashlib.sha256(text.encode()).hexdigest())


def write_told(run: Path, name: str, content: str) -> None:
    """Write a page about a run, and its hash into the record; not that of a run that goes on in another process.

    That process writes the page again when it ends.
    """
    write_atomic(run / name, content)
    try:
        with locked(run):
            tell(run, name)
    except CannotRun:
        return


@contextmanager
def told(run: Path, name: str) -> Iterator[None]:
    """Write a file of a run inside the block: nothing else writes meanwhile, and its hash goes into the record.

    Raises `CannotRun` where another process holds the run.
    """
    with locked(run):
        yield
        tell(run, name)


def tell(run: Path, name: str) -> None:
    """The hash of a file into the record, unless it stands there; what has no record keeps none."""
    record = run / "record.jsonl"
    digest = hashlib.sha256((run / name).read_bytes()).hexdigest()
    if not record.is_file() or written(lines_of(record.read_bytes())).get(name) == digest:
        return
    log = Record(record)
    try:
        log.write("written", file=name, sha256=digest)
    finally:
        log.close()
