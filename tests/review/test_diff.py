"""`ftspec diff` through git: both sides may be revisions, and what git does not have comes from the working tree."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from ftspec.cli.commands.diff import command
from ftspec.errors import CannotRun, Rejected
from ftspec.pipeline import Options
from ftspec.review import open_side
from tests.review.repository import SPEC, change, commit, git, make, rows


@pytest.fixture
def spec(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The spec of a repository that is the working directory."""
    monkeypatch.chdir(tmp_path)
    return make(tmp_path)


def differences(old: str, new: str) -> dict[str, Any]:
    """What the command prints as JSON."""
    done = CliRunner().invoke(command, [old, new, "--format", "json", "--device", "cpu"], standalone_mode=False)
    if done.exception is not None:
        raise done.exception
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_a_revision_and_the_working_tree(spec: Path) -> None:
    change(spec, rate="1e-3 -> 5e-3", batch="batch_size    = 4 -> batch_size    = 8", gate=">= 50% -> >= 40%")
    found = differences("HEAD:specs/router.ft", "specs/router.ft")
    assert found["effect"] == "retrain"
    by_path = {each["path"]: each for each in found["changes"]}
    assert (by_path["router.learning_rate"]["before"], by_path["router.learning_rate"]["after"]) == ("0.001", "0.005")
    assert "46 → 24 steps" in by_path["router.batch_size"]["consequences"]
    assert by_path["accuracy(tickets.test)"]["alarm"] == "loosened"


def test_two_revisions(spec: Path) -> None:
    change(spec, rate="1e-3 -> 5e-3")
    commit(spec.parents[1], "faster")
    spec.unlink()
    found = differences("HEAD~1:specs/router.ft", "HEAD:specs/router.ft")
    assert [each["path"] for each in found["changes"]] == ["router.learning_rate"]


def test_a_path_may_start_at_the_working_directory(spec: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(spec.parent)
    assert differences("HEAD:router.ft", "router.ft")["effect"] == "nothing"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("ftspec 1\n", "ftspec 1\n\n# a comment\n"),
        ("  length        = 2 epochs\n  learning_rate = 1e-3", "  learning_rate = 0.001\n  length = 2 epochs"),
        ("lora(rank = 8)", "lora(\n    rank = 8,\n  )"),
    ],
    ids=["comment", "order", "layout"],
)
def test_how_a_spec_is_written_is_nothing(spec: Path, old: str, new: str) -> None:
    spec.write_text(SPEC.replace(old, new), "utf-8")
    assert differences("HEAD:specs/router.ft", "specs/router.ft")["effect"] == "nothing"


@pytest.mark.parametrize(
    ("old", "new", "effect"),
    [
        ('owner = "support"', 'owner = "sales"', "metadata only"),
        (">= 50%", ">= 60%", "re-evaluate"),
        ('assistant "{{ queue }}"', 'assistant "Queue: {{ queue }}"', "retrain"),
        ("1e-3", "2e-3", "retrain"),
    ],
)
def test_the_effect_of_one_change(spec: Path, old: str, new: str, effect: str) -> None:
    spec.write_text(SPEC.replace(old, new), "utf-8")
    assert differences("HEAD:specs/router.ft", "specs/router.ft")["effect"] == effect


def test_the_content_of_data_is_compared(spec: Path) -> None:
    (spec.parent / "data" / "tickets.jsonl").write_text(rows(140), "utf-8")
    found = differences("HEAD:specs/router.ft", "specs/router.ft")
    assert found["effect"] == "retrain"
    assert "tickets content" in {each["path"] for each in found["changes"]}


def test_content_and_template_are_two_changes(spec: Path) -> None:
    (spec.parent / "data" / "tickets.jsonl").write_text(rows(140), "utf-8")
    spec.write_text(spec.read_text("utf-8").replace("{{ queue }}", "{{ queue }}!"), "utf-8")
    found = differences("HEAD:specs/router.ft", "specs/router.ft")
    assert {"tickets content", "tickets.template"} <= {each["path"] for each in found["changes"]}


def test_why_a_model_is_trained_is_metadata(spec: Path) -> None:
    spec.write_text(
        re.sub(r"(kind\s*= \w+\n)", r'\1  why = "other words"\n', spec.read_text("utf-8"), count=1), "utf-8"
    )
    found = differences("HEAD:specs/router.ft", "specs/router.ft")
    assert (found["effect"], [each["path"] for each in found["changes"]]) == ("metadata only", ["goal.why"])


def test_a_split_that_lets_more_rows_train_is_loud(spec: Path) -> None:
    change(spec, split="  template = route\n} ->   template = route\n  split {\n    test = 5%\n  }\n}")
    found = differences("HEAD:specs/router.ft", "specs/router.ft")
    assert {each["alarm"] for each in found["changes"]} >= {"more rows train, fewer are held out"}


def test_what_git_ignores_comes_from_the_working_tree(spec: Path) -> None:
    root = spec.parents[1]
    (root / ".gitignore").write_text("specs/data/\n", "utf-8")
    git(root, "rm", "-r", "--cached", "--quiet", "specs/data")
    commit(root, "ignore the data")
    assert differences("HEAD:specs/router.ft", "specs/router.ft")["effect"] == "nothing"


def test_a_file_of_large_storage(spec: Path) -> None:
    data, root = spec.parent / "data" / "tickets.jsonl", spec.parents[1]
    content = data.read_bytes()
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:{}\nsize {}\n"
    data.write_text(pointer.format(hashlib.sha256(content).hexdigest(), len(content)), "utf-8")
    commit(root, "move the data to large storage")
    data.write_bytes(content)
    assert differences("HEAD:specs/router.ft", "specs/router.ft")["effect"] == "nothing"
    data.write_bytes(content + content[:80])
    with pytest.raises(CannotRun, match="kept in Git LFS"):
        open_side("HEAD:specs/router.ft", Options(device="cpu"))


def test_imports_are_those_of_the_revision(spec: Path) -> None:
    root = spec.parents[1]
    (root / "shared").mkdir()
    shared = root / "shared" / "rates.ft"
    shared.write_text("ftspec 1\n\nlet rate = 1e-3\n", "utf-8")
    change(
        spec,
        use="learning_rate = 1e-3 -> learning_rate = rates.rate",
        top='ftspec 1\n -> ftspec 1\n\nimport "../shared/rates.ft" as rates\n',
    )
    commit(root, "share the rate")
    shared.write_text("ftspec 1\n\nlet rate = 4e-3\n", "utf-8")
    found = differences("HEAD:specs/router.ft", "specs/router.ft")
    assert [(each["path"], each["after"]) for each in found["changes"]] == [("router.learning_rate", "0.004")]


def test_a_spec_that_was_wrong_is_named_by_its_revision(spec: Path) -> None:
    change(spec, rate="learning_rate -> learnign_rate")
    commit(spec.parents[1], "slip")
    with pytest.raises(Rejected) as raised:
        open_side("HEAD:specs/router.ft", Options(device="cpu"))
    place = raised.value.diagnostics[0].place
    assert place is not None and place.source.path == "HEAD:specs/router.ft"


@pytest.mark.parametrize(
    ("side", "message"),
    [
        ("nowhere.ft", "there is no file nowhere.ft"),
        ("HEAD~9:specs/router.ft", "git knows no revision `HEAD~9`"),
        ("HEAD:specs/other.ft", "there is no file specs/other.ft at HEAD"),
        ("--output=x:specs/router.ft", "git knows no revision `--output=x`"),
    ],
)
def test_what_is_not_there(spec: Path, side: str, message: str) -> None:
    with pytest.raises(CannotRun) as raised:
        open_side(side)
    assert raised.value.message == message and raised.value.help


def test_git_is_left_as_it_was(spec: Path) -> None:
    before = git(spec.parents[1], "status", "--porcelain")
    differences("HEAD:specs/router.ft", "specs/router.ft")
    assert git(spec.parents[1], "status", "--porcelain") == before
