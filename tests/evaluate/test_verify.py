"""Evidence: a verdict that stands is found to stand, and any byte that was changed is found."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from ftspec.evaluate import decide, measure
from ftspec.evaluate import items as item_files
from ftspec.evaluate.kept import Damaged, kept
from ftspec.evaluate.results import Artefact, Verdict
from ftspec.evaluate.verify import evidence, rescored, verify
from ftspec.plan.canonical import sealed
from ftspec.plan.canonical import to_json as plan_json
from ftspec.plan.facts import Target
from ftspec.plan.plan import Gate, Memory, Plan, Resources, SpecRecord
from ftspec.plan.steps import Decide, Evaluate, Generation
from ftspec.run.events import Events
from ftspec.run.folder import RunFolder
from ftspec.run.progress import Silent
from ftspec.run.record import Record
from ftspec.run.sealing import write_verdict
from ftspec.spec.rules import Comparison, Constant, Reading
from tests.evaluate.scenes import Log, Zoo, ask, measurement, sentence

ARTEFACT = Artefact(path="model", sha256="0" * 64, form="adapter")
MEASURED = (
    measurement("accuracy(tickets.test)", "accuracy"),
    measurement("f1(tickets.test)", "f1"),
    measurement("loss(tickets.test)", "loss"),
    measurement("latency(tickets.test)", "latency"),
)
STEP = Evaluate(
    id="evaluate", measurements=MEASURED, generation=Generation(max_new_tokens=3, batch_tokens=256), samples=3
)


def gate(measurement: str, operator: str, bound: float) -> Gate:
    condition = Comparison.model_validate(
        {"operator": operator, "left": Reading(measurement=measurement), "right": Constant(value=bound)}
    )
    rule = f"{measurement} {operator} {bound}"
    return Gate(
        verb="require", rule=rule, condition=condition, measurement=measurement, baseline=None, because="it must"
    )


def plan() -> Plan:
    target = Target(name="cpu", kind="cpu", title="cpu", memory_bytes=1, flops=1.0, bandwidth=1.0)
    memory = Memory(total_bytes=1, parts={}, step="evaluate", device="cpu", available_bytes=1, fits=True)
    resources = Resources(memory=memory, tokens=0, optimizer_steps=0, time_seconds=0.0, time_source="none", cost=None)
    return sealed(
        Plan(
            ftspec="0",
            spec=SpecRecord(name="router", goal=None, kind=None),
            target=target,
            steps=(STEP, Decide(id="decide", confidence=None, correction="none", seed=0)),
            resources=resources,
            gates=(gate("accuracy(tickets.test)", ">=", 0.5), gate("loss(tickets.test)", "<=", 9.0)),
            origins={},
        )
    )


def rows() -> list[object]:
    generator = np.random.default_rng(0)
    return [ask(sentence(generator, 4), ("yes", "no")[n % 2], n) for n in range(8)]


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run with plan, items, samples and verdict."""
    folder = tmp_path_factory.mktemp("evidence")
    run = folder / "run"
    run.mkdir()
    planned = plan()
    (run / "plan.json").write_text(plan_json(planned))
    (run / "spec.ft").write_text("ftspec 1\n")
    zoo = Zoo(folder / "tokenizer", {"export": 1})
    measured = measure(STEP, zoo, lambda use: rows(), run / "items", Log())  # type: ignore[arg-type,return-value]
    [decision] = planned.of(Decide)
    verdict = decide(
        decision,
        planned.gates,
        measured,
        digest=planned.digest,
        spec="router",
        artefact=ARTEFACT,
        evidence=evidence(run),
    )
    told(run, verdict)
    return run


def told(run: Path, verdict: Verdict) -> None:
    """Verdict and record, as a run writes them."""
    record = Record(run / "record.jsonl")
    write_verdict(RunFolder(run), verdict, Events(record, Silent()))
    record.close()


@pytest.fixture
def run(finished: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(finished, tmp_path / "run"))


FILES = ["verdict.json", "plan.json", "samples.jsonl", "spec.ft", "items/index.json"] + [
    f"items/{item_files.slug(each.id)}.jsonl" for each in MEASURED
]


def test_evidence_that_nobody_touched_stands(run: Path) -> None:
    assert verify(run, ARTEFACT) == []


@pytest.mark.parametrize("name", FILES)
def test_any_byte_of_any_file_is_found(run: Path, name: str) -> None:
    path = run / name
    whole = path.read_bytes()
    places = np.random.default_rng(0).choice(len(whole), min(60, len(whole)), replace=False)
    for place in [0, len(whole) - 1, *(int(each) for each in places)]:
        changed = bytearray(whole)
        changed[place] ^= 1
        path.write_bytes(bytes(changed))
        assert verify(run, ARTEFACT), f"byte {place} of {name} was changed"
    path.write_bytes(whole)
    assert verify(run, ARTEFACT) == []


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_gone_or_longer_is_found(run: Path, name: str) -> None:
    whole = (run / name).read_bytes()
    (run / name).write_bytes(whole + b"\n")
    assert verify(run, ARTEFACT)
    (run / name).unlink()
    assert verify(run, ARTEFACT)


def test_a_verdict_typed_by_hand_is_named(run: Path) -> None:
    record = json.loads((run / "verdict.json").read_text())
    record["verdict"] = "pass"
    record["gates"][0]["verdict"] = "pass"
    record["gates"][0]["value"] = 0.99
    (run / "verdict.json").write_text(json.dumps(record, sort_keys=True, indent=2, ensure_ascii=False) + "\n")
    problems = verify(run, ARTEFACT)
    assert any(problem.startswith('verdict.json: `verdict` is "pass" and should be "fail"') for problem in problems)
    assert any("`value` of `accuracy(tickets.test) >= 0.5` is 0.99" in problem for problem in problems)


def test_items_forged_with_their_hashes_are_found_by_their_scores(run: Path) -> None:
    """Every hash mended, scores raised: what the model answered still says otherwise."""
    path = run / "items" / f"{item_files.slug('accuracy(tickets.test)')}.jsonl"
    path.write_text(path.read_text().replace('"hit": 0.0', '"hit": 1.0'))
    index = json.loads((run / "items" / "index.json").read_text())
    import hashlib

    index["accuracy(tickets.test)"] |= {"sha256": hashlib.sha256(path.read_bytes()).hexdigest(), "value": 1.0}
    (run / "items" / "index.json").write_text(json.dumps(index))
    record = json.loads((run / "verdict.json").read_text())
    record["evidence"] = evidence(run).model_dump(mode="json")
    (run / "verdict.json").write_text(json.dumps(record))
    problems = verify(run, ARTEFACT)
    assert any("the scores of its items are not those of accuracy(tickets.test)" in problem for problem in problems)
    assert any("accuracy(tickets.test): the value is 0.0 from its items, and 1.0 in the index" in p for p in problems)


def test_another_artefact_is_found(run: Path) -> None:
    other = Artefact(path="model", sha256="f" * 64, form="adapter")
    assert any("`artefact`" in problem for problem in verify(run, other))
    assert any("`artefact`" in problem for problem in verify(run, None))


def test_a_verdict_without_evidence_is_named(run: Path) -> None:
    record = json.loads((run / "verdict.json").read_text())
    record["evidence"] = None
    (run / "verdict.json").write_text(json.dumps(record, sort_keys=True, indent=2, ensure_ascii=False) + "\n")
    assert "verdict.json names no evidence" in verify(run, ARTEFACT)


def test_the_model_itself_is_the_last_witness(run: Path, tmp_path: Path) -> None:
    old = kept(STEP, run / "items")
    zoo = Zoo(tmp_path / "tokenizer", {"export": 1})
    again = measure(STEP, zoo, lambda use: rows(), tmp_path / "again" / "items", Log())  # type: ignore[arg-type,return-value]
    assert rescored(old, again) == []
    other = Zoo(tmp_path / "tokenizer", {"export": 2})
    changed = measure(STEP, other, lambda use: rows(), tmp_path / "other" / "items", Log())  # type: ignore[arg-type,return-value]
    problems = rescored(old, changed)
    assert any(problem.startswith("loss(tickets.test): the model's items are scored otherwise") for problem in problems)
    assert not any(problem.startswith("latency") for problem in problems)


def test_what_is_kept_is_read_back(run: Path) -> None:
    found = kept(STEP, run / "items")
    assert set(found.by_id) == {each.id for each in MEASURED}
    (run / "items" / f"{item_files.slug('loss(tickets.test)')}.jsonl").unlink()
    with pytest.raises(Damaged, match="is not the file that was written"):
        kept(STEP, run / "items")
