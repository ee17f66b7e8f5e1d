"""FT419: an adapter whose update is multiplied by far more, or far less, than it is trained with."""

from __future__ import annotations

from collections.abc import Iterator

from ftspec.compile.codes import UNUSUAL_SCALE
from ftspec.compile.defaults import method_of
from ftspec.spec.spec import Spec
from ftspec.text.diagnostic import Diagnostic

LOOKS_AT = ("train.method",)

USUAL = (1 / 32, 64)
"""Papers and libraries use 0.25 (QLoRA: alpha 16, rank 64) to 2 (alpha twice the rank); rsLoRA's α / √r of an alpha of
twice the rank is 45 at rank 512."""


def check(spec: Spec) -> Iterator[Diagnostic]:
    """alpha over rank outside of that range."""
    low, high = USUAL
    for name, train in spec.trains.items():
        method = method_of(train)
        strange = next((scale for scale in method.scales if not low <= scale <= high), None)
        if strange is None:
            continue
        effect = "it leaps" if strange > high else "it hardly moves"
        message = f"the update of `{method.keyword()}` is multiplied by {strange:.3g}, so that {effect}"
        help = "the factor is alpha over rank: leave `alpha` out, or write one near the rank"
        yield Diagnostic(UNUSUAL_SCALE, message, spec.place(f"train.{name}.method.alpha"), help)
