"""FT322: a gate that could never have a value, said before anything is trained."""

from __future__ import annotations

from collections.abc import Iterator

from ftspec.compile.codes import NO_REWARD_MODEL, UNKNOWN_COST, UNMEASURABLE
from ftspec.compile.defaults import metric_of, objective_of, scores_of
from ftspec.compile.lower.draft import Draft
from ftspec.kinds.metrics import Metric, Need
from ftspec.plan.facts import DataFacts
from ftspec.spec.rules import Score
from ftspec.text.suggest import similar

_WITHOUT_ANSWERS = {"text": "plain text, which asks for no answer", "prompt": "prompts without an answer"}


def check_measurable(draft: Draft) -> None:
    """Hold every score of every rule against what the data and the models are."""
    for number, rule in enumerate(draft.spec.gates.rules):
        path = f"gates.rules.{number}"
        for score in scores_of(rule):
            metric = metric_of(score)
            for message, help in _faults(draft, score, metric):
                draft.report(UNMEASURABLE, message, path, help)
            _check_judge(draft, metric, path)
            if rule.verb == "require":
                _check_price(draft, metric, path)


def _faults(draft: Draft, score: Score, metric: Metric) -> Iterator[tuple[str, str]]:
    """What each of the score's data lacks, and the remedy."""
    for use in score.uses:
        facts = draft.facts.data.get(use.data)
        if facts is not None:
            yield from _field_faults(use.data, facts, metric)
            yield from _format_faults(use.data, facts, metric)
            yield from _label_faults(use.data, facts, metric)


def _field_faults(data: str, facts: DataFacts, metric: Metric) -> Iterator[tuple[str, str]]:
    field = metric.field
    if field is not None and facts.fields and field not in facts.fields:
        near = similar(field, facts.fields)
        known = ", ".join(f"`{each}`" for each in facts.fields[:8])
        yield f"the rows of `{data}` have no field `{field}`", f"write `{near}`" if near else f"they have {known}"


def _format_faults(data: str, facts: DataFacts, metric: Metric) -> Iterator[tuple[str, str]]:
    if metric.compares and facts.format in _WITHOUT_ANSWERS:
        what = f"`{metric.keyword()}` compares answers, and `{data}` is {_WITHOUT_ANSWERS[facts.format]}"
        yield what, "measure it on rows with a prompt and an answer"
    if metric.need is Need.PREFERENCES and facts.format != "preference":
        what = f"`{metric.keyword()}` reads pairs of a chosen and a rejected answer, and `{data}` is {facts.format}"
        yield what, "name data with `format = preference`"


def _label_faults(data: str, facts: DataFacts, metric: Metric) -> Iterator[tuple[str, str]]:
    label = getattr(metric, "label", None)
    if not metric.compares or label is None:
        return
    known = {name.strip() for counts in facts.labels.values() for each in counts for name in each.split(",")}
    whole = {name for counts in facts.labels.values() for name in counts}
    if known and label not in known | whole:
        near = similar(label, sorted(whole))
        shown = ", ".join(f"`{each}`" for each in sorted(whole)[:8])
        yield f"no row of `{data}` expects `{label}`", f"write `{near}`" if near else f"they expect {shown}"


def _check_judge(draft: Draft, metric: Metric, path: str) -> None:
    """A reward is what a reward model gives; a language model reads and says which answer is better."""
    judge = metric.stages()[-1] if metric.need is Need.REWARDS and metric.stages() else None
    train = draft.spec.trains.get(judge) if judge is not None else None
    if train is not None and objective_of(train).outputs != 1:
        message = f"`{judge}` gives no rewards: it learns by `{objective_of(train).keyword()}`"
        draft.report(NO_REWARD_MODEL, message, path, "name a train with `objective = reward()`")


def _check_price(draft: Draft, metric: Metric, path: str) -> None:
    """What answers cost is known where an hour's price is."""
    priced = "hourly_cost" not in type(metric).model_fields or getattr(metric, "hourly_cost", None) is not None
    if not priced and draft.facts.target.hourly_cost is None:
        message = f"no price is known for {draft.facts.target.name}"
        draft.report(UNKNOWN_COST, message, path, "write `hourly_cost = 2 USD` here, or in `hardware`")
