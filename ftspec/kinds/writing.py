"""What models write while a plan runs: who writes, at which temperature, with which seed."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Protocol

from pydantic import Field

from ftspec.spec.kind import Kind
from ftspec.spec.types import To

Maker = Annotated[str, To("train")] | Annotated[str, To("model")]
"""Who writes: the label of a train or of a `model` block."""

Talk = tuple[tuple[str, str], ...]
"""A conversation as (role, text)."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A row of the prompts: what names it, and what is said before the answer."""

    item: str
    talk: Talk

    @property
    def prompt(self) -> Any:
        """As a row has it: a text where a user says one thing, else a list of messages."""
        if len(self.talk) == 1 and self.talk[0][0] == "user":
            return self.talk[0][1]
        return [{"role": role, "content": text} for role, text in self.talk]

    @property
    def text(self) -> str:
        """What is said, for another model to read."""
        return "\n\n".join(text for role, text in self.talk if role != "system")


class Writer(Protocol):
    """What the executor hands to a generated source."""

    def prompts(self) -> Sequence[Asked]:
        """The rows that the source's prompts name, in order."""

    def changeable(self) -> Sequence[tuple[str, tuple[str, ...]]]:
        """Each of these rows with what is asked in it, turn by turn: what may be put in other words."""

    def draw(self, maker: str, talks: Sequence[Talk], stream: str) -> list[str]:
        """An answer to each conversation; `stream` names the random numbers, so that each use has its own."""

    def drawn(self, maker: str, talks: Sequence[Talk], stream: str) -> list[tuple[str, bool]]:
        """The same, each with whether the model ended it itself."""

    def choose(self, maker: str, talks: Sequence[Talk], options: Sequence[str]) -> list[list[float]]:
        """The log-likelihood of each option as the answer to each conversation, in nats."""

    def rate(self, maker: str, talks: Sequence[Talk], answers: Sequence[str]) -> list[float] | None:
        """What a reward model gives for answers; None where the maker is no reward model."""


class Writing(Kind):
    """Rows that models write. Each says which model wrote it, from which prompt and with which seed."""

    model: Maker
    """Who writes: a train, or a `model` block as it is."""

    temperature: float = Field(default=1.0, ge=0)
    """At which answers are drawn; 0 takes the likeliest token each time."""

    max_new_tokens: int = Field(default=128, ge=1)
    """Where what is written is cut."""

    seed: int = Field(default=0, ge=0)
    """The seed of what is drawn."""

    def makers(self) -> tuple[str, ...]:
        """Every train and model that takes part."""
        return (self.model,)

    @abstractmethod
    def expected_rows(self, prompts: int) -> int:
        """How many rows so many prompts make."""

    @abstractmethod
    def written(self, writer: Writer) -> Iterator[dict[str, Any]]:
        """The rows, one after the other."""

    def provenance(self, **more: Any) -> dict[str, Any]:
        """What every row says of where it comes from."""
        return {"model": self.model, "seed": self.seed, **more}
