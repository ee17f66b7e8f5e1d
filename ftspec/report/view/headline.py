"""The top of the report: the verdict, the sentence that explains it, and the numbers that changed most."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import assert_never

from ftspec.evaluate.results import GateResult, Verdict
from ftspec.plan.plan import Plan
from ftspec.report import numbers
from ftspec.report.history import State
from ftspec.report.read import RunFolder
from ftspec.report.view.costs import took
from ftspec.report.view.environment import run_path
from ftspec.report.view.fact import Fact
from ftspec.report.view.gate_words import baseline_of, change_of, shown_verdict, value_of
from ftspec.report.view.unended import unended

_WORDS = {"pass": "Pass", "fail": "Fail", "inconclusive": "Inconclusive", "none": "No verdict"}
_MOST_FIGURES = 4


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """One score, before and after."""

    name: str
    before: str
    """`before training 33.8 %`; empty without a baseline."""

    after: str
    change: str
    verdict: str


@dataclass(frozen=True, slots=True)
class Headline:
    """What a reader with ten seconds sees."""

    name: str
    goal: str
    tags: tuple[str, ...]
    verdict: str
    """`pass`, `fail`, `inconclusive`, `none`."""

    word: str
    sentence: str
    figures: tuple[KeyFigure, ...]
    facts: tuple[Fact, ...]
    notes: tuple[str, ...]
    shipped: str = ""
    """What `shipped` in the rules is, where one asks."""


def headline(run: RunFolder) -> Headline:
    """From the verdict, or from how the run ended when there is none."""
    verdict, spec = run.verdict, run.plan.spec
    state = verdict.verdict if verdict else "none"
    return Headline(
        name=spec.name,
        goal=spec.goal or "",
        tags=tuple(tag for tag in (spec.kind, f"owner {spec.owner}" if spec.owner else None) if tag),
        verdict=state,
        word=_WORDS[state],
        sentence=sentence(verdict) if verdict else _without_verdict(run),
        figures=_figures(run.plan, verdict) if verdict else (),
        facts=tuple(_facts(run)),
        notes=(*_mismatch(run), *unended(run.plan, run.items), *_waived(run), *run.notes),
        shipped=_shipped(verdict),
    )


def _shipped(verdict: Verdict | None) -> str:
    if verdict is None or verdict.shipped is None:
        return ""
    if not verdict.shipped:
        return "Nothing has shipped before: rules about what shipped compare with the model before training."
    return f"Rules about what shipped compare with run {verdict.shipped}, the last one that did."


def _waived(run: RunFolder) -> Iterator[str]:
    for each in run.plan.waivers:
        yield f"Waived: {each['rule']}, because {each['because']}."


def sentence(verdict: Verdict) -> str:
    """`All 3 required gates pass.` or which ones do not; then the warnings."""
    required = [gate for gate in verdict.gates if gate.verb == "require"]
    warned = sum(gate.verb == "warn" and gate.verdict != "pass" for gate in verdict.gates)
    tail = f" {_plural(warned, 'warning')}." if warned else ""
    failed = [gate for gate in required if gate.verdict == "fail"]
    undecided = [gate for gate in required if gate.verdict == "inconclusive"]
    if (merged := verdict.disagreement) is not None:
        return f"The merged weights do not answer as the adapter does: {merged}.{tail}"
    if failed:
        return f"{_of(failed, required)} {'fails' if len(failed) == 1 else 'fail'}: {_named(failed)}.{tail}"
    if undecided:
        return f"{_of(undecided, required)} cannot be decided with the items there are: {_named(undecided)}.{tail}"
    if not required:
        return f"No gate is required, so nothing could fail.{tail}"
    whole = "The required gate passes" if len(required) == 1 else f"All {len(required)} required gates pass"
    return f"{whole}.{tail}"


def _of(some: list[GateResult], required: list[GateResult]) -> str:
    return f"{len(some)} of {_plural(len(required), 'required gate')}"


def _named(some: list[GateResult]) -> str:
    """The rules themselves, the first two of them."""
    more = f" and {len(some) - 2} more" if len(some) > 2 else ""
    return "; ".join(gate.rule for gate in some[:2]) + more


def _plural(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _without_verdict(run: RunFolder) -> str:
    history = run.history
    match history.state:
        case State.NOT_STARTED:
            return "The run has not started."
        case State.FAILED:
            return f"The run failed: {history.detail}"
        case State.STOPPED:
            return (
                f"The run was stopped {history.detail}. Running the same plan again goes on from the last checkpoint."
            )
        case State.UNFINISHED:
            return (
                "The run is not finished: it goes on now, or its process was killed. Running the plan again resumes it."
            )
        case State.FINISHED:
            return "The run finished, but its verdict.json is not there or cannot be read."
        case _:
            assert_never(history.state)


def _figures(plan: Plan, verdict: Verdict) -> tuple[KeyFigure, ...]:
    """The first scores, those that decide before the others. A score that two gates read is shown once."""
    scored = [gate for gate in verdict.gates if gate.value is not None]
    ranked = sorted(scored, key=lambda gate: gate.verb != "require")
    first: dict[str, GateResult] = {}
    for gate in ranked:
        first.setdefault(f"{gate.metric}({gate.data})", gate)
    shown = list(first.items())[:_MOST_FIGURES]
    return tuple(_figure(name, gate, baseline_of(plan, verdict, gate)) for name, gate in shown)


def _figure(name: str, gate: GateResult, against: str) -> KeyFigure:
    word = "shipped" if against == "shipped" else "before training"
    before = f"{word} {value_of(gate, gate.baseline)}" if gate.baseline is not None else ""
    return KeyFigure(name, before, value_of(gate, gate.value), change_of(gate), shown_verdict(gate.verb, gate.verdict))


def _facts(run: RunFolder) -> list[Fact]:
    history, verdict = run.history, run.verdict
    facts = [Fact("run", run_path(run.plan), code=True)]
    if history.began:
        facts.append(Fact("started", f"{history.began:%Y-%m-%d %H:%M} UTC"))
    if history.starts:
        note = f"in {len(history.starts)} starts" if len(history.starts) > 1 else ""
        facts.append(Fact("took", numbers.duration(took(history)), note))
    if verdict and verdict.artefact:
        for each in (verdict.artefact, *verdict.also):
            facts.append(Fact("artefact", f"{each.form}, sha256 {each.sha256[:12]}", code=True))
        if verdict.unscored:
            facts.append(Fact("not scored", ", ".join(verdict.unscored), "made from the weights that were scored"))
    return facts


def _mismatch(run: RunFolder) -> list[str]:
    verdict, plan = run.verdict, run.plan
    if verdict and verdict.digest != plan.digest:
        told = f"verdict.json is of plan {verdict.digest[:12] or '(none)'}, but plan.json is {plan.digest[:12]}"
        return [f"{told}: one of them was changed after the run"]
    return []
