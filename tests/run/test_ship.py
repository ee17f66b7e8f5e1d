"""Nothing leaves a run without a passing verdict about its very files, but by force with a reason in the card."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from ftspec import pipeline
from ftspec.cli.main import main
from ftspec.kinds.destinations.hub import HubRepository
from ftspec.plan.canonical import sealed
from ftspec.plan.load import read_plan
from ftspec.plan.steps import Export
from ftspec.run.checking import problems
from ftspec.run.progress import Silent
from ftspec.run.ship import shipments
from tests.run.gates import ID, called, finished_runs, gate
from tests.run.plans import loss_of


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A spec's folder with a run that passed and one that failed."""
    runs = {"good": gate(ID, "<=", 9.0), "bad": gate(ID, "<=", 0.001)}
    return finished_runs(tmp_path_factory.mktemp("ship"), (loss_of("export"),), runs)


@pytest.fixture
def root(finished: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(finished, tmp_path / "spec"))


@pytest.fixture
def good(root: Path) -> Path:
    return root / "runs" / "good"


@pytest.fixture
def bad(root: Path) -> Path:
    return root / "runs" / "bad"


def test_what_passed_is_exported_with_its_card(good: Path, tmp_path: Path) -> None:
    assert called("export", good, tmp_path / "out") == 0
    files = {path.name for path in (tmp_path / "out").iterdir()}
    assert {"adapter_model.safetensors", "tokenizer.json", "README.md"} <= files
    assert "Shipped against" not in (tmp_path / "out" / "README.md").read_text()
    [shipment] = shipments(good)
    assert (shipment.to, shipment.verdict, shipment.forced) == ("export", "pass", None)


@pytest.mark.parametrize("command", ["export", "merge"])
def test_what_failed_stays(bad: Path, tmp_path: Path, command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert called(command, bad, tmp_path / "out") == 4
    assert "does not ship: its verdict is fail" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
    assert shipments(bad) == ()


def test_force_needs_a_reason_and_the_card_shows_it(
    bad: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert called("export", bad, tmp_path / "out", "--force", "because", " ") == 2
    assert called("export", bad, tmp_path / "out", "--force", "since", "x") == 2
    assert called("export", bad, tmp_path / "out", "--force", "because", "the *demo* is at noon") == 0
    card = (tmp_path / "out" / "README.md").read_text()
    assert "Shipped against its gates" in card
    assert "the \\*demo\\* is at noon" in card
    assert [each.forced for each in shipments(bad)] == ["the *demo* is at noon"]


@pytest.mark.parametrize("name", ["verdict.json", "plan.json", "items/index.json", "model/adapter_model.safetensors"])
def test_a_verdict_that_does_not_stand_ships_nothing(
    good: Path, tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = good / name
    whole_file = bytearray(path.read_bytes())
    whole_file[len(whole_file) // 2] ^= 1
    path.write_bytes(bytes(whole_file))
    assert called("export", good, tmp_path / "out") == 4
    assert "does not ship" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_verdict_typed_by_hand_ships_nothing(bad: Path, tmp_path: Path) -> None:
    record = json.loads((bad / "verdict.json").read_text())
    record["verdict"] = record["gates"][0]["verdict"] = "pass"
    (bad / "verdict.json").write_text(json.dumps(record, sort_keys=True, indent=2, ensure_ascii=False) + "\n")
    assert called("export", bad, tmp_path / "out") == 4


def test_the_merged_model_loads_and_agrees(good: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from transformers import AutoModelForCausalLM, AutoTokenizer

    assert called("merge", good, tmp_path / "out") == 0
    assert "0 of " in capsys.readouterr().out
    AutoModelForCausalLM.from_pretrained(tmp_path / "out")
    assert AutoTokenizer.from_pretrained(tmp_path / "out").chat_template
    card = (tmp_path / "out" / "README.md").read_text()
    assert "library_name: transformers" in card and "AutoPeftModel" not in card
    assert "with it merged in, reloaded and held against it: 0 of " in card
    assert "library_name: peft" in (good / "model" / "README.md").read_text()
    assert problems(good, None) == []


def test_the_card_of_a_model_that_is_merged_by_force_says_so(bad: Path, tmp_path: Path) -> None:
    assert called("merge", bad, tmp_path / "out", "--force", "because", "the demo is at noon") == 0
    card = (tmp_path / "out" / "README.md").read_text()
    assert "Shipped against its gates" in card and "the demo is at noon" in card


def test_a_wrong_merge_stays(good: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from peft.tuners.lora.layer import Linear

    right = Linear.get_delta_weight
    monkeypatch.setattr(Linear, "get_delta_weight", lambda self, adapter: -9 * right(self, adapter))
    assert called("merge", good, tmp_path / "out") == 4
    assert not (tmp_path / "out").exists()


def test_a_folder_that_is_there_is_not_overwritten(good: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine").write_text("x")
    assert called("export", good, tmp_path / "out") == 3
    assert (tmp_path / "out" / "mine").read_text() == "x"


def test_push_refuses_and_pushes(
    good: Path, bad: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    sent: list[tuple[str, bool, Path]] = []

    def push(self: HubRepository, artefact: Path, message: str) -> str:
        sent.append((self.repository, self.private, artefact))
        return "https://hub.example/commit"

    monkeypatch.setattr(HubRepository, "push", push)
    assert called("push", bad, "org/name") == 4
    assert called("push", good, "not a name") == 2
    assert called("push", good) == 3
    assert sent == []
    assert called("push", good, "org/name") == 0
    assert capsys.readouterr().out.endswith("https://hub.example/commit\n")
    assert sent == [("org/name", True, good / "model")]
    assert shipments(good)[-1].to == "org/name on the hub, private"


def test_help_names_the_reason(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["export", "--help"])
    assert 'because "REASON"' in capsys.readouterr().out


def test_a_spec_may_ship_against_its_gates_and_its_card_says_so(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[Path] = []
    monkeypatch.setattr(HubRepository, "push", lambda self, artefact, message: sent.append(artefact) or "sent")
    plan = read_plan(root / "runs" / "bad" / "plan.json")
    destination = {"name": "hub", "arguments": {"repository": "org/name"}}
    more = {"ship_on": "always", "push": destination, "card": True}
    steps = tuple(step.model_copy(update=more) if isinstance(step, Export) else step for step in plan.steps)
    run = root / "runs" / "always"
    result = pipeline.run(sealed(plan.model_copy(update={"steps": steps})), root, run, Silent())
    assert result.verdict is not None and result.verdict.verdict == "fail"
    assert sent == [run / "model"]
    [shipment] = shipments(run)
    assert (shipment.verdict, shipment.forced) == ("fail", "the spec says `ship_on = always`")
    assert "Shipped against its gates" in (run / "model" / "README.md").read_text()
    assert called("export", run, tmp_path / "out") == 0
    (run / "samples.jsonl").write_text("{}\n")
    assert called("export", run, tmp_path / "edited") == 4, "evidence that does not stand ships nothing by itself"
