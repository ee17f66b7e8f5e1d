"""Finished stages, kept by the digest of all that made them: a changed spec retrains only what changed."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from ftspec.run.folder import appearing, sweep

_RECORD = "stage.json"

CURVE = "curve.jsonl"
"""The record's lines of the training itself: what a later run that takes the stage over shows of it."""


_TRAINING = ('{"event": "log"', '{"event": "validation"')


@dataclass(frozen=True)
class Stage:
    """The result of one train step."""

    id: str
    digest: str
    """Of the step and of everything before it."""

    form: Literal["adapter", "full"]
    """An adapter on what it was trained on, or whole weights."""

    loss: float
    """Mean training loss over the last tenth of the steps, in nats a trained token."""

    steps: int
    tokens: int
    """Real tokens that were read."""

    tokens_per_second: float
    trainable: int
    seconds: float
    method: Mapping[str, Any]
    """The call that made it, and that knows how to put it on a model again."""

    objective: Mapping[str, Any] = field(default_factory=lambda: {"name": "sft", "arguments": {}})
    """What was learned: it decides about the model's head."""

    reward: float | None = None
    """What its own answers were worth over the last tenth of the steps, where it learned from them."""

    untaught: bool = False
    """Whether the answers to a prompt were always worth the same."""

    folder: Path = Path()


class Stages:
    """The stages folder of a spec."""

    def __init__(self, folder: Path, *, tidy: bool = True) -> None:
        """`tidy`: remove what killed processes left, where no other one is writing."""
        self.folder = folder
        if tidy:
            sweep(folder)

    def find(self, digest: str) -> Stage | None:
        """The finished stage with this digest, or None."""
        folder = self.place(self.folder, digest)
        try:
            value = json.loads((folder / _RECORD).read_text("utf-8"))
            stage = Stage(**value, folder=folder)
        except (OSError, ValueError, TypeError):
            return None
        return stage if stage.digest == digest else None

    def kept(self, digest: str) -> Stage:
        """The finished stage with this digest, which is there."""
        stage = self.find(digest)
        assert stage is not None, digest
        return stage

    @contextmanager
    def new(self, digest: str) -> Iterator[Path]:
        """A folder to save a stage into; it appears under its digest when `seal` was called and the block ends."""
        with appearing(self.place(self.folder, digest)) as building:
            yield building

    def seal(self, building: Path, stage: Stage) -> Stage:
        """Write down what the folder holds. Returns the stage as it will be found."""
        value = asdict(replace(stage, folder=Path()))
        del value["folder"]
        (building / _RECORD).write_text(json.dumps(value, indent=2, sort_keys=True) + "\n", "utf-8")
        return replace(stage, folder=self.place(self.folder, stage.digest))

    def curve(self, building: Path, record: Path, id: str) -> None:
        """Copy what a run's record tells of the training of one step beside its result."""
        lines = record.read_text("utf-8").splitlines() if record.is_file() else []
        told = [line for line in lines if line.startswith(_TRAINING) and f'"id": {json.dumps(id)}' in line]
        (building / CURVE).write_text("".join(f"{line}\n" for line in told), "utf-8")

    @staticmethod
    def rewards(building: Path) -> dict[str, Any]:
        """`reward` and `untaught` of the training whose curve lies in a folder; nothing where it had no rewards."""
        told = [json.loads(line) for line in (building / CURVE).read_text("utf-8").splitlines()]
        values = [each["reward"] for each in told if "reward" in each]
        spreads = [each["reward_std"] for each in told if "reward_std" in each]
        last = values[-max(1, len(values) // 10) :]
        return {"reward": sum(last) / len(last), "untaught": bool(spreads) and not any(spreads)} if last else {}

    def forget(self, digest: str) -> None:
        """Remove the stage with this digest."""
        shutil.rmtree(self.place(self.folder, digest), ignore_errors=True)

    @staticmethod
    def place(folder: Path, digest: str) -> Path:
        """Where the stage with this digest lies in a stages folder."""
        return folder / digest[:12]
