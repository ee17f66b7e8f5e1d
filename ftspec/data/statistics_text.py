"""Statistics for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from textwrap import wrap

from ftspec.data.statistics import Statistics
from ftspec.text.display import columns, printable

_BAR = 30
_NAME = 24


def render_statistics(found: Statistics, width: int = 80) -> str:
    """Lengths, labels, groups, vocabulary and diversity, with bars, in lines of at most `width` columns."""
    name = found.data if found.split == "all" else f"{found.data}.{found.split}"
    return "\n".join([f"{name}: {found.rows} rows", *_lengths(found), *_counts(found), *_words(found, width)]) + "\n"


def _lengths(found: Statistics) -> Iterator[str]:
    yield ""
    yield f"{'tokens':<10}{'smallest':>10}{'median':>10}{'90 %':>10}{'largest':>10}{'mean':>10}"
    for name, each in found.lengths.items():
        row = f"{each.smallest:>10}{each.median:>10}{each.ninety_percent:>10}{each.largest:>10}{each.mean:>10.1f}"
        yield f"{name:<10}{row}"


def _counts(found: Statistics) -> Iterator[str]:
    if found.labels:
        yield from _bars("answers", found.labels)
    for field, counts in found.groups.items():
        yield from _bars(field, counts)


def _bars(title: str, counts: Mapping[str, int]) -> Iterator[str]:
    yield ""
    yield title
    most, total = max(counts.values()), sum(counts.values())
    for value, count in counts.items():
        shown = _shortened(printable(" ".join(value.split())))
        shown += " " * (_NAME - columns(shown))
        bar = "█" * max(1, round(_BAR * count / most))
        yield f"  {shown} {bar:<{_BAR}} {count:>6,} {100 * count / total:>6.1f} %"


def _shortened(text: str) -> str:
    """The text in at most `_NAME` columns."""
    if columns(text) <= _NAME:
        return text
    while columns(text) >= _NAME:
        text = text[:-1]
    return text + "…"


def _words(found: Statistics, width: int) -> Iterator[str]:
    known, diverse = found.vocabulary, found.diversity
    yield ""
    unknown = f", {known.unknown} tokens unknown" if known.unknown else ""
    counts = f"{known.words:,} words, {known.distinct:,} distinct"
    yield f"vocabulary  {counts}, {known.tokens_per_word:g} tokens a word{unknown}"
    if known.split:
        glue = "\xa0"  # no line breaks here
        shown = ", ".join(f"{term.word}{glue}{term.tokens}{glue}×{glue}{term.count}" for term in known.split[:8])
        text = f"heavily split, tokens × times: {shown}"
        lines = wrap(text, width, initial_indent=" " * 12, subsequent_indent=" " * 12)
        yield from (line.replace(glue, " ") for line in lines)
        yield " " * 12 + "`vocabulary { add }` in the model block gives each of them a token"
    yield (
        f"diversity   distinct-1 {diverse.distinct_1:.3f}, distinct-2 {diverse.distinct_2:.3f}, "
        f"self-similarity {diverse.self_similarity:.3f}"
    )
