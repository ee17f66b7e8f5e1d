"""What lowering carries along: the spec, the facts, and where each resolved value comes from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, TypeVar

from ftspec.plan.facts import Facts
from ftspec.plan.plan import OriginRecord
from ftspec.spec.spec import Spec
from ftspec.text.diagnostic import Code, Diagnostic

T = TypeVar("T")


@dataclass(frozen=True)
class Chosen:
    """A value that was chosen for the user, and why."""

    value: Any
    reason: str


@dataclass
class Draft:
    """A plan in the making."""

    spec: Spec
    facts: Facts
    origins: dict[str, OriginRecord] = field(default_factory=dict)
    found: list[Diagnostic] = field(default_factory=list)

    def report(self, code: Code, message: str, path: str, help: str | None = None) -> None:
        """Keeps a mistake at the place where `path` was set."""
        self.found.append(Diagnostic(code, message, self.spec.place(path), help))

    def said(self, path: str, value: T, default_reason: str | None = None) -> T:
        """A value as the spec has it; notes whether it was set or is the default."""
        origin = self.spec.origins.get(path)
        if origin is None:
            self.origins[path] = OriginRecord(value=shown(value), by="default", reason=default_reason)
        else:
            self.origins[path] = OriginRecord(
                value=shown(value), by=origin.by, at=_at(origin.place), overrode=origin.overrode
            )
        return value

    def chosen(self, path: str, choice: Chosen) -> Any:
        """A value that `auto` stands for; notes why."""
        self.origins[path] = OriginRecord(value=shown(choice.value), by="auto", reason=choice.reason)
        return choice.value


def _at(place: Any) -> str | None:
    if place is None:
        return None
    position = place.source.position(place.span.start)
    return f"{place.source.path.rpartition('/')[2]}:{position.line}"


def shown(value: Any) -> Any:
    """A value as the plan's origins show it."""
    from ftspec.spec.kind import Kind
    from ftspec.spec.types import Frozen

    match value:
        case Kind():
            arguments = ", ".join(
                f"{name} = {argument_text(each)}" for name, each in value.arguments().items() if each is not None
            )
            return f"{value.keyword()}({arguments})"
        case Frozen():
            return str(value) if type(value).__str__ is not Frozen.__str__ else value.model_dump(mode="json")
        case tuple() | list():
            return [shown(each) for each in value]
        case _:
            return value


def argument_text(value: Any) -> str:
    """One argument of a call, as it is written."""
    match value:
        case bool():
            return str(value).lower()
        case list() | tuple():
            return "[" + ", ".join(argument_text(each) for each in value) + "]"
        case dict() if set(value) == {"name", "arguments"}:
            inner = ", ".join(f"{k} = {argument_text(v)}" for k, v in value["arguments"].items() if v is not None)
            return f"{value['name']}({inner})"
        case float():
            return f"{value:g}"
        case _:
            return str(value)
