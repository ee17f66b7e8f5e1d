"""`shipped`: the last model that passed, or was shipped by force; before any has, the model as it was fetched."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ftspec.evaluate.results import Verdict
from ftspec.plan.plan import Plan
from ftspec.report import write_report
from ftspec.run.checking import problems
from ftspec.run.shipped import last_shipped
from tests.run.gates import ID, called, gate, gated
from tests.run.plans import loss_of, ran, train_step, whole

MEASURED = (loss_of("export"), loss_of("shipped"), loss_of("model.base"))


def plan(world: Path, bound: float = 9, **changes: Any) -> Plan:
    return gated(whole(world, train_step(world, **changes), measured=MEASURED), gate(ID, "<=", bound))


def values(run: Path) -> dict[str, float]:
    index = json.loads((run / "items" / "index.json").read_text())
    return {id.partition("@")[2] or "export": entry["value"] for id, entry in index.items() if "loss" in id}


def shipped_of(run: Path) -> str | None:
    return Verdict.model_validate_json((run / "verdict.json").read_bytes()).shipped


@pytest.mark.slow
def test_it_is_the_last_one_that_passed(world: Path) -> None:
    first = ran(plan(world), world, "first")
    assert values(first)["shipped"] == values(first)["model.base"], "nothing has shipped yet"
    assert shipped_of(first) == ""
    assert "Nothing has shipped before" in write_report(first).read_text()
    failed = ran(plan(world, bound=0.001, seed=1), world, "failed")
    assert values(failed)["shipped"] == values(first)["export"]
    assert shipped_of(failed) == "first"
    assert "compare with run first, the last one that did" in write_report(failed).read_text()
    assert problems(failed, None) == []
    third = ran(plan(world, seed=2), world, "third")
    assert values(third)["shipped"] == values(first)["export"], "what failed has not shipped"
    assert last_shipped(failed) == third
    assert called("export", failed, world / "out", "--force", "because", "a test") == 0
    assert last_shipped(third) == failed, "what was shipped by force is in service too"
    weights = failed / "model" / "adapter_model.safetensors"
    weights.write_bytes(weights.read_bytes() + b" ")
    assert last_shipped(third) == first, "a model that is not the one that was judged is none"
