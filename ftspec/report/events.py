"""The lines of `record.jsonl` as values. Fields and events that a later version adds are passed over."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError


class _Event(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    time: datetime


class RunStarted(_Event):
    """A process took the run up, for the first time or again."""

    event: Literal["run_started"]
    digest: str
    ftspec: str
    packages: Mapping[str, str] = {}
    device: Any = None


class StepStarted(_Event):
    """A plan step began."""

    event: Literal["step_started"]
    id: str
    kind: str


class Log(_Event):
    """What training shows of one optimizer step. Loss in nats a trained token."""

    event: Literal["log"]
    id: str
    step: int
    steps: int
    epoch: float | None = None
    loss: float | None = None
    learning_rate: float | None = None
    grad_norm: float | None = None
    tokens_per_second: float | None = None
    memory_bytes: int | None = None
    seconds: float | None = None
    reward: float | None = None
    """What the answers of a stage that learns from rewards were worth, in the mean."""

    reward_std: float | None = None
    """Its spread among the answers to one prompt."""

    kl: float | None = None
    answer_tokens: float | None = None


class Validation(_Event):
    """The loss on held-out rows."""

    event: Literal["validation"]
    id: str
    step: int
    loss: float | None


class Checkpoint(_Event):
    """A state that the run can go on from."""

    event: Literal["checkpoint"]
    id: str
    step: int


class StepFinished(_Event):
    """A plan step is done. `loss` and what follows are those of a train step, the last two those of paraphrases."""

    event: Literal["step_finished"]
    id: str
    kind: str
    seconds: float
    reused: bool = False
    loss: float | None = None
    tokens: int | None = None
    tokens_per_second: float | None = None
    trainable: int | None = None
    written: int | None = None
    left_out: Mapping[str, int] = {}


class Measured(_Event):
    """One measurement was taken."""

    event: Literal["measured"]
    id: str
    value: float | None
    n: int
    seconds: float


class Verdict(_Event):
    """The gates were decided."""

    event: Literal["verdict"]
    verdict: str


class Stopped(_Event):
    """A signal ended the process; a checkpoint is kept."""

    event: Literal["stopped"]
    signal: str | int
    step: int | None = None


class Failed(_Event):
    """An error ended the process."""

    event: Literal["failed"]
    message: str


class RunFinished(_Event):
    """The whole plan is done."""

    event: Literal["run_finished"]
    seconds: float
    peak_memory_bytes: int | None = None
    predicted_seconds: float | None = None
    predicted_memory_bytes: int | None = None


Event = (
    RunStarted
    | StepStarted
    | Log
    | Validation
    | Checkpoint
    | StepFinished
    | Measured
    | Verdict
    | Stopped
    | Failed
    | RunFinished
)
_EVENT: TypeAdapter[Event] = TypeAdapter(Annotated[Event, Field(discriminator="event")])
_KNOWN = frozenset(name for kind in get_args(Event) for name in get_args(kind.model_fields["event"].annotation))


def read(text: str) -> Iterator[Event | None]:
    """Each event of a record in order, None for a line that is torn or not understood."""
    for line in text.split("\n"):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
            if isinstance(value, dict) and value.get("event") not in _KNOWN:
                continue
            yield _EVENT.validate_python(value)
        except (json.JSONDecodeError, ValidationError):
            yield None
