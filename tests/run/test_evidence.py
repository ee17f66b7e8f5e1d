"""Any byte of any file that a verdict rests on, in the folder of a real run; and a run that an older ftspec made."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from ftspec.plan.canonical import sealed
from ftspec.plan.load import read_plan
from ftspec.plan.steps import Measurement, PlannedUse
from ftspec.run.checking import problems
from tests.run.gates import ID, called, gate, gated
from tests.run.plans import call, loss_of, train_step, whole

USE = (PlannedUse(data="data.colours", split="test"),)
ACCURACY = Measurement(id="accuracy(colours.test)", metric=call("accuracy"), uses=USE, subject="export")
SIZE = Measurement(id="parameters()", metric=call("parameters"), uses=(), subject="export")


@pytest.fixture(scope="module")
def finished(original: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run with answers, losses, a size, samples of the base model, and the spec beside the verdict."""
    from ftspec import pipeline
    from ftspec.run.progress import Silent

    root = Path(shutil.copytree(original, tmp_path_factory.mktemp("evidence") / "spec"))
    measured = (ACCURACY, SIZE, loss_of("export"), loss_of("model.base"))
    plan = whole(root, train_step(root), measured=measured)
    plan = gated(
        plan, gate(ID, "<=", 9), gate("accuracy(colours.test)", ">=", 0, "warn"), gate("parameters()", "<=", 1e9)
    )
    (root / "colours.ft").write_text("ftspec 1\n")
    pipeline.run(plan, root, root / "runs" / "run", Silent(), spec=root / "colours.ft")
    return root


@pytest.fixture
def run(finished: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(finished, tmp_path / "spec")) / "runs" / "run"


_FREE = ("checkpoints/", "statistics/", ".lock")
"""What a run goes on from, or shows: no verdict rests on it."""


def evidence_files(run: Path) -> Iterator[Path]:
    for path in sorted(each for each in run.rglob("*") if each.is_file()):
        if not path.relative_to(run).as_posix().startswith(_FREE):
            yield path


def test_any_byte_of_any_file_is_found(run: Path) -> None:
    generator = random.Random(0)
    assert problems(run, None) == []
    seen = []
    for path in evidence_files(run):
        content = path.read_bytes()
        places = {0, len(content) - 1, *(generator.randrange(len(content)) for _ in range(6))}
        for place in places:
            changed = bytearray(content)
            changed[place] ^= 1 << generator.randrange(8)
            path.write_bytes(bytes(changed))
            name = path.relative_to(run).as_posix()
            assert any(name in problem for problem in problems(run, None)), (
                f"byte {place} of {name}: {problems(run, None)}"
            )
        path.write_bytes(content)
        seen.append(path.relative_to(run).as_posix())
    assert problems(run, None) == []
    assert {"verdict.json", "plan.json", "record.jsonl", "report.html", "samples.jsonl", "spec.ft"} <= set(seen)
    assert {"items/index.json", "model/adapter_model.safetensors", "model/ftspec.json"} <= set(seen)
    assert sum(name.startswith("items/") for name in seen) == 6, "the answers that samples show are among them"


def test_a_file_more_or_less_is_found(run: Path) -> None:
    (run / "items" / "more.jsonl").write_text("{}\n")
    assert problems(run, None) == ["items/more.jsonl: the index does not name it"]
    (run / "items" / "more.jsonl").unlink()
    (run / "model" / "more.txt").write_text("x")
    assert problems(run, None)
    (run / "model" / "more.txt").unlink()
    for path in evidence_files(run):
        aside = path.rename(path.with_name("aside"))
        assert problems(run, None), f"{path.relative_to(run)} is gone"
        aside.rename(path)
    assert problems(run, None) == []


OLDER = Path(__file__).parents[1] / "cases" / "verify" / "0.1.0"


def test_a_run_of_an_older_ftspec_still_verifies(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What a plan or a verdict gained since is written only where it is used (`ftspec.spec.types.later`)."""
    run = Path(shutil.copytree(OLDER, tmp_path / "older")) / "kept" / "run"
    assert called("gate", run, "--verify") == 0
    assert capsys.readouterr().out.startswith("stands: pass")
    plan = read_plan(run / "plan.json")
    assert sealed(plan).digest == plan.digest
    record = json.loads((run / "verdict.json").read_text())
    record["gates"][1]["interval"][0] += 1e-9
    (run / "verdict.json").write_text(json.dumps(record, sort_keys=True, indent=2, ensure_ascii=False) + "\n")
    assert called("gate", run, "--verify") == 4
    assert "`interval`" in capsys.readouterr().out


def test_a_plan_of_a_newer_ftspec_is_named(tmp_path: Path) -> None:
    run = Path(shutil.copytree(OLDER, tmp_path / "older")) / "kept" / "run"
    plan = json.loads((run / "plan.json").read_text())
    plan |= {"ftspec": "9.0.0", "moons": 2}
    (run / "plan.json").write_text(json.dumps(plan))
    [problem] = problems(run, None)
    assert "plan.json: ftspec 9.0.0 wrote it" in problem
