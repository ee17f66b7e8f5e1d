"""`require gate(perplexity)`: a required gate on this metric."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from pydantic import field_validator

from ftspec.kinds import keywords
from ftspec.kinds.requirements import Breach, Requirement
from ftspec.spec.rules import Arithmetic, Comparison, Condition, Expression, Logic, Rule, Score
from ftspec.spec.spec import Spec
from ftspec.spec.types import FieldName
from ftspec.text.suggest import similar


class Gate(Requirement):
    """The spec has a `require` rule in its gates that measures this."""

    positional: ClassVar[tuple[str, ...]] = ("metric",)
    valid: ClassVar[tuple[str, ...]] = ("gate(perplexity)",)
    invalid: ClassVar[tuple[str, ...]] = ("gate()", "gate(perplexitty)")

    metric: FieldName
    """The metric: `perplexity`."""

    @field_validator("metric")
    @classmethod
    def _is_metric(cls, name: str) -> str:
        known = keywords("metrics")
        if name not in known:
            nearest = similar(name, known)
            listed = f"a similar metric exists: `{nearest}`" if nearest else "the metrics are " + ", ".join(known)
            raise ValueError(f"unknown metric `{name}`; {listed}")
        return name

    def breaches(self, spec: Spec) -> Iterator[Breach]:
        """A spec whose gates do not decide by the metric."""
        if not any(self.metric in _metrics(rule) for rule in spec.gates.rules if rule.verb == "require"):
            help = f"add `require {self.metric}(…)` to `gates`"
            yield Breach("gates", f"no required gate measures `{self.metric}`", help)


def _metrics(rule: Rule) -> set[str]:
    return set() if rule.condition is None else set(_named(rule.condition))


def _named(node: Condition | Expression) -> Iterator[str]:
    match node:
        case Score():
            yield node.metric.keyword()
        case Comparison() | Logic() | Arithmetic():
            yield from (*_named(node.left), *_named(node.right))
        case _:
            pass
