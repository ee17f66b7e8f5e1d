"""Reads a plan back from disk and refuses one that was edited by hand."""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError

from ftspec.errors import CannotRun
from ftspec.plan.canonical import digest
from ftspec.plan.plan import Plan

CAP = 256 * 2**20
"""Bytes beyond which a file is no plan."""


def read_plan(path: Path) -> Plan:
    """The plan in a file. Raises `CannotRun` when it is missing, no plan, or its digest does not fit its content."""
    try:
        if path.stat().st_size > CAP:
            raise CannotRun(f"{path} is too large to be a plan")
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise CannotRun(
            f"cannot read the plan {path}: {reason}", "write one: `ftspec compile SPEC --format json -o plan.json`"
        ) from error
    try:
        plan = Plan.model_validate_json(text)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(each) for each in first["loc"]) or "its first byte"
        raise CannotRun(
            f"{path} is not a plan of this version: {first['msg']} at {place}", "compile the spec again"
        ) from error
    if digest(plan) != plan.digest:
        raise CannotRun(
            f"{path} was changed after it was compiled: its digest does not fit its content",
            "change the spec and compile it again, so that the change is reviewed",
        )
    return plan
