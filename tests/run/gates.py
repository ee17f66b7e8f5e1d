"""Gates for tests, a spec's folder with finished runs, and the command line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from ftspec.cli.main import main
from ftspec.plan.canonical import sealed
from ftspec.plan.plan import Gate, Plan
from ftspec.plan.steps import Measurement
from ftspec.spec.rules import Comparison, Constant, Reading
from tests.run.plans import ran, train_step, whole, write_world

ID = "loss(colours.test)"


def gate(id: str, operator: str, bound: float, verb: str = "require", baseline: str | None = None) -> Gate:
    """`require loss(colours.test) <= 9`."""
    condition = Comparison.model_validate(
        {"operator": operator, "left": Reading(measurement=id), "right": Constant(value=bound)}
    )
    fields: dict[str, Any] = {"rule": f"{id} {operator} {bound:g}", "measurement": id, "baseline": baseline}
    return Gate(verb=verb, condition=condition, because=None, **fields)  # type: ignore[arg-type]


def gated(plan: Plan, *gates: Gate) -> Plan:
    """The plan with these gates, sealed."""
    return sealed(plan.model_copy(update={"gates": gates}))


def finished_runs(folder: Path, measured: Sequence[Measurement], runs: Mapping[str, Gate]) -> Path:
    """A spec's folder with a run for each gate, by name; one training serves all of them."""
    root = folder / "spec"
    write_world(root)
    plan = whole(root, train_step(root), measured=measured)
    for name, one in runs.items():
        ran(gated(plan, one), root, name)
    return root


def called(*arguments: str | Path) -> int:
    """The exit code of the command line."""
    with pytest.raises(SystemExit) as left:
        main([str(each) for each in arguments])
    assert isinstance(left.value.code, int)
    return left.value.code
