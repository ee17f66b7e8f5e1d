"""The order in which rows train, where it is not chance: by a field, or by length."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ftspec.data import codes
from ftspec.data.faults import Fault, Unusable
from ftspec.data.row import Row

if TYPE_CHECKING:
    from ftspec.kinds.curricula import Curriculum
    from ftspec.model.tokenizer import Tokenizer


def in_curriculum(rows: Sequence[Row], order: Curriculum, tokenizer: Tokenizer | None) -> tuple[list[Row], list[Fault]]:
    """The rows in order, equal ones as they stood, and the faults of those that have no place in it.

    Raises `Unusable` where tokens are to be counted and there is no tokenizer.
    """
    if order.field is None:
        return _by_length(rows, order, tokenizer), []
    name = order.field
    usual = str if sum(isinstance(row.fields.get(name), str) for row in rows) * 2 > len(rows) else float
    faults = [_fault(row, name, usual) for row in rows if not _is(row.fields.get(name), usual)]
    if faults:
        return list(rows), faults
    return sorted(rows, key=lambda row: row.fields[name], reverse=order.falls), []


def _by_length(rows: Sequence[Row], order: Curriculum, tokenizer: Tokenizer | None) -> list[Row]:
    from ftspec.data.encoding import lengths

    if tokenizer is None:
        help = "fetch the model first, or order the rows by a field"
        raise Unusable(codes.NEEDS_TOKENIZER, "an order by length needs a tokenizer, and there is none", help)
    tokens = dict(zip((row.item for row in rows), lengths(rows, tokenizer), strict=True))
    return sorted(rows, key=lambda row: tokens[row.item], reverse=order.falls)


def _is(value: Any, usual: type) -> bool:
    return isinstance(value, str) if usual is str else isinstance(value, int | float) and not isinstance(value, bool)


def _fault(row: Row, name: str, usual: type) -> Fault:
    wanted = "a text" if usual is str else "a number"
    help = f"give every row {wanted} in `{name}`, or leave such rows out with `keep`"
    return Unusable(codes.WRONG_TYPE, f"has no {wanted[2:]} in `{name}`, by which rows are ordered", help).at(
        row.file, row.number
    )
