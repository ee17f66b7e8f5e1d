"""What people read after a run: one HTML page, a model card, a short summary in Markdown."""

from __future__ import annotations

from pathlib import Path

from ftspec.evaluate.written import REPORT


def write_report(run_dir: Path) -> Path:
    """Writes `report.html` into a run folder, its hash into the record, and returns its path.

    A run that stopped, failed or goes on now gets a report of what there is. Raises `CannotRun` when the folder holds
    no readable plan, and OSError where it cannot be written.
    """
    from ftspec.report.page import html
    from ftspec.report.read import read_run
    from ftspec.report.view.report import report
    from ftspec.run.sealing import write_told

    write_told(run_dir, REPORT, html(report(read_run(run_dir))))
    return run_dir / REPORT
