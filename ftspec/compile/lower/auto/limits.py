"""How much memory `auto` may use, and how many prompts it then generates for at a time."""

from __future__ import annotations

from ftspec.compile.lower.auto.micro_batch import HEADROOM
from ftspec.compile.lower.condition import limit_of
from ftspec.compile.lower.draft import Draft
from ftspec.plan.facts import Target
from ftspec.plan.resources import Estimate
from ftspec.plan.steps import Evaluate, Step

_FEWEST_TOKENS = 1024


def within_budget(draft: Draft) -> Target:
    """The device with no more memory than the spec's budget allows it."""
    target = draft.facts.target
    limits = (limit_of(rule.condition, "memory") for rule in draft.spec.budget.rules if rule.verb == "require")
    least = min((int(limit) for limit in limits if limit is not None), default=target.memory_bytes)
    return target.model_copy(update={"memory_bytes": min(least, target.memory_bytes)})


def fitted_evaluation(evaluate: Evaluate, before: tuple[Step, ...], draft: Draft) -> Evaluate:
    """The measurements with as many prompts at a time as memory has room for."""
    estimate = Estimate((*before, evaluate), draft.facts, draft.facts.target)
    limit = HEADROOM * within_budget(draft).memory_bytes
    generation = evaluate.generation
    while generation.batch_tokens > _FEWEST_TOKENS and estimate.evaluation_peak(generation) > limit:
        generation = generation.model_copy(update={"batch_tokens": generation.batch_tokens // 2})
    return evaluate.model_copy(update={"generation": generation})
