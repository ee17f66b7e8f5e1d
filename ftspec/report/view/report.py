"""The whole report as data: every section, decided."""

from __future__ import annotations

from dataclasses import dataclass

from ftspec.report.read import RunFolder
from ftspec.report.view.answers import AnswersView, compared, labels
from ftspec.report.view.costs import Costs, costs
from ftspec.report.view.data import DataView, data
from ftspec.report.view.environment import Environment, environment
from ftspec.report.view.gates import GateView, confidence, gates
from ftspec.report.view.general import Calibration, Kept, calibration, forgetting
from ftspec.report.view.headline import Headline, headline
from ftspec.report.view.samples import SampleView, samples
from ftspec.report.view.search import SearchView, search
from ftspec.report.view.settings import SettingGroup, groups
from ftspec.report.view.training import StageView, stages


@dataclass(frozen=True, slots=True)
class Report:
    """What the page shows, in its order."""

    headline: Headline
    gates: tuple[GateView, ...]
    confidence: str
    """`95 %`: of the intervals."""

    answers: tuple[AnswersView, ...]
    samples: tuple[SampleView, ...]
    search: SearchView | None
    stages: tuple[StageView, ...]
    forgetting: tuple[Kept, ...]
    calibration: tuple[Calibration, ...]
    data: tuple[DataView, ...]
    settings: tuple[SettingGroup, ...]
    costs: Costs
    environment: Environment


def report(run: RunFolder) -> Report:
    """The report of a run, as far as the run has come."""
    return Report(
        headline=headline(run),
        gates=gates(run.plan, run.verdict, run.items),
        confidence=confidence(run.verdict),
        answers=compared(run),
        samples=samples(run.samples),
        search=search(run.search),
        stages=stages(run.plan, run.history),
        data=data(run.plan, labels(run), run.statistics, run.history),
        forgetting=forgetting(run),
        calibration=calibration(run),
        settings=groups(run.plan),
        costs=costs(run.plan, run.history),
        environment=environment(run.plan, run.history),
    )
