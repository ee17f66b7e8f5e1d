"""Only a checkpoint that is whole is gone on from."""

from __future__ import annotations

from pathlib import Path

import pytest

from ftspec.run import checkpoint
from ftspec.run.checkpoint import Course
from ftspec.run.folder import appearing, sweep


class Trainer:
    """Writes two files, as transformers' trainer writes many."""

    class args:
        """Where it writes."""

        output_dir = "unused"

    model = None

    def __init__(self, step: int) -> None:
        self._step = step

    def _save_checkpoint(self, model: object, trial: object) -> None:
        folder = Path(self.args.output_dir) / f"checkpoint-{self._step}"
        folder.mkdir()
        (folder / "adapter_model.safetensors").write_bytes(b"weights" * self._step)
        (folder / "optimizer.pt").write_bytes(b"state")


def _save(folder: Path, step: int) -> Path:
    return checkpoint.save(Trainer(step), folder, step, Course(((step, 1.5),), step, (2.0, 1.0)))


def test_the_newest_whole_one_is_found(tmp_path: Path) -> None:
    """By step, not by name: 10 comes after 9."""
    for step in (9, 10):
        _save(tmp_path, step)
    found = checkpoint.latest(tmp_path)
    assert found is not None and checkpoint.step_of(found) == 10
    assert checkpoint.course(found) == Course(((10, 1.5),), 10, (2.0, 1.0))
    assert Trainer.args.output_dir == "unused"


@pytest.mark.parametrize("damage", ["cut", "gone", "changed", "no manifest"])
def test_a_damaged_one_is_passed_over(tmp_path: Path, damage: str) -> None:
    """A cut, missing or altered file: the one before is taken."""
    _save(tmp_path, 2)
    last = _save(tmp_path, 4)
    match damage:
        case "cut":
            (last / "optimizer.pt").write_bytes(b"sta")
        case "gone":
            (last / "optimizer.pt").unlink()
        case "changed":
            (last / "optimizer.pt").write_bytes(b"stale")
        case _:
            (last / "manifest.json").unlink()
    found = checkpoint.latest(tmp_path)
    assert found is not None and checkpoint.step_of(found) == 2


def test_old_ones_go_when_a_new_one_is_there(tmp_path: Path) -> None:
    """All but the named steps."""
    for step in (2, 4, 6):
        _save(tmp_path, step)
    checkpoint.keep_only(tmp_path, {2, 6})
    assert sorted(path.name for path in tmp_path.iterdir()) == ["step-2", "step-6"]


def test_a_folder_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    """What fails on the way leaves the old folder as it was, and nothing beside it."""
    target = tmp_path / "model"
    with appearing(target) as building:
        (building / "a").write_text("old")
    with pytest.raises(RuntimeError), appearing(target) as building:
        (building / "a").write_text("new")
        assert (target / "a").read_text() == "old"
        raise RuntimeError("half-way")
    assert [path.name for path in tmp_path.iterdir()] == ["model"]
    assert (target / "a").read_text() == "old"
    with appearing(target) as building:
        (building / "b").write_text("new")
    assert [path.name for path in target.iterdir()] == ["b"]


def test_what_a_killed_process_left_is_swept(tmp_path: Path) -> None:
    """Temporary folders never become results."""
    (tmp_path / ".model.1234.tmp").mkdir()
    (tmp_path / "model").mkdir()
    sweep(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["model"]
