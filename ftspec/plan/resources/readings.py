"""The file that keeps probes' readings, beside the spec and its lock: `router.ft.probes`, JSON, fit for git."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from ftspec.plan.facts import Probe
from ftspec.text.files import write_atomic

FORMAT = 1


def readings_of(root: Path, name: str) -> Path:
    """Where the readings of a spec lie."""
    return root / f"{name}.ft.probes"


def read_readings(path: Path) -> Mapping[str, Probe]:
    """The readings by their keys; empty where there is no file, or none that this version understands."""
    try:
        held = json.loads(path.read_bytes())
        if held["format"] != FORMAT:
            return {}
        return {str(key): Probe.model_validate(value) for key, value in held["readings"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}  # a plan without readings is reckoned, and says so


def keep_readings(path: Path, readings: Mapping[str, Probe]) -> None:
    """Adds readings to the file; those of other stages, settings and devices stay."""
    kept = {**read_readings(path), **readings}
    values = {key: kept[key].model_dump(mode="json") for key in sorted(kept)}
    write_atomic(path, json.dumps({"format": FORMAT, "readings": values}, indent=2, sort_keys=True) + "\n")
