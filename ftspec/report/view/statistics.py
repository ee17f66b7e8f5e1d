"""Statistics of the rows that train: lengths, words that the tokenizer cuts up, how rows differ, who is spoken of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ftspec.report import numbers
from ftspec.report.charts.parts import single
from ftspec.report.charts.svg import Drawing

_TERMS = 10
_KINDS = ("row", "prompt", "answer")


@dataclass(frozen=True, slots=True)
class Bar:
    """One value with a bar for its share."""

    name: str
    value: str
    note: str
    bar: Drawing


@dataclass(frozen=True, slots=True)
class Group:
    """How often each value of a field occurs."""

    field: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class StatisticsView:
    """Statistics of one part of a data set."""

    title: str
    lengths: tuple[tuple[str, tuple[str, ...]], ...]
    """Tokens of whole rows, prompts and answers: smallest, median, 90 %, largest, mean."""

    vocabulary: str
    terms: tuple[Bar, ...]
    """Words that are cut into many pieces, with the tokens that they cost."""

    diversity: tuple[Bar, ...]
    groups: tuple[Group, ...]


def described(found: Mapping[str, Any]) -> StatisticsView:
    """What `ftspec.data.statistics` found, as the run kept it."""
    split = "" if found["split"] == "all" else f".{found['split']}"
    return StatisticsView(
        title=f"{found['data']}{split}",
        lengths=tuple((name, _lengths(found["lengths"][name])) for name in _KINDS if name in found["lengths"]),
        vocabulary=_vocabulary(found["vocabulary"]),
        terms=_terms(found["vocabulary"]["split"][:_TERMS]),
        diversity=_diversity(found["diversity"]),
        groups=tuple(Group(field, _shares(counts)) for field, counts in found["groups"].items()),
    )


def _lengths(each: Mapping[str, float]) -> tuple[str, ...]:
    whole = tuple(numbers.count(int(each[key])) for key in ("smallest", "median", "ninety_percent", "largest"))
    return (*whole, f"{each['mean']:.1f}")


def _vocabulary(known: Mapping[str, Any]) -> str:
    words = f"{numbers.count(known['words'])} words, {numbers.count(known['distinct'])} of them distinct"
    unknown = f"; {numbers.count(known['unknown'])} tokens are unknown to it" if known["unknown"] else ""
    return f"{words}: the tokenizer writes a word in {known['tokens_per_word']:.2f} tokens{unknown}."


def _terms(terms: list[Mapping[str, Any]]) -> tuple[Bar, ...]:
    most = max((each["tokens"] * each["count"] for each in terms), default=1)
    return tuple(
        Bar(
            each["word"],
            f"{each['tokens']} × {numbers.count(each['count'])}",
            "",
            single(each["tokens"] * each["count"] / most, f"{each['word']}: {each['tokens'] * each['count']} tokens"),
        )
        for each in terms
    )


def _diversity(found: Mapping[str, float]) -> tuple[Bar, ...]:
    said = {
        "distinct_1": ("distinct words", "among all words"),
        "distinct_2": ("distinct pairs of words", "among all pairs"),
        "self_similarity": ("words that two rows share", "on average"),
    }
    return tuple(
        Bar(name, numbers.share(found[key]), note, single(found[key], f"{name}: {numbers.share(found[key])}"))
        for key, (name, note) in said.items()
    )


def _shares(counts: Mapping[str, int]) -> tuple[Bar, ...]:
    total = sum(counts.values()) or 1
    return tuple(
        Bar(name, numbers.count(count), numbers.share(count / total), single(count / total, f"{name}: {count}"))
        for name, count in sorted(counts.items(), key=lambda each: (-each[1], each[0]))
    )
