"""Any byte of any file that a verdict rests on, in the folder of a real run; and a run that an older ftspec made."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from ftspec import pipeline
from ftspec.errors import CannotRun
from ftspec.evaluate.verify import NOT_EVIDENCE
from ftspec.evaluate.written import ATTESTED, LATER, SIGNATURE
from ftspec.plan.canonical import sealed
from ftspec.plan.load import read_plan
from ftspec.plan.steps import Measurement, PlannedUse
from ftspec.run.checking import problems
from ftspec.run.ship import shipments
from ftspec.run.shipped import last_shipped
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
    run = root / "runs" / "run"
    (run / "ratings").mkdir(parents=True)
    (run / "ratings" / "ann.jsonl").write_text('{"pair": "a", "choice": "tie"}\n')
    pipeline.run(plan, root, run, Silent(), spec=root / "colours.ft")
    assert called("attest", run, "--sign", key_in(root)) == 0
    assert called("export", run, root / "out") == called("export", run, root / "again") == 0
    return root


def key_in(folder: Path) -> Path:
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    key = ec.generate_private_key(ec.SECP256R1())
    path = folder / "key.pem"
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return path


@pytest.fixture
def run(finished: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(finished, tmp_path / "spec")) / "runs" / "run"


def evidence_files(run: Path) -> Iterator[Path]:
    for path in sorted(each for each in run.rglob("*") if each.is_file()):
        if not path.relative_to(run).as_posix().startswith(NOT_EVIDENCE):
            yield path


def names(run: Path) -> list[str]:
    return [path.relative_to(run).as_posix() for path in evidence_files(run)]


def test_any_byte_of_any_file_is_found(run: Path) -> None:
    generator = random.Random(0)
    assert problems(run, None) == []
    for name in names(run):
        content = (run / name).read_bytes()
        for place in {0, len(content) - 1, *(generator.randrange(len(content)) for _ in range(4))}:
            changed = bytearray(content)
            changed[place] ^= 1 << generator.randrange(8)
            (run / name).write_bytes(bytes(changed))
            found = problems(run, None)
            assert any(name in problem for problem in found), f"byte {place} of {name}: {found}"
        (run / name).write_bytes(content)
    assert problems(run, None) == []


def test_no_file_of_a_run_is_left_out(run: Path) -> None:
    """What the folder of a run holds once it has been rated, attested, signed and let out."""
    found = set(names(run))
    assert {"verdict.json", "plan.json", "record.jsonl", "samples.jsonl", "spec.ft", "items/index.json"} <= found
    assert {*LATER, "model/adapter_model.safetensors", "model/ftspec.json", "statistics/colours.json"} <= found
    assert "ratings/ann.jsonl" in found
    assert sum(name.startswith("items/") for name in found) == 6, "the answers that samples show are among them"


def test_a_file_more_or_less_is_found(run: Path) -> None:
    (run / "items" / "more.jsonl").write_text("{}\n")
    assert problems(run, None) == ["items/more.jsonl: the index does not name it"]
    (run / "items" / "more.jsonl").unlink()
    (run / "model" / "more.txt").write_text("x")
    assert problems(run, None)
    (run / "model" / "more.txt").unlink()
    for path in evidence_files(run):
        aside = path.rename(path.with_name("aside"))
        if path.name not in (*ATTESTED, SIGNATURE):
            assert problems(run, None), f"{path.relative_to(run)} is gone"
        aside.rename(path)
    assert problems(run, None) == []


def test_a_record_that_ends_before_the_verdict_is_found(run: Path) -> None:
    """A chain alone does not tell of lines that are cut off at its end."""
    path = run / "record.jsonl"
    lines = path.read_text().splitlines(keepends=True)
    path.write_text(
        "".join(line for line in lines if not line.startswith(('{"event": "verdict"', '{"event": "written"')))
    )
    found = problems(run, None)
    assert "record.jsonl does not tell of this verdict.json" in found
    assert any(problem.startswith("report.html: the record does not tell that it was written") for problem in found)


def test_what_left_without_a_pass_and_without_a_reason_is_found(run: Path) -> None:
    path = run / "shipped.jsonl"
    path.write_text(path.read_text().replace('"verdict": "pass"', '"verdict": "fail"', 1))
    found = problems(run, None)
    assert "shipped.jsonl: line 1 tells of a model that left with the verdict fail" in found
    assert "shipped.jsonl: line 1 was changed, or one before it is missing" in found
    assert "shipped.jsonl is not the file that was written" in found


@pytest.mark.parametrize("target", ["folder", "nowhere"])
def test_a_link_in_the_model_is_found(run: Path, tmp_path: Path, target: str) -> None:
    """Who copies the folder follows it: what it leads to would ship unseen."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "weights.bin").write_text("x")
    (run / "model" / "more").symlink_to(tmp_path / target)
    assert "model/more: it is not the file that was scored" in problems(run, None)


def test_a_list_of_shipments_that_is_none_is_named(run: Path) -> None:
    (run / "shipped.jsonl").write_text("[1]\n")
    assert "shipped.jsonl: line 1 tells of no shipment" in problems(run, None)
    assert last_shipped(run.parent / "another") is None
    with pytest.raises(CannotRun, match=r"shipped\.jsonl is not as ftspec writes it"):
        shipments(run)
    with pytest.raises(CannotRun, match=r"shipped\.jsonl is not as ftspec writes it"):
        pipeline.card(run)


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
