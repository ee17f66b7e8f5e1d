"""The `gates` block becomes measurements, the steps that take and judge them, and the plan's gates."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from ftspec.compile.defaults import final_train, metric_of, objective_of, root_model, scores_of
from ftspec.compile.lower.draft import Draft, argument_text
from ftspec.kinds.metrics import Need
from ftspec.plan.plan import Gate
from ftspec.plan.steps import Decide, Evaluate, Generation, Measurement, PlannedUse
from ftspec.spec.rules import Arithmetic, Baseline, Comparison, Logic, Reading, Rule, Score

ROOM = 8
"""Tokens beyond the longest expected answer, so that a wrong answer can be told from a cut one."""


def evaluation(draft: Draft) -> tuple[Evaluate, Decide, tuple[Gate, ...]]:
    """What is measured, how it is judged, and by which rules."""
    gates = draft.spec.gates
    taken: dict[str, Measurement] = {}
    planned = tuple(_gate(draft, rule, taken) for rule in gates.rules)
    evaluate = Evaluate(
        id="evaluate",
        measurements=tuple(taken.values()),
        generation=_generation(draft, gates.rules),
        samples=gates.samples,
        needs=_needs(draft, taken),
    )
    decide = Decide(
        id="decide",
        confidence=gates.confidence,
        correction=gates.correction,
        seed=gates.seed,
        needs=("evaluate",),
    )
    return evaluate, decide, planned


def _needs(draft: Draft, taken: dict[str, Measurement]) -> tuple[str, ...]:
    subjects = [each.subject for each in taken.values() if each.subject != "shipped"]
    scores = (score for rule in draft.spec.gates.rules for score in scores_of(rule))
    makers = [maker for score in scores for maker in metric_of(score).stages()]
    if makers or any(each.metric["name"] == "human_preference" for each in taken.values()):
        # People compare with the model before training unless the spec names another, and samples show it first.
        subjects.append(f"model.{root_model(draft.spec, final_train(draft.spec))}")
    subjects += [f"{'train' if maker in draft.spec.trains else 'model'}.{maker}" for maker in makers]
    data = (use.data for each in taken.values() for use in each.uses)
    return tuple(dict.fromkeys((*subjects, *data, "export")))


def _gate(draft: Draft, rule: Rule, taken: dict[str, Measurement]) -> Gate:
    lowering = _Lowering(draft, taken)
    condition = lowering.condition(rule.condition) if rule.condition is not None else None
    if rule.score is not None:
        lowering.score(rule.score)
    lowering.show_baseline(rule)
    return Gate(
        verb=rule.verb,
        rule=rule.text,
        condition=condition,
        measurement=lowering.first or "",
        baseline=lowering.baseline,
        because=rule.because,
    )


class _Lowering:
    """Replaces the scores and baselines of one rule by readings of measurements."""

    def __init__(self, draft: Draft, taken: dict[str, Measurement]) -> None:
        self.draft, self.taken = draft, taken
        self.first: str | None = None
        self.baseline: str | None = None

    def condition(self, node: Comparison | Logic) -> Any:
        """The condition with readings in place of scores."""
        if isinstance(node, Logic):
            return node.model_copy(update={"left": self.condition(node.left), "right": self.condition(node.right)})
        score = next(each for each in _leaves(node) if isinstance(each, Score))
        changes = {"left": self._value(node.left, score), "right": self._value(node.right, score)}
        return node.model_copy(update=changes)

    def _value(self, node: Any, score: Score) -> Any:
        match node:
            case Score():
                return self.score(node)
            case Baseline():
                return self._baseline(score, node)
            case Arithmetic():
                changes = {"left": self._value(node.left, score), "right": self._value(node.right, score)}
                return node.model_copy(update=changes)
            case _:
                return node

    def score(self, score: Score) -> Reading:
        """A measurement on the model that the score is about."""
        spec = self.draft.spec
        is_model = score.of in spec.models
        stage = "export" if score.of in (None, final_train(spec)) else f"train.{score.of}"
        reading = self._measure(score, f"model.{score.of}" if is_model else stage)
        self.first = self.first or reading.measurement
        return reading

    def _baseline(self, score: Score, node: Baseline) -> Reading:
        if node.model == "shipped":
            reading = self._measure(score, "shipped")
        else:
            spec = self.draft.spec
            root = score.of if score.of in spec.models else root_model(spec, score.of or final_train(spec))
            reading = self._measure(score, f"model.{root}")
        self.baseline = reading.measurement
        return reading

    def show_baseline(self, rule: Rule) -> None:
        """Takes the base model's value too where the rule does not ask for it: people read the two side by side."""
        score = scores_of(rule)[0]
        if self.baseline is None and metric_of(score).need in _SHOWN_BESIDE:
            self._baseline(score, Baseline())

    def _measure(self, score: Score, subject: str) -> Reading:
        uses = tuple(PlannedUse(data=f"data.{use.data}", split=use.split or "all") for use in score.uses)
        id = _name(score) if subject == "export" else f"{_name(score)} @ {subject}"
        metric = score.metric.model_dump() | {}
        if metric_of(score).runs_code:
            metric["arguments"] = {**metric["arguments"], "sha256": self._hash(metric["arguments"]["file"])}
        if "hourly_cost" in metric["arguments"] and metric["arguments"]["hourly_cost"] is None:
            metric["arguments"] = {**metric["arguments"], "hourly_cost": self.draft.facts.target.hourly_cost}
        self.taken.setdefault(id, Measurement(id=id, metric=metric, uses=uses, subject=subject))
        return Reading(measurement=id)

    def _hash(self, file: str) -> str:
        """Of code that a metric runs: what the plan was reviewed with is what runs."""
        path = self.draft.spec.root / file
        return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def _leaves(node: Any) -> list[Any]:
    if isinstance(node, Arithmetic | Comparison | Logic):
        return _leaves(node.left) + _leaves(node.right)
    return [node]


def _name(score: Score) -> str:
    """The score as written, with the arguments that differ from their defaults."""
    fields = type(score.metric).model_fields
    changed = [
        f"{name} = {argument_text(value)}"
        for name, value in score.metric.arguments().items()
        if value != fields[name].get_default()
    ]
    return f"{score.metric.keyword()}({', '.join((*map(str, score.uses), *changed))})"


_SHOWN_BESIDE = frozenset({Need.ANSWERS, Need.TOKEN_LOSSES})
"""What the base model is observed for anyway, for the samples of the report and for other gates."""

_GENERATING = frozenset({Need.ANSWERS, Need.TIMINGS, Need.BATCH_TIMINGS, Need.REWARDS, Need.DUELS, Need.SWAPS})


def _generation(draft: Draft, rules: Sequence[Rule]) -> Generation:
    """Room for the longest expected answer of the data that answers are generated for."""
    scores = [score for rule in rules for score in scores_of(rule)]
    uses = {(use.data, use.split or "all") for s in scores if metric_of(s).need in _GENERATING for use in s.uses}
    known = [t.longest_answer for (data, split, _), t in draft.facts.tokens.items() if (data, split) in uses]
    # Prompts alone have no answers: theirs are as long as those that the stages learn from, or draw themselves.
    longest = max(known) if known and all(known) else max([*known, *_learned(draft)], default=0) or 256
    on_cuda = draft.facts.target.kind == "cuda"
    return Generation(max_new_tokens=longest + ROOM, batch_tokens=65_536 if on_cuda else 4096)


def _learned(draft: Draft) -> list[int]:
    """The longest answers of the stages: in the rows that they train on, and of their own."""
    spec, found = draft.spec, []
    for train in spec.trains.values():
        use = train.data
        of_rows = (
            t for (data, part, _), t in draft.facts.tokens.items() if (data, part) == (use.data, use.split or "all")
        )
        found += [t.longest_answer for t in of_rows]
        found.append(getattr(objective_of(train), "max_new_tokens", 0))
    return found
