"""FT322: a gate that could never have a value, said before anything is trained."""

from __future__ import annotations

from collections.abc import Iterator

from ftspec.compile.codes import NO_REWARD_MODEL, UNKNOWN_COST, UNMEASURABLE
from ftspec.compile.defaults import final_train, metric_of, objective_of, root_model, scores_of
from ftspec.compile.lower.draft import Draft
from ftspec.kinds.metrics import Metric, Need
from ftspec.plan.facts import DataFacts
from ftspec.plan.heads import why_not_writing
from ftspec.spec.rules import Baseline, Rule, Score
from ftspec.spec.types import Use
from ftspec.text.suggest import similar

_WITHOUT_ANSWERS = {"text": "plain text, which asks for no answer", "prompt": "prompts without an answer"}

_OF_ANY_MODEL = frozenset({Need.MEMORY, Need.SIZE, Need.RATINGS})
"""What is seen of a model whether it writes or not."""


def check_measurable(draft: Draft) -> None:
    """Hold every score of every rule against what the data and the models are."""
    for number, rule in enumerate(draft.spec.gates.rules):
        path = f"gates.rules.{number}"
        for score in scores_of(rule):
            metric = metric_of(score)
            for message, help in _faults(draft, score, metric):
                draft.report(UNMEASURABLE, message, path, help)
            _check_writer(draft, rule, score, path)
            _check_judge(draft, metric, path)
            if rule.verb == "require":
                _check_price(draft, metric, path)


def _faults(draft: Draft, score: Score, metric: Metric) -> Iterator[tuple[str, str]]:
    """What each of the score's data lacks, and the remedy."""
    for use in score.uses:
        facts = draft.facts.data.get(use.data)
        if facts is not None:
            yield from _row_faults(use, facts)
            yield from _field_faults(use.data, facts, metric)
            yield from _format_faults(use.data, facts, metric)
            yield from _label_faults(use.data, facts, metric)


def _row_faults(use: Use, facts: DataFacts) -> Iterator[tuple[str, str]]:
    rows = facts.splits.get(use.split, 0) if use.split is not None else facts.rows
    if not rows:
        yield f"`{use}` has no rows", f"give it a share: `split {{ {use.split or 'test'} = 15% }}`, or name other data"


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


def _check_writer(draft: Draft, rule: Rule, score: Score, path: str) -> None:
    """A `model` block as it is has no head for classes or rewards: what does not write can only be weighed."""
    model = score.of if score.of in draft.spec.models else _model_before(draft, rule, score)
    if model is None or metric_of(score).need in _OF_ANY_MODEL:
        return
    why = why_not_writing(draft.facts.models[model])
    if why is not None:
        message = f"`{metric_of(score).keyword()}` of `{model}` can have no value before training: {why}"
        draft.report(UNMEASURABLE, message, path, "compare with a number, and measure the stage that is trained")


def _model_before(draft: Draft, rule: Rule, score: Score) -> str | None:
    """The model whose score `baseline` stands for; None where the rule does not ask for it."""
    from ftspec.compile.read.conditions import leaves_of

    leaves = leaves_of(rule.condition) if rule.condition is not None else []
    if not any(isinstance(each, Baseline) and each.model == "baseline" for each in leaves):
        return None
    return root_model(draft.spec, score.of or final_train(draft.spec))


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
