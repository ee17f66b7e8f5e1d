"""A typed value written as a call: `lora(rank = 16)`, `jsonl("data.jsonl")`, `accuracy(tickets.test)`."""

from typing import Any, ClassVar

from pydantic import model_serializer

from ftspec.spec.types import Frozen


class Kind(Frozen):
    """The base of every keyword under `ftspec/kinds/`; its fields are the call's arguments.

    The keyword is the name of the file that defines the class, and the family that of the folder.
    """

    positional: ClassVar[tuple[str, ...]] = ()
    """The fields that may be written without their names, in order."""

    valid: ClassVar[tuple[str, ...]] = ()
    """Calls that must be accepted: documentation and test at once."""

    invalid: ClassVar[tuple[str, ...]] = ()
    """Calls that must be refused."""

    @classmethod
    def keyword(cls) -> str:
        """`lora` for the class in `kinds/methods/lora.py`."""
        return cls.__module__.rpartition(".")[2].removesuffix("_")

    @classmethod
    def family(cls) -> str:
        """`methods` for the class in `kinds/methods/lora.py`."""
        return cls.__module__.split(".")[-2]

    def arguments(self) -> dict[str, Any]:
        """The arguments as JSON values."""
        return {name: _plain(getattr(self, name)) for name in type(self).model_fields}

    @model_serializer
    def _as_call(self) -> dict[str, Any]:
        return {"name": self.keyword(), "arguments": self.arguments()}


def _plain(value: Any) -> Any:
    match value:
        case Frozen():
            return value.model_dump(mode="json")
        case tuple() | list():
            return [_plain(item) for item in value]
        case dict():
            return {key: _plain(item) for key, item in value.items()}
        case _:
            return value
