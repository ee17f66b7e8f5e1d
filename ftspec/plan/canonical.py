"""Canonical JSON and the digest: the same plan gives the same bytes anywhere."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from ftspec.plan.plan import Plan
from ftspec.plan.steps import Step
from ftspec.spec.types import Frozen

_COVERED = ("plan_format", "steps", "gates")
"""Comments, layout, origins, goals, resources and the version of ftspec do not change a result."""


def dumps(value: Any) -> str:
    """JSON with sorted keys, two spaces and a final newline."""
    return json.dumps(value, sort_keys=True, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def to_json(plan: Plan) -> str:
    """The canonical text of a plan."""
    return dumps(plan.model_dump(mode="json", by_alias=True))


def sealed(plan: Plan) -> Plan:
    """The plan with its digest set."""
    return plan.model_copy(update={"digest": digest(plan)})


def digest(plan: Plan) -> str:
    """SHA-256 over what would change the result, in hexadecimal."""
    record = plan.model_dump(mode="json", by_alias=True)
    return _hash({key: record[key] for key in _COVERED})


def step_digest(step: Step, needs: dict[str, str]) -> str:
    """SHA-256 of one step with the digests of the steps it needs: the key of its kept result."""
    return _hash({"step": step.model_dump(mode="json", by_alias=True), "needs": needs})


def value_digest(value: Frozen | dict[str, Any]) -> str:
    """SHA-256 of any model or JSON value."""
    return _hash(value.model_dump(mode="json", by_alias=True) if isinstance(value, Frozen) else value)


def _hash(value: Any) -> str:
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()
