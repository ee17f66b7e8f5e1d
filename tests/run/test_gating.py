"""Gates held against a finished run or a model folder, verified, scored again, and on new data; nothing trains."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from ftspec.data import Row
from ftspec.errors import CannotRun
from ftspec.evaluate.results import Artefact
from ftspec.plan.canonical import sealed, to_json
from ftspec.plan.plan import Plan
from ftspec.plan.steps import PlannedUse, Train
from ftspec.run.candidate import Candidate
from ftspec.run.checking import problems, rescored_problems
from ftspec.run.gating import Gated, Gating, artefact_of, opened
from ftspec.run.progress import Silent
from tests.run.gates import ID, called, finished_runs, gate, gated
from tests.run.plans import events, loss_of


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A spec's folder with a run of it; the base is measured too, though no rule reads it."""
    measured = (loss_of("export"), loss_of("model.base"), loss_of("export", "train"))
    one = gate(ID, "<=", 9, baseline="loss(colours.test)@model.base")
    return finished_runs(tmp_path_factory.mktemp("gating"), measured, {"run": one})


@pytest.fixture
def root(finished: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(finished, tmp_path / "spec"))


@pytest.fixture
def run(root: Path) -> Path:
    return root / "runs" / "run"


@pytest.fixture
def plan(run: Path) -> Plan:
    return Plan.model_validate_json((run / "plan.json").read_text())


def held(plan: Plan, root: Path, target: Path, data: dict[str, Path] | None = None) -> Gated:
    gating = Gating(plan, root, target, data or {})
    return gating.hold(gating.default_folder, Silent())


def test_a_runs_verdict_stands(root: Path, run: Path) -> None:
    assert problems(run, root) == []
    verdict = json.loads((run / "verdict.json").read_text())
    assert {"plan.json", "items/index.json", "samples.jsonl", "model/ftspec.json"} <= set(verdict["evidence"]["files"])


def test_the_value_before_training_is_shown_beside_a_rule_that_does_not_read_it(run: Path) -> None:
    [result] = json.loads((run / "verdict.json").read_text())["gates"]
    assert result["baseline"] > result["value"] > 0


def test_another_threshold_opens_no_model(plan: Plan, root: Path, run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*given: Any) -> None:
        raise AssertionError("a model was opened")

    monkeypatch.setattr(Candidate, "open", refuse)
    result = held(gated(plan, gate(ID, "<=", 0.001)), root, run)
    assert result.verdict.verdict == "fail"
    assert result.folder.parent == run / "gates"
    assert (run / "verdict.json").read_text().count('"pass"'), "the run's own verdict is not touched"
    assert problems(result.folder, root) == []


def test_the_runs_own_gates_are_decided_in_its_own_folder(plan: Plan, root: Path, run: Path) -> None:
    before = (run / "verdict.json").read_bytes()
    assert held(plan, root, run).folder == run
    assert (run / "verdict.json").read_bytes() == before


def test_new_rows_are_scored_and_compared(plan: Plan, root: Path, run: Path) -> None:
    rows = (root / "data" / "colours.jsonl").read_text().splitlines()
    new = root / "new.jsonl"
    new.write_text("\n".join(row.replace("apple", "zebra crossing") for row in rows[:9]) + "\n")
    plan = gated(plan, gate(ID, "<=", 9), gate("loss(colours.train)", "<=", 9, "warn"))
    result = held(plan, root, run, {"colours": new})
    [only] = result.verdict.gates
    assert (only.rule, only.n) == (f"{ID} <= 9", 9), "what is about training rows is left out"
    [drift] = result.drift
    assert drift.rows[1] == 9
    assert [each.name for each in drift.inputs] == ["length", "vocabulary", "meaning"]
    assert [each.measurement for each in drift.scores] == [ID]
    assert not drift.has_drifted
    assert problems(result.folder, None) == []
    (result.folder / "drift.json").write_text("[]\n")
    assert "drift.json: its hash is not the one in verdict.json" in problems(result.folder, None)


def test_rows_that_were_trained_on_are_no_new_data(
    plan: Plan, root: Path, run: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from ftspec.cli.gated import show

    trained = [row.turns for row in session_rows(run, root)]
    lines = [
        json.dumps({"messages": [{"role": turn.role, "content": turn.text} for turn in turns]}) for turns in trained
    ]
    unseen = json.dumps({"messages": [{"role": "user", "content": "zinc?"}, {"role": "assistant", "content": "red"}]})
    (root / "new.jsonl").write_text("\n".join([*lines[:3], unseen]))
    result = held(gated(plan, gate(ID, "<=", 9)), root, run, {"colours": root / "new.jsonl"})
    assert [each.known for each in result.drift] == [3]
    show(result, "text", color=False)
    assert "3 of 4 rows were trained on" in capsys.readouterr().out


def session_rows(run: Path, root: Path) -> list[Row]:
    with opened(run, root, Silent()) as session:
        [train] = session.plan.of(Train)
        return list(session.rows(train.data))


def test_other_texts_have_drifted(plan: Plan, root: Path, run: Path) -> None:
    lines = [json.dumps({"messages": [
        {"role": "user", "content": f"zinc {n} yodel quartz vexing jump " * 4},
        {"role": "assistant", "content": "red"},
    ]}) for n in range(20)]  # fmt: skip
    (root / "new.jsonl").write_text("\n".join(lines))
    [drift] = held(gated(plan, gate(ID, "<=", 9)), root, run, {"colours": root / "new.jsonl"}).drift
    assert drift.has_drifted
    assert all(each.p <= 0.01 for each in drift.inputs)


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("colours", None, "does not exist"),
        ("shapes", "{}", "the spec has no data called `shapes`"),
        ("colours", "", "no rows that can be read"),
        ("colours", "{not json}\n", "row 1: is not JSON"),
    ],
)
def test_bad_new_data_is_named(plan: Plan, root: Path, run: Path, name: str, text: str | None, reason: str) -> None:
    if text is not None:
        (root / "new.jsonl").write_text(text)
    with pytest.raises(CannotRun, match=reason):
        held(plan, root, run, {name: root / "new.jsonl"})


def test_a_model_folder_without_a_run_is_scored(plan: Plan, root: Path, run: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(run / "model", tmp_path / "somewhere" / "adapter"))
    gating = Gating(plan, root, folder, {})
    result = gating.hold(tmp_path / "out", Silent())
    assert not gating.is_run
    assert result.verdict.artefact == Artefact(
        path="../somewhere/adapter",
        sha256=artefact_of(run).sha256,
        form="adapter",  # type: ignore[union-attr]
    )
    own = json.loads((run / "verdict.json").read_text())["gates"][0]["value"]
    assert result.verdict.gates[0].value == pytest.approx(own, abs=1e-6)
    whole = Gating(plan, root, root / "base", {}).hold(tmp_path / "base", Silent())
    assert whole.verdict.gates[0].value == pytest.approx(whole.verdict.gates[0].baseline, abs=1e-9)
    assert problems(result.folder, root) == []
    (folder / "adapter_config.json").write_text("{}")
    assert any("`artefact`" in problem for problem in problems(result.folder, root))


def test_a_folder_without_a_model_is_refused(plan: Plan, root: Path, tmp_path: Path) -> None:
    with pytest.raises(CannotRun, match="holds no model"):
        held(plan, root, root / "data")


def test_a_data_file_changed_since_the_run_is_named(plan: Plan, root: Path, run: Path) -> None:
    data = root / "data" / "colours.jsonl"
    data.write_text(data.read_text().replace("apple", "lemon", 1))
    assert problems(run, root) == ["data/colours.jsonl: the data file was changed since the run"]
    shutil.rmtree(run / "items")
    with pytest.raises(CannotRun, match=r"colours\.jsonl"):
        held(plan, root, run)


def test_the_model_scored_again_agrees(root: Path, run: Path) -> None:
    before = sorted((path, path.read_bytes()) for path in run.rglob("*") if path.is_file())
    assert rescored_problems(run, root, Silent()) == []
    assert before == sorted((path, path.read_bytes()) for path in run.rglob("*") if path.is_file())


def test_forged_items_are_found_by_the_model(plan: Plan, root: Path, run: Path) -> None:
    """Every file made anew by someone who knows how: only the model itself still tells."""
    import hashlib

    from ftspec.evaluate.items import slug

    path = run / "items" / f"{slug(ID)}.jsonl"
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    for line in lines:
        line["nll"] = line["scores"]["nll"] = 0.001
    path.write_text("".join(json.dumps(line, sort_keys=True) + "\n" for line in lines))
    index = json.loads((run / "items" / "index.json").read_text())
    total = sum(line["tokens"] for line in lines)
    value = 0.001 * len(lines) / total
    index[ID] |= {"sha256": hashlib.sha256(path.read_bytes()).hexdigest(), "value": value}
    (run / "items" / "index.json").write_text(json.dumps(index))
    forged = held(plan, root, run)
    assert forged.verdict.gates[0].value == pytest.approx(value)
    assert problems(run, root) == []
    assert any("scored otherwise" in problem for problem in rescored_problems(run, root, Silent()))


@pytest.mark.parametrize("name", ["adapter_model.safetensors", "tokenizer.json", "ftspec.json", "adapter_config.json"])
def test_any_byte_of_the_artefact_is_found(run: Path, root: Path, name: str) -> None:
    path = run / "model" / name
    whole = bytearray(path.read_bytes())
    whole[len(whole) // 2] ^= 1
    path.write_bytes(bytes(whole))
    assert problems(run, root)


def test_the_record_knows_where_the_spec_lies(root: Path, run: Path) -> None:
    assert [start["root"] for start in events(run, "run_started")] == ["../.."]


def test_the_command_verifies(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert called("gate", run, "--verify") == 0
    assert capsys.readouterr().out.startswith("stands: pass")
    (run / "samples.jsonl").write_text("{}\n")
    assert called("gate", run, "--verify") == 4
    assert "samples.jsonl: its hash is not the one in verdict.json" in capsys.readouterr().out
    assert called("gate", run, "--verify", "--format", "json") == 4
    assert json.loads(capsys.readouterr().out)["stands"] is False


def test_the_command_decides_again(plan: Plan, run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert called("gate", run, "--quiet") == 0
    assert "loss(colours.test) <= 9" in capsys.readouterr().out
    (run / "plan.json").write_text(to_json(gated(plan, gate(ID, "<=", 0.001))))
    assert called("gate", run, "--quiet", "--format", "json") == 4
    assert json.loads(capsys.readouterr().out)["verdict"] == "fail"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [(["--data", "colours"], "is not NAME=FILE"), (["--verify", "--data", "a=b"], "leave out --data")],
)
def test_the_command_names_wrong_usage(
    run: Path, arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert called("gate", run, *arguments) == 2
    assert message in capsys.readouterr().err


def test_data_of_a_use_is_kept_apart(plan: Plan) -> None:
    """A plan whose steps were exchanged finds its new steps by id."""
    assert plan.by_id
    use = PlannedUse(data="data.colours", split="test")
    assert use.data in plan.by_id
    assert sealed(plan.model_copy(update={"steps": plan.steps[:1]})).by_id.keys() == {"model.base"}


def test_drift_fails_only_where_it_is_asked_to(
    plan: Plan, root: Path, run: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = [json.dumps({"messages": [
        {"role": "user", "content": f"zinc {n} yodel quartz vexing jump " * 4},
        {"role": "assistant", "content": "red"},
    ]}) for n in range(20)]  # fmt: skip
    (root / "new.jsonl").write_text("\n".join(lines))
    (root / "same.jsonl").write_bytes((root / "data" / "colours.jsonl").read_bytes())
    asked = ("gate", run, "--quiet", "--data")
    assert called(*asked, f"colours={root / 'new.jsonl'}") == 0
    assert "moved" in capsys.readouterr().out
    assert called(*asked, f"colours={root / 'new.jsonl'}", "--fail-on-drift") == 4
    assert called(*asked, f"colours={root / 'same.jsonl'}", "--fail-on-drift") == 0
    assert called("gate", run, "--fail-on-drift") == 2


def test_a_run_that_was_copied_without_its_stages_is_scored_from_its_artefact(
    root: Path, run: Path, tmp_path: Path
) -> None:
    """The last adapter is what ships; nothing is written into the folder of the run."""
    shutil.rmtree(root / "runs" / "stages")
    before = sorted(run.rglob("*"))
    assert rescored_problems(run, root, Silent()) == []
    assert sorted(run.rglob("*")) == before
    assert called("merge", run, tmp_path / "merged", "--root", root) == 0


def test_a_changed_artefact_stands_in_for_no_stage(root: Path, run: Path) -> None:
    shutil.rmtree(root / "runs" / "stages")
    weights = run / "model" / "adapter_model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1] + b"!")
    with pytest.raises(CannotRun, match=r"is not in .*stages.* any more"):
        rescored_problems(run, root, Silent())


def test_a_spec_that_was_changed_since_is_noted(
    root: Path, run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spec = root / "colours.ft"
    spec.write_text("ftspec 1\n")
    shutil.copy(spec, run / "spec.ft")
    assert called("gate", run, spec, "--verify") == 4, "the verdict does not name the copy"
    assert "note:" not in capsys.readouterr().out
    spec.write_text("ftspec 1\n\n# later\n")
    called("gate", run, spec, "--verify")
    assert f"note: {spec} was changed since: the verdict is about {run / 'spec.ft'}" in capsys.readouterr().out
