"""From a file to a plan: stable bytes, a digest that covers what counts, and refusals."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ftspec.errors import CannotRun, Rejected
from ftspec.pipeline import Options
from ftspec.pipeline import compile as compile_spec
from ftspec.plan.canonical import digest, to_json
from ftspec.plan.load import read_plan
from ftspec.plan.plan import Plan
from ftspec.plan.steps import Evaluate, PrepareData, Train
from ftspec.resources import resource

SPECS = resource("specs")
HEAVY = ("torch", "transformers", "trl", "peft", "datasets", "numpy", "sklearn", "rich")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The ticket specs in a folder of their own."""
    for name in ("data", "base"):
        shutil.copytree(SPECS / name, tmp_path / name)
    for spec in SPECS.glob("*.ft"):
        shutil.copy(spec, tmp_path)
    return tmp_path


def changed(folder: Path, old: str, new: str) -> Plan:
    """The plan of the ticket spec with one text replaced."""
    path = folder / "tickets.ft"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")
    return compile_spec(path, Options(device="cpu")).plan


def test_the_same_spec_gives_the_same_bytes_elsewhere(folder: Path) -> None:
    here = to_json(compile_spec(SPECS / "tickets.ft").plan)
    there = to_json(compile_spec(folder / "tickets.ft").plan)
    assert here == there
    assert str(folder) not in there


def test_the_bytes_do_not_depend_on_the_process(folder: Path) -> None:
    command = [sys.executable, "-m", "ftspec", "compile", "tickets.ft", "--format", "json"]
    outputs = {
        subprocess.run(
            command, cwd=folder, env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("1", "2")
    }
    assert len(outputs) == 1
    assert json.loads(outputs.pop())["plan_format"] == 1


def test_comments_and_layout_do_not_change_the_digest(folder: Path) -> None:
    before = compile_spec(folder / "tickets.ft", Options(device="cpu")).plan
    after = changed(folder, "  batch_size    = 16\n", "\n  # as many as fit\n  batch_size = 16\n")
    assert after.digest == before.digest
    assert to_json(after) != to_json(before), "the origins name other lines"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("2e-3", "1e-3"),
        ("rank = 16", "rank = 8"),
        ("Answer with one queue", "Answer with a queue"),
        ("test       = 25%", "test       = 30%"),
        (">= 50%", ">= 51%"),
    ],
)
def test_what_changes_the_result_changes_the_digest(folder: Path, old: str, new: str) -> None:
    before = compile_spec(folder / "tickets.ft", Options(device="cpu")).plan
    text = (folder / "tickets.ft").read_text("utf-8")
    if old not in text:
        pytest.skip(f"the spec no longer says {old}")
    assert changed(folder, old, new).digest != before.digest


def test_one_byte_of_data_changes_the_digest(folder: Path) -> None:
    before = compile_spec(folder / "tickets.ft").plan
    rows = folder / "data" / "tickets.jsonl"
    text = rows.read_text("utf-8")
    rows.write_text(text.replace("honey", "money", 1), "utf-8")
    assert compile_spec(folder / "tickets.ft").plan.digest != before.digest


def test_lengths_become_steps_of_the_real_rows(folder: Path) -> None:
    plan = compile_spec(folder / "tickets.ft").plan
    (train,) = plan.of(Train)
    data = plan.by_id["data.tickets"]
    assert isinstance(data, PrepareData)
    per_epoch = -(-data.splits["train"] // train.batch_size)
    assert train.optimizer_steps == per_epoch * train.epochs
    assert train.micro_batch_size * train.accumulation * train.devices == train.batch_size
    assert train.tokens is not None
    assert train.max_length == train.tokens.longest


def test_answers_have_room_beyond_the_longest_expected_one(folder: Path) -> None:
    (evaluate,) = compile_spec(folder / "tickets.ft").plan.of(Evaluate)
    assert 8 < evaluate.generation.max_new_tokens < 32


def test_an_overlay_and_a_setting_override_and_say_so(folder: Path) -> None:
    path = folder / "tickets.ft"
    path.write_text(path.read_text("utf-8") + "\noverlay smoke {\n  router.length = 2 steps\n}\n", "utf-8")
    plan = compile_spec(path, Options(overlay="smoke", settings=("router.seed=7",))).plan
    (train,) = plan.of(Train)
    assert (train.optimizer_steps, train.seed) == (2, 7)
    assert plan.origins["train.router.length"].by == "overlay smoke"
    assert plan.origins["train.router.length"].overrode is not None
    assert plan.origins["train.router.seed"].by == "--set"


def test_a_plan_that_was_edited_is_refused(folder: Path, tmp_path: Path) -> None:
    plan = compile_spec(folder / "tickets.ft").plan
    path = tmp_path / "plan.json"
    path.write_text(to_json(plan), "utf-8")
    assert read_plan(path) == plan
    assert digest(read_plan(path)) == plan.digest
    path.write_text(to_json(plan).replace('"batch_size": 16', '"batch_size": 32'), "utf-8")
    with pytest.raises(CannotRun, match="changed after it was compiled"):
        read_plan(path)


def test_data_that_is_not_there_is_not_the_fault_of_the_spec(folder: Path) -> None:
    (folder / "data" / "tickets.jsonl").unlink()
    with pytest.raises(Rejected) as refused:
        compile_spec(folder / "tickets.ft")
    assert refused.value.exit_code == 3


def test_compiling_imports_nothing_heavy(folder: Path) -> None:
    compile_spec(folder / "tickets.ft")
    script = (
        "import sys; from pathlib import Path; from ftspec.pipeline import compile; "
        "compile(Path('tickets.ft')); print(','.join(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=folder, capture_output=True, text=True, check=True)
    assert not set(HEAVY) & set(done.stdout.strip().split(","))
