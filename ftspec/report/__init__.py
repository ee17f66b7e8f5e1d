"""What people read after a run: one HTML page, a model card, a short summary in Markdown."""

from __future__ import annotations

from pathlib import Path


def write_report(run_dir: Path) -> Path:
    """Writes `report.html` into a run folder, its hash into the record, and returns its path.

    A run that stopped, failed or goes on now gets a report of what there is. Raises `CannotRun` when the folder holds
    no readable plan, and OSError where it cannot be written.
    """
    from ftspec.report.page import html
    from ftspec.report.read import read_run
    from ftspec.report.view.report import report
    from ftspec.text.files import write_atomic

    path = run_dir / "report.html"
    text = html(report(read_run(run_dir)))
    write_atomic(path, text)
    _tell(run_dir, text)
    return path


def _tell(run_dir: Path, text: str) -> None:
    """Keep the page's hash, so that an edit is found; not of a run that goes on in another process."""
    import hashlib

    from ftspec.errors import CannotRun
    from ftspec.run.lock import locked
    from ftspec.run.record import Record

    digest = hashlib.sha256(text.encode()).hexdigest()
    record = run_dir / "record.jsonl"
    if not record.is_file() or ('"event": "report"' in (told := _last_line(record)) and digest in told):
        return
    try:
        with locked(run_dir):
            log = Record(record)
            log.write("report", sha256=digest)
            log.close()
    except CannotRun:
        return


def _last_line(record: Path) -> str:
    lines = record.read_bytes().splitlines() or [b""]
    return lines[-1].decode("utf-8", "replace")
