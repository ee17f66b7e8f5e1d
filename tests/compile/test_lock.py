"""A lock names every input on a line of its own, and what differs from it is refused line by line."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from ftspec.cli.commands.lock import command
from ftspec.compile.lock import lock_path
from ftspec.errors import Rejected
from ftspec.pipeline import Options
from ftspec.pipeline import compile as compile_spec
from ftspec.plan.steps import Train
from tests.review.repository import make, rows

CPU = Options(device="cpu")
SPECS = Path(__file__).parents[2] / "specs"


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    """A spec with its lock."""
    path = make(tmp_path)
    assert lock(path) == 0
    return path


def lock(path: Path, *arguments: str) -> int:
    """Runs `ftspec lock`."""
    done = CliRunner().invoke(command, [str(path), *arguments], standalone_mode=False)
    if done.exception is not None:
        raise done.exception
    code: int = done.return_value
    return code


def refused(path: Path, options: Options = CPU) -> list[str]:
    """What `compile` says about a lock that does not fit."""
    with pytest.raises(Rejected) as raised:
        compile_spec(path, options)
    assert raised.value.exit_code == 3
    assert all(each.help and each.place for each in raised.value.diagnostics)
    return [each.message for each in raised.value.diagnostics]


def test_it_names_every_input(spec: Path) -> None:
    header, note, *lines = lock_path(spec).read_text("utf-8").splitlines()
    assert header == "ftspec-lock 1" and note.startswith("#")
    assert lines == sorted(lines)
    assert all(re.fullmatch(r'[a-z_]+ \S+( "[^"]+")? = (sha256:[0-9a-f]{64}|[\w.]+)', line) for line in lines)
    assert [line.partition(" = ")[0] for line in lines if not line.startswith("package")] == [
        "chat_template base",
        'data english "data/english.txt"',
        'data tickets "data/tickets.jsonl"',
        'model base "base/chat_template.jinja"',
        'model base "base/config.json"',
        'model base "base/generation_config.json"',
        'tokenizer base "base/tokenizer.json"',
        'tokenizer base "base/tokenizer_config.json"',
    ]
    assert {line.split()[1] for line in lines if line.startswith("package")} >= {"ftspec", "torch", "trl"}
    assert "+cpu" not in "".join(lines)


def test_writing_it_twice_changes_nothing(spec: Path) -> None:
    before = lock_path(spec).stat().st_mtime_ns
    assert lock(spec) == 0 and lock(spec, "--check") == 0
    assert lock_path(spec).stat().st_mtime_ns == before


def test_a_spec_that_fits_its_lock_compiles(spec: Path) -> None:
    assert compile_spec(spec, CPU).plan.steps


def test_changed_data_is_refused(spec: Path) -> None:
    (spec.parent / "data" / "tickets.jsonl").write_text(rows(130), "utf-8")
    [message] = refused(spec)
    assert message.startswith("`data/tickets.jsonl` has changed since it was locked: now sha256:")
    assert lock(spec, "--check") == 1
    assert lock(spec) == 0
    assert compile_spec(spec, CPU).plan.steps


def test_a_changed_chat_template_is_named(spec: Path) -> None:
    template = spec.parent / "base" / "chat_template.jinja"
    template.write_text(template.read_text("utf-8").replace("\n", "\n\n", 1) + "{# changed #}", "utf-8")
    found = refused(spec)
    assert [each.partition(" has changed")[0] for each in found] == [
        "the chat template of `base`",
        "`base/chat_template.jinja`",
    ]


def test_another_package_is_refused(spec: Path) -> None:
    edit(spec, r"package trl = .*", "package trl = 1.2")
    [message] = refused(spec)
    assert message.startswith("trl is ") and message.endswith("and was 1.2 when this spec was locked")


def test_a_package_that_is_not_here_changes_nothing(spec: Path) -> None:
    with lock_path(spec).open("a", encoding="utf-8") as file:
        file.write("package trl_of_the_future = 9\n")
    [message] = refused(spec)
    assert "trl_of_the_future" in message  # unknown to ftspec, so no package that may be missing


def test_inputs_come_and_go(spec: Path) -> None:
    text = spec.read_text("utf-8").replace("data/english.txt", "data/more.txt")
    (spec.parent / "data" / "more.txt").write_text("One.\n\nTwo.\n", "utf-8")
    spec.write_text(text, "utf-8")
    assert refused(spec) == [
        "`data/more.txt` is not in the lock",
        "`data/english.txt` was locked, and is no input any more",
    ]


def test_an_overlay_may_read_something_else(spec: Path) -> None:
    (spec.parent / "data" / "few.jsonl").write_text(rows(60), "utf-8")
    options = Options(device="cpu", settings=('tickets.source = jsonl("data/few.jsonl")',))
    assert compile_spec(spec, options).plan.steps


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (r"^ftspec-lock 1", "ftspec-lock 2", "a lock begins with `ftspec-lock 1`"),
        (r"^package", "<<<<<<< HEAD\npackage", "a merge conflict is left in the lock"),
        (r"^package trl = .*", "package trl", "this line of the lock says nothing"),
        (r"^package trl = .*", "package trl = 1\npackage trl = 2", "`package trl` is locked twice"),
    ],
)
def test_a_lock_that_cannot_be_read(spec: Path, old: str, new: str, message: str) -> None:
    edit(spec, old, new)
    assert refused(spec) == [message]


def test_without_a_lock_check_says_so(tmp_path: Path) -> None:
    assert lock(make(tmp_path), "--check") == 1


def edit(spec: Path, old: str, new: str) -> None:
    """Changes the first place in the lock that fits."""
    path = lock_path(spec)
    text, count = re.subn(old, new, path.read_text("utf-8"), count=1, flags=re.M)
    assert count == 1
    path.write_text(text, "utf-8")


def test_a_model_that_is_not_here_is_known_by_its_lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    commit = "0123456789abcdef0123456789abcdef01234567"
    snapshot = tmp_path / "cache" / "models--org--tiny" / "snapshots" / commit
    shutil.copytree(SPECS / "base", snapshot)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "cache"))
    path = tmp_path / "repo" / "router.ft"
    shutil.copytree(SPECS / "data", path.parent / "data")
    text = (SPECS / "tickets.ft").read_text("utf-8")
    path.write_text(text.replace('path("base")', f'hub("org/tiny", revision = "{commit}")'), "utf-8")
    assert lock(path) == 0
    locked = path.with_name("router.ft.lock").read_text("utf-8")
    assert "\nconfig base = {" in locked and all(len(line.split(" = ")) == 2 for line in locked.splitlines()[2:])
    here = compile_spec(path, CPU).plan

    (tmp_path / "cache").rename(tmp_path / "gone")
    away = compile_spec(path, CPU).plan
    assert [step.adaptation.trainable for step in away.of(Train)] == [262_144]
    assert [step.adaptation.trainable for step in here.of(Train)] == [262_144]
    assert lock(path) == 0 and lock(path, "--check") == 0
    assert path.with_name("router.ft.lock").read_text("utf-8") == locked
    path.with_name("router.ft.lock").unlink()
    with pytest.raises(Rejected) as raised:
        compile_spec(path, CPU)
    assert "neither in the hub's cache" in raised.value.diagnostics[0].message
