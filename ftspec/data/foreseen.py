"""What is known of rows that models will write: how many, of which shape, and in which parts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ftspec.compile.defaults import generated_of, paraphrase_of, parts_of
from ftspec.data.pairs import WHOLE
from ftspec.data.recipe import Recipe, from_spec
from ftspec.plan.canonical import value_digest
from ftspec.plan.facts import DataFacts
from ftspec.spec.types import Use

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ftspec.kinds.sources._generated import Generated
    from ftspec.spec.data import Format, Split
    from ftspec.spec.spec import Spec


def expected_facts(spec: Spec, name: str, source: Generated, prompts: DataFacts) -> DataFacts:
    """The facts of generated data before it is there: no row is dropped, and shares come out even.

    Args:
        spec: The spec.
        name: The data set.
        source: Its source.
        prompts: The facts of the data whose prompts are answered.
    """
    recipe = from_spec(spec, name)
    rows = source.expected_rows(prompts.splits[source.prompts.split or WHOLE])
    digest = value_digest({"expected": recipe.record, "prompts": prompts.digest})
    return facts_without_rows(recipe, rows, lambda: source.format, digest, source.row_fields)


def facts_without_rows(
    recipe: Recipe, rows: int, otherwise: Callable[[], Format], digest: str, fields: tuple[str, ...] = ()
) -> DataFacts:
    """The facts of so many rows that nobody has read, in parts that come out even.

    Args:
        recipe: How they will be read.
        rows: How many.
        otherwise: Their format, where neither the spec nor a template says it.
        digest: What tells them from others.
        fields: What each row holds.
    """
    from ftspec.data.renderer import format_of

    roles = [role for role, _ in recipe.turns]
    return DataFacts(
        files=(),
        format=recipe.format or (format_of(roles, recipe.trained) if roles else otherwise()),
        recognised=False,
        template=recipe.turns,
        template_source=recipe.turns_source,
        trained_roles=tuple(dict.fromkeys(role for role in roles if role in recipe.trained)),
        fields=fields,
        rows_read=rows,
        rows=rows,
        splits={WHOLE: rows} if recipe.split is None else shares(rows, recipe.split),
        digest=digest,
    )


def mixes_generated(spec: Spec, name: str) -> bool:
    """Whether models write some of the rows of a mixture."""
    mixture = spec.data[name].mixture
    parts = parts_of(spec, Use(data=name)) if mixture is not None else []
    return any(generated_of(spec, part.data) or paraphrase_of(spec, part) for part in parts)


def mixture_facts(spec: Spec, name: str, known: Mapping[str, DataFacts]) -> DataFacts:
    """The facts of a mixture of such data: as many rows as when no row of any part is left out."""
    recipe = from_spec(spec, name)
    assert recipe.mixture is not None
    parts = recipe.mixture.parts
    sizes = [_expected(spec, part.use, known) / part.share for part in parts]
    rows = round(max(sizes) if recipe.mixture.when_exhausted == "repeat" else min(sizes))
    of = [known[part.use.data] for part in parts]
    formats = list(dict.fromkeys(each.format for each in of))
    return DataFacts(
        files=(),
        format=formats[0] if len(formats) == 1 else "chat",
        recognised=False,
        template_source="parts",
        trained_roles=tuple(sorted({role for each in of for role in each.trained_roles})),
        fields=tuple(sorted({field for each in of for field in each.fields})),
        rows_read=rows,
        rows=rows,
        splits={WHOLE: rows} if recipe.split is None else shares(rows, recipe.split),
        digest=value_digest({"expected": recipe.record, "parts": [each.digest for each in of]}),
    )


def _expected(spec: Spec, use: Use, known: Mapping[str, DataFacts]) -> int:
    """How many rows a use will have, with those that models add."""
    rows, paraphrase = known[use.data].splits[use.split or WHOLE], paraphrase_of(spec, use)
    return rows + (paraphrase.expected_rows(rows) if paraphrase is not None else 0)


def shares(rows: int, split: Split) -> dict[str, int]:
    """Rows by part, as if every share came out even."""
    held = {"validation": round(rows * split.validation), "test": round(rows * split.test)}
    train = rows - sum(held.values()) if split.train is None else round(rows * split.train)
    return {"train": train, **held}
