"""`template NAME { … }`: how a row becomes text."""

from typing import Literal

from ftspec.spec.types import Frozen

Role = Literal["system", "user", "assistant", "text", "prompt", "chosen", "rejected"]

TRAINED_BY_DEFAULT: frozenset[Role] = frozenset({"assistant", "chosen", "rejected", "text"})
"""The turns whose tokens train unless the template says otherwise."""


class Turn(Frozen):
    """One turn: who speaks, and the Jinja text of what is said."""

    role: Role
    text: str


class Template(Frozen):
    """The turns a row is rendered into."""

    turns: tuple[Turn, ...]
    """In the order they are spoken."""

    train: tuple[Role, ...] | None = None
    """Which turns train; by default `assistant`, `chosen` and `rejected`, and all of `text`."""

    @property
    def trained(self) -> frozenset[Role]:
        """The roles whose tokens train."""
        return TRAINED_BY_DEFAULT if self.train is None else frozenset(self.train)
