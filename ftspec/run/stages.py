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

    folder: Path = Path()


class Stages:
    """The stages folder of a spec."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        sweep(folder)

    def find(self, digest: str) -> Stage | None:
        """The finished stage with this digest, or None."""
        folder = self._place(digest)
        try:
            value = json.loads((folder / _RECORD).read_text("utf-8"))
            stage = Stage(**value, folder=folder)
        except (OSError, ValueError, TypeError):
            return None
        return stage if stage.digest == digest else None

    @contextmanager
    def new(self, digest: str) -> Iterator[Path]:
        """A folder to save a stage into; it appears under its digest when `seal` was called and the block ends."""
        with appearing(self._place(digest)) as building:
            yield building

    def seal(self, building: Path, stage: Stage) -> Stage:
        """Write down what the folder holds. Returns the stage as it will be found."""
        value = asdict(replace(stage, folder=Path()))
        del value["folder"]
        (building / _RECORD).write_text(json.dumps(value, indent=2, sort_keys=True) + "\n", "utf-8")
        return replace(stage, folder=self._place(stage.digest))

    def forget(self, digest: str) -> None:
        """Remove the stage with this digest."""
        shutil.rmtree(self._place(digest), ignore_errors=True)

    def _place(self, digest: str) -> Path:
        return self.folder / digest[:12]
