"""What a search tried before this run: every trial with its settings and its score, the winner marked."""

from __future__ import annotations

from dataclasses import dataclass

from ftspec.report import numbers
from ftspec.report.charts import trials as chart
from ftspec.report.charts.svg import Drawing
from ftspec.report.read import Search, Trial

_WIDTH = 220


@dataclass(frozen=True, slots=True)
class TrialView:
    """One trial."""

    number: int
    settings: tuple[tuple[str, str], ...]
    """Path and value of each setting that was drawn."""

    value: str
    interval: str
    drawing: Drawing | None
    verdict: str
    """`pass` for the winner, `fail` where there is no score, else `none`: the colour of the word."""

    word: str
    reason: str
    """Why there is no score; empty where there is one."""


@dataclass(frozen=True, slots=True)
class SearchView:
    """All trials."""

    metric: str
    sentence: str
    trials: tuple[TrialView, ...]


def search(found: Search | None) -> SearchView | None:
    """The trials in the order they ran; None for a run without a search."""
    if found is None or not found.trials:
        return None
    views = tuple(_trial(found, number, each) for number, each in enumerate(found.trials, 1))
    return SearchView(found.metric, _sentence(found, views), views)


def _sentence(found: Search, views: tuple[TrialView, ...]) -> str:
    way = "highest" if found.direction == "maximize" else "lowest"
    best = next((view for view in views if view.verdict == "pass"), None)
    won = f": trial {best.number}, {best.value}" if best is not None else ""
    many = f"{len(views)} trials" if len(views) > 1 else "one trial"
    return f"The {way} of {many} by {found.metric}{won}."


def _trial(found: Search, number: int, trial: Trial) -> TrialView:
    value, interval = _shown(found, trial.value), _interval(found, trial)
    title = f"trial {number}: {value or 'no score'}{f', {interval}' if interval else ''}"
    drawn = (
        chart.draw(trial.value, trial.interval, _all_values(found), _WIDTH, title, trial.best)
        if trial.value is not None
        else None
    )
    scored = trial.value is not None
    return TrialView(
        number=number,
        settings=tuple(_setting(each) for each in trial.settings),
        value=value,
        interval=f"{interval}, n = {trial.n}" if interval and trial.n else interval,
        drawing=drawn,
        verdict="pass" if trial.best else "none" if scored else "fail",
        word="best" if trial.best else "tried" if scored else "no score",
        reason="" if scored else trial.failure or "the metric could not be computed",
    )


def _setting(text: str) -> tuple[str, str]:
    path, _, value = text.partition("=")
    return path.strip(), value.strip()


def _shown(found: Search, value: float | None) -> str:
    return "" if value is None else numbers.metric(value, ratio=found.ratio, unit=found.unit)


def _interval(found: Search, trial: Trial) -> str:
    if trial.interval is None:
        return ""
    low, high = (_shown(found, end) for end in trial.interval)
    unit = f"{numbers.THIN}%"
    return f"{low.removesuffix(unit)} … {high}"


def _all_values(found: Search) -> list[float]:
    values = [each.value for each in found.trials if each.value is not None]
    return [*values, *(end for each in found.trials if each.interval for end in each.interval)]
