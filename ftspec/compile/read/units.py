"""Every unit of the language, with its dimension and its size in the dimension's base unit."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from ftspec.spec.types import Dimension


class Unit(NamedTuple):
    """`factor` times the base unit: bytes, seconds, USD, or a plain count."""

    dimension: Dimension
    factor: Decimal


UNITS: dict[str, Unit] = {
    "%": Unit(Dimension.SHARE, Decimal("0.01")),
    "B": Unit(Dimension.BYTES, Decimal(1)),
    "KB": Unit(Dimension.BYTES, Decimal(10**3)),
    "MB": Unit(Dimension.BYTES, Decimal(10**6)),
    "GB": Unit(Dimension.BYTES, Decimal(10**9)),
    "TB": Unit(Dimension.BYTES, Decimal(10**12)),
    "KiB": Unit(Dimension.BYTES, Decimal(2**10)),
    "MiB": Unit(Dimension.BYTES, Decimal(2**20)),
    "GiB": Unit(Dimension.BYTES, Decimal(2**30)),
    "TiB": Unit(Dimension.BYTES, Decimal(2**40)),
    "ms": Unit(Dimension.TIME, Decimal("0.001")),
    "s": Unit(Dimension.TIME, Decimal(1)),
    "min": Unit(Dimension.TIME, Decimal(60)),
    "h": Unit(Dimension.TIME, Decimal(3600)),
    "d": Unit(Dimension.TIME, Decimal(86400)),
    "USD": Unit(Dimension.MONEY, Decimal(1)),
    "epochs": Unit(Dimension.EPOCHS, Decimal(1)),
    "steps": Unit(Dimension.STEPS, Decimal(1)),
    "tokens": Unit(Dimension.TOKENS, Decimal(1)),
    "rows": Unit(Dimension.ROWS, Decimal(1)),
}

SCALES: dict[str, Decimal] = {"K": Decimal(10**3), "M": Decimal(10**6), "B": Decimal(10**9)}
"""What may stand between a number and a counted unit: `2M tokens`."""

EXAMPLES: dict[Dimension, str] = {
    Dimension.NUMBER: "`0.5`",
    Dimension.SHARE: "`15%`",
    Dimension.BYTES: "`24GiB`",
    Dimension.TIME: "`2h`, `90s`, `200ms`",
    Dimension.MONEY: "`10 USD`",
    Dimension.EPOCHS: "`3 epochs`",
    Dimension.STEPS: "`500 steps`",
    Dimension.TOKENS: "`512 tokens`, `2M tokens`",
    Dimension.ROWS: "`100 rows`",
}
"""How a value of each dimension is written, for messages."""

TITLES: dict[Dimension, str] = {
    Dimension.NUMBER: "a plain number",
    Dimension.SHARE: "a share",
    Dimension.BYTES: "an amount of memory",
    Dimension.TIME: "a time",
    Dimension.MONEY: "an amount of money",
    Dimension.EPOCHS: "a count of epochs",
    Dimension.STEPS: "a count of steps",
    Dimension.TOKENS: "a count of tokens",
    Dimension.ROWS: "a count of rows",
}
"""What each dimension is called, for messages."""
