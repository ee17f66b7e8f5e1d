"""FT310: the shares of a split leave something to train on; the shares of a mixture add up to one."""

from __future__ import annotations

from collections.abc import Iterator

from ftspec.compile.codes import SHARES_EXCEED
from ftspec.spec.spec import Spec
from ftspec.text.diagnostic import Diagnostic

LOOKS_AT = ("data.split", "data.mixture")


def check(spec: Spec) -> Iterator[Diagnostic]:
    """Splits that hold out everything, or name shares that do not add up."""
    for name, data in spec.data.items():
        if data.split is not None:
            yield from _split(spec, name)
        if data.mixture is not None:
            total = sum(part.share for part in data.mixture.parts)
            if abs(total - 1) > 1e-6:
                message = f"the shares of this mixture add up to {total * 100:g} %"
                place = spec.place(f"data.{name}.mixture")
                yield Diagnostic(SHARES_EXCEED, message, place, "make them add up to 100 %")


def _split(spec: Spec, name: str) -> Iterator[Diagnostic]:
    split = spec.data[name].split
    assert split is not None
    place = spec.place(f"data.{name}.split")
    held_out = split.validation + split.test
    if split.train is None and held_out >= 1:
        largest = "test" if split.test >= split.validation else "validation"
        place = spec.place(f"data.{name}.split.{largest}") or place
        message = f"validation and test take {held_out * 100:g} %, and nothing is left to train on"
        yield Diagnostic(SHARES_EXCEED, message, place, "hold out less")
    elif split.train is not None and abs(split.train + held_out - 1) > 1e-6:
        message = f"train, validation and test add up to {(split.train + held_out) * 100:g} %"
        yield Diagnostic(SHARES_EXCEED, message, place, "leave `train` out: it is the rest")
