"""The types a spec's attributes have, and how each is written.

A marker in `Annotated[...]` says how the language writes a value; pydantic's own constraints say which values
are allowed. The reader in `ftspec.compile.read` looks at the markers, `ftspec explain` and the schema print them.
"""

from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import core_schema

from ftspec.text.frozen import frozen


class Dimension(StrEnum):
    """What a quantity measures. The unit is part of the type."""

    NUMBER = "number"
    SHARE = "share"
    BYTES = "bytes"
    TIME = "time"
    MONEY = "money"
    EPOCHS = "epochs"
    STEPS = "steps"
    TOKENS = "tokens"
    ROWS = "rows"


@frozen
class Measured:
    """Written as a number with a unit of this dimension."""

    dimension: Dimension
    bare: bool = False
    """Whether a plain number is understood too (`0.9` for `90%`)."""


@frozen
class Bare:
    """Written as a bare name, or as a string where the name has other characters: a field of the data."""


@frozen
class InRepository:
    """Written as a string: a path relative to the file that says it, inside the repository."""


@frozen
class To:
    """Written as a reference to the label of a block of this kind."""

    kind: str


class AsGiven:
    """The value has been built already, so that its own schema need not be a part of the model's: a quicker start."""

    __slots__ = ()

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        """An instance check for classes, none for what holds several of them."""
        return core_schema.is_instance_schema(source) if isinstance(source, type) else core_schema.any_schema()


@frozen
class Of(AsGiven):
    """Written as a call to a keyword of this family under `ftspec/kinds/`."""

    family: str


class Frozen(BaseModel):
    """The base of all models here: immutable, no unknown fields, documented under each field.

    `ftspec.reference.fields` reads the documentation from the source when it is asked for: reading it for every class
    at import (`use_attribute_docstrings`) took a third of the start-up.
    """

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        populate_by_name=True,
        protected_namespaces=(),
        defer_build=True,  # a model that a command never uses costs it nothing
    )


def later(default: Any) -> Any:
    """A field that a plan or a verdict got after runs were kept without it.

    It is written only where it differs from its default, which never changes: what an older ftspec has written keeps
    its bytes and its digest, and still verifies.
    """
    return Field(default=default, exclude_if=lambda value: value == default)


class Length(Frozen):
    """How long to train: a count of epochs, optimizer steps or tokens."""

    count: float = Field(gt=0)
    unit: Literal["epochs", "steps", "tokens"]

    def __str__(self) -> str:
        return f"{self.count:g} {self.unit}"


class Use(Frozen):
    """A use of data: all of it, or one split of it."""

    data: str
    split: Literal["train", "validation", "test"] | None = None

    def __str__(self) -> str:
        return self.data if self.split is None else f"{self.data}.{self.split}"


Share = Annotated[float, Measured(Dimension.SHARE, bare=True), Field(ge=0, le=1)]
"""`15%` or `0.15`."""
DropShare = Annotated[float, Measured(Dimension.SHARE, bare=True), Field(ge=0, lt=1)]
"""`5%`, and less than all: what is dropped at random."""
ByteCount = Annotated[int, Measured(Dimension.BYTES), Field(gt=0)]
"""`24GiB`, `500MB`: bytes."""
Seconds = Annotated[float, Measured(Dimension.TIME), Field(ge=0)]
"""`2h`, `90min`, `30s`, `200ms`: seconds."""
Money = Annotated[float, Measured(Dimension.MONEY), Field(ge=0)]
"""`10 USD`."""
TokenCount = Annotated[int, Measured(Dimension.TOKENS, bare=True), Field(gt=0)]
"""`2M tokens`, `512`."""
StepCount = Annotated[int, Measured(Dimension.STEPS), Field(gt=0)]
"""`500 steps`."""
FieldName = Annotated[str, Bare()]
"""A field of a data row: `queue`, `"customer id"`."""
FilePath = Annotated[str, InRepository()]
"""A path, relative to the spec's folder once it is read, with forward slashes."""
Auto = Literal["auto"]
"""Chosen for the device and the data; the plan says what was chosen and why."""
