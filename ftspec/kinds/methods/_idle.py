"""Rank that does nothing: the update of a matrix has no higher rank than the matrix has rows or columns."""

from __future__ import annotations

from collections.abc import Iterable

from ftspec.kinds.methods._modules import Matrix


def idle_rank(
    ranks: Iterable[tuple[Matrix, int]], argument: str, *, patterns: bool = False
) -> tuple[str, str, str] | None:
    """What to say of the narrowest matrix whose rank exceeds its width; None where no rank does.

    Args:
        ranks: The targets, each with its rank.
        argument: Which argument sets the rank.
        patterns: Whether a target may have a rank of its own.
    """
    beyond = [(_width(matrix), matrix, rank) for matrix, rank in ranks if rank > _width(matrix)]
    if not beyond:
        return None
    width, matrix, rank = min(beyond, key=lambda each: each[0])
    name = matrix.module.rpartition(".")[2]
    message = (
        f"an update of `{name}`, {matrix.inputs} × {matrix.outputs}, has no rank above {width}, and {rank} is paid for"
    )
    own = f", or give it one of its own: `patterns = [at({name}, rank = {width})]`" if patterns else ""
    return message, f"write `{argument} = {width}` or less{own}", argument


def _width(matrix: Matrix) -> int:
    return min(matrix.inputs, matrix.outputs)
