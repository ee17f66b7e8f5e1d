"""A plan's data, made again: from the same bytes, or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ftspec.data.faults import Unusable, diagnostics
from ftspec.data.prepared import Prepared, build
from ftspec.data.recipe import Recipe, from_step
from ftspec.errors import CannotRun
from ftspec.plan.steps import PrepareData

if TYPE_CHECKING:
    from ftspec.model.tokenizer import Tokenizer


def prepare(
    step: PrepareData,
    root: Path,
    tokenizer: Tokenizer | None = None,
    others: Mapping[str, Prepared] | None = None,
    written: Path | None = None,
    foreseen: bool = True,
) -> Prepared:
    """The rows that a plan's step describes.

    Args:
        step: The step.
        root: The spec's folder.
        tokenizer: That of the plan's first model; counts tokens for `min_tokens`, `max_tokens` and mixtures by tokens.
        others: By step id, the data that a mixture is made of (`step.needs`).
        written: The file of rows of a generated source, whose rows no plan can know.
        foreseen: Whether the plan knows the rows; not where models write some of them.

    Raises:
        CannotRun: a file is missing or differs from the plan's hash, or its rows no longer fit.
    """
    recipe = from_step(step)
    if written is not None:
        from ftspec.kinds.sources.jsonl import Jsonl

        recipe = replace(recipe, source=Jsonl(path=str(written.absolute())))
    else:
        _refuse_drift(step, recipe, root)
    parts = others or {}
    try:
        prepared = build(recipe, root, tokenizer, lambda name: parts[f"data.{name}"])
    except Unusable as error:
        raise CannotRun(error.message, error.help) from error
    if prepared.faults:
        first = diagnostics(prepared.faults, lambda _: None)[0]
        raise CannotRun(first.message, first.help)
    if foreseen and prepared.digest != step.digest:
        raise CannotRun(
            f"the rows of `{step.id.removeprefix('data.')}` are not those of the plan, though its files are",
            "the plan was made by another version of ftspec or its libraries: compile the spec again",
        )
    return prepared


def _refuse_drift(step: PrepareData, recipe: Recipe, root: Path) -> None:
    help = "compile the spec again to plan with the files as they are, or bring the files back"
    try:
        now = {facts.path: facts for facts in recipe.files(root)}
    except FileNotFoundError as error:
        raise CannotRun(f"there is no `{error.args[0]}`", "fetch the data, or mend the path") from error
    planned = {facts.path: facts for facts in step.files}
    for path in sorted(now.keys() | planned.keys()):
        if path not in now:
            raise CannotRun(f"`{path}` is gone since the plan was made", help)
        if path not in planned:
            raise CannotRun(f"`{path}` is new since the plan was made", help)
        if now[path].sha256 != planned[path].sha256:
            raise CannotRun(f"`{path}` has changed since the plan was made", help)
