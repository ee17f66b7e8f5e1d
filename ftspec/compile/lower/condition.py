"""A budget's conditions on what a plan takes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from operator import eq, ge, gt, le, lt, ne
from typing import Any

from ftspec.plan.plan import Resources
from ftspec.spec.rules import Arithmetic, Comparison, Constant, Logic, Quantity

_COMPARE: dict[str, Callable[[float, float], bool]] = {"<": lt, "<=": le, ">": gt, ">=": ge, "==": eq, "!=": ne}
_COMBINE: dict[str, Callable[[float, float], float]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
}


class UnknownCost(Exception):
    """Raised when a rule asks for a cost and no price is known."""


def holds_for(node: Any, resources: Resources) -> bool:
    """Whether a condition holds. Raises `UnknownCost`."""
    match node:
        case Logic(operator="and"):
            return holds_for(node.left, resources) and holds_for(node.right, resources)
        case Logic():
            return holds_for(node.left, resources) or holds_for(node.right, resources)
        case Comparison():
            return _COMPARE[node.operator](_value(node.left, resources), _value(node.right, resources))
        case _:
            return True


def _value(node: Any, resources: Resources) -> float:
    match node:
        case Constant():
            return node.value
        case Arithmetic():
            return _COMBINE[node.operator](_value(node.left, resources), _value(node.right, resources))
        case Quantity(name="memory"):
            return float(resources.memory.total_bytes)
        case Quantity(name="time"):
            return resources.time_seconds
        case Quantity() if resources.cost is not None:
            return resources.cost
        case _:
            raise UnknownCost


def quantities_in(node: Any) -> Iterator[str]:
    """`memory`, `time`, `cost`: what a condition is about, from left to right."""
    match node:
        case Quantity():
            yield node.name
        case Arithmetic() | Comparison() | Logic():
            yield from quantities_in(node.left)
            yield from quantities_in(node.right)


def limit_of(node: Any, quantity: str) -> float | None:
    """The number that a plain comparison holds a quantity against: 24 GiB for `memory <= 24GiB`, in bytes."""
    match node:
        case Comparison(left=Quantity(name=name), right=Constant(value=value)) if name == quantity:
            return value
        case Comparison(left=Constant(value=value), right=Quantity(name=name)) if name == quantity:
            return value
        case Logic():
            found = [limit_of(each, quantity) for each in (node.left, node.right)]
            return min((each for each in found if each is not None), default=None)
        case _:
            return None
