"""`require budget(cost)`: a required budget for this quantity."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Literal

from ftspec.kinds.requirements import Breach, Requirement
from ftspec.spec.rules import Arithmetic, Comparison, Condition, Expression, Logic, Quantity
from ftspec.spec.spec import Spec

_EXAMPLES = {"memory": "memory <= 24GiB", "time": "time <= 2h", "cost": "cost <= 10 USD"}


class Budget(Requirement):
    """The spec has a `require` rule in its budget about this quantity."""

    positional: ClassVar[tuple[str, ...]] = ("of",)
    valid: ClassVar[tuple[str, ...]] = ("budget(cost)", "budget(memory)")
    invalid: ClassVar[tuple[str, ...]] = ("budget()", "budget(money)")

    of: Literal["memory", "time", "cost"]
    """What must not grow without a decision."""

    def breaches(self, spec: Spec) -> Iterator[Breach]:
        """A spec whose budget does not bound the quantity."""
        conditions = [rule.condition for rule in spec.budget.rules if rule.verb == "require"]
        if not any(self.of in _named(each) for each in conditions if each is not None):
            help = f"add `budget {{ require {_EXAMPLES[self.of]} }}`"
            yield Breach("budget", f"no budget bounds the {self.of}", help)


def _named(node: Condition | Expression) -> Iterator[str]:
    match node:
        case Quantity():
            yield node.name
        case Comparison() | Logic() | Arithmetic():
            yield from (*_named(node.left), *_named(node.right))
        case _:
            pass
