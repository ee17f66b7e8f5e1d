"""What can go wrong under a run: each ends in one clear message, with nothing lost."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ftspec.errors import CannotRun, TrainingFailed
from ftspec.plan.canonical import to_json
from ftspec.run.faults import told
from ftspec.run.lock import locked
from tests.run.plans import call, events, ran, stage_folder, train_step, whole

REPOSITORY = Path(__file__).parents[2]


def test_a_folder_in_use_names_the_process(world: Path) -> None:
    """A second run of the same folder is refused while the first one lives, and only as long."""
    plan = whole(world, train_step(world))
    folder = world / "runs" / "run"
    script = "import sys, time; from pathlib import Path; from ftspec.run.lock import locked\n"
    script += f"with locked(Path({str(folder)!r})): print('held', flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", script], cwd=REPOSITORY, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None and holder.stdin is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(CannotRun, match=f"is in use by process {holder.pid}"):
            ran(plan, world)
        assert not (folder / "record.jsonl").exists()
        holder.stdin.close()
        holder.wait()
    with locked(folder):
        pass


def test_a_loss_that_is_no_number_ends_the_training(world: Path) -> None:
    """Not hidden, not averaged away: the step is named, and the record says that the run failed."""
    plan = whole(world, train_step(world, learning_rate=1e20, max_grad_norm=1e30, optimizer=call("sgd")))
    with pytest.raises(TrainingFailed, match=r"(loss|gradients) of colourist (is|are) (nan|inf)") as caught:
        ran(plan, world)
    assert caught.value.help is not None and "learning rate" in caught.value.help
    assert events(world / "runs" / "run", "failed")[0]["message"] == caught.value.message
    assert not stage_folder(world / "runs" / "run", plan).exists()


def test_a_changed_model_file_is_refused(world: Path) -> None:
    """The plan holds the hash of every file."""
    plan = whole(world, train_step(world))
    config = world / "base" / "config.json"
    config.write_text(config.read_text() + "\n")
    with pytest.raises(CannotRun, match=r"base/config\.json has changed since the plan was made"):
        ran(plan, world)


def test_a_changed_row_is_refused(world: Path) -> None:
    """So does the data."""
    plan = whole(world, train_step(world))
    data = world / "data" / "colours.jsonl"
    data.write_text(data.read_text().replace("apple", "pear", 1))
    with pytest.raises(CannotRun, match=r"data/colours\.jsonl.* has changed since the plan was made"):
        ran(plan, world)


def test_other_weights_than_planned_are_refused(world: Path) -> None:
    """A plan whose count of trainable parameters does not fit the model does not train."""
    step = train_step(world)
    wrong = step.adaptation.model_copy(update={"trainable": 7})
    with pytest.raises(CannotRun, match="would train 3,712 parameters, the plan says 7"):
        ran(whole(world, step.model_copy(update={"adaptation": wrong})), world)


def test_a_full_disk_loses_nothing(world: Path) -> None:
    """With too little room for the weights the run ends with exit 3; with room again it goes on from its checkpoint."""
    plan = whole(world, train_step(world))
    run = world / "full" / "run"
    run.mkdir(parents=True)
    (run / "plan.json").write_text(to_json(plan), "utf-8")
    limited = "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
    limited += "resource.setrlimit(resource.RLIMIT_FSIZE, (30000, 30000)); "
    limited += "from tests.run.interrupted import main; from pathlib import Path; "
    limited += f"sys.exit(main(Path({str(world)!r}), Path({str(run)!r}), 'SIGTERM', 0))"
    process = subprocess.run(
        [sys.executable, "-c", limited], cwd=REPOSITORY, capture_output=True, text=True, timeout=300, check=False
    )
    assert process.returncode == 3, process.stderr
    assert "the disk is full" in process.stdout
    assert "Traceback" not in process.stderr
    assert not stage_folder(run, plan).exists()
    ran(plan, world, "../full/run")
    assert stage_folder(run, plan).is_dir()


@pytest.mark.parametrize(
    ("error", "kind", "words"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), CannotRun, "the disk is full"),
        (OSError(errno.EROFS, "Read-only file system", "x"), CannotRun, "it may not be written to"),
        (PermissionError(errno.EACCES, "Permission denied", "x"), CannotRun, "it may not be written to"),
        (RuntimeError("[enforce fail] PytorchStreamWriter failed writing file"), CannotRun, "the disk is full"),
        (RuntimeError("CUDA out of memory. Tried to allocate 2.00 GiB"), TrainingFailed, "memory ran out"),
        (MemoryError(), TrainingFailed, "memory ran out"),
    ],
)
def test_the_machine_speaks_in_sentences(error: Exception, kind: type[Exception], words: str, tmp_path: Path) -> None:
    """What the libraries raise becomes one message with its remedy."""
    with pytest.raises(kind, match=words), told(tmp_path):
        raise error


def test_our_own_mistakes_pass_through(tmp_path: Path) -> None:
    """Only the machine's errors are turned into messages."""
    with pytest.raises(KeyError), told(tmp_path):
        raise KeyError("ours")


def test_a_plan_for_a_gpu_does_not_run_without_one(world: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It says how to plan for what is here."""
    import torch

    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    plan = whole(world, train_step(world))
    target = plan.target.model_copy(update={"kind": "cuda", "name": "h100_sxm"})
    with pytest.raises(CannotRun, match="made for h100_sxm, and this machine has no GPU"):
        ran(plan.model_copy(update={"target": target}), world)


def test_a_folder_that_cannot_be_made(world: Path) -> None:
    """A file stands where the run folder should be."""
    (world / "runs").write_text("")
    plan: Any = whole(world, train_step(world))
    with pytest.raises(CannotRun, match="cannot write to"):
        ran(plan, world)
    assert os.path.isfile(world / "runs")
