"""`require redact`: personal data is taken out of what trains."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ftspec.kinds.requirements import Breach, Requirement
from ftspec.spec.spec import Spec


class Redact(Requirement):
    """Every data set that a stage trains on replaces personal data by placeholders."""

    valid: ClassVar[tuple[str, ...]] = ("redact()",)
    invalid: ClassVar[tuple[str, ...]] = ("redact(pii)",)

    def breaches(self, spec: Spec) -> Iterator[Breach]:
        """Training data whose `clean` block redacts nothing, or secrets alone."""
        for name in sorted(_trained(spec), key=list(spec.data).index):
            if spec.data[name].source is not None and spec.data[name].clean.redact not in ("pii", "all"):
                yield Breach(f"data.{name}", f"`{name}` trains without redaction", "add `clean { redact = pii }`")


def _trained(spec: Spec) -> set[str]:
    """The data sets behind every stage, the parts of mixtures among them."""
    found: set[str] = set()
    waiting = [train.data.data for train in spec.trains.values()]
    while waiting:
        name = waiting.pop()
        if name not in found and name in spec.data:
            found.add(name)
            mixture = spec.data[name].mixture
            waiting += [part.use.data for part in mixture.parts] if mixture else []
    return found
