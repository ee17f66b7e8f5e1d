"""Models that take part beside the one that trains or is measured: who draws, who answers, who judges."""

from __future__ import annotations

from typing import Any

from ftspec.kinds.methods import Method
from ftspec.kinds.metrics import Metric
from ftspec.kinds.registry import find, keywords, make
from ftspec.plan.facts import Facts
from ftspec.plan.resources import estimate
from ftspec.plan.resources.drawing import DRAWN
from ftspec.plan.resources.generating import Generating, Turn
from ftspec.plan.resources.judging import JUDGE, OPPONENT
from ftspec.plan.resources.others import Other, others_in
from ftspec.plan.steps import Measurement
from tests.plan.plans import CPU, GIB, TEST, call, evaluate, export, model, tickets, tokens, train
from tests.plan.test_resources import NF4, facts_of


def test_objectives_that_draw_answers_are_known() -> None:
    """An objective that cuts answers draws them; one that is not known here would be planned without its drawing."""
    cut = {name for name in keywords("objectives") if "max_new_tokens" in find("objectives", name).model_fields}
    assert cut == set(DRAWN)


def test_what_metrics_call_opponent_and_judge() -> None:
    for name in keywords("metrics"):
        found = find("metrics", name)
        if issubclass(found, Metric) and found.stages is not Metric.stages:
            named = [each for each in (OPPONENT, JUDGE) if each in found.model_fields]
            made = found.model_construct(**{each: each for each in named})
            assert made.stages() == tuple(named), name


def planned(judge: str, **arguments: Any) -> Any:
    """A small model that is trained, and judged by an 8B one."""
    metric = call("win_rate", over="critic", judge=judge, rubric="Compare.", **arguments)
    asked = Measurement(id="win_rate(tickets.test)", metric=metric, uses=(TEST,), subject="export")
    critic = model(id="model.critic", quantization=NF4)
    facts = {"base": facts_of("openai-community/gpt2"), "critic": facts_of("meta-llama/Llama-3.1-8B")}
    steps = (model(), critic, tickets(), train(), export(), evaluate(measurements=(asked,)))
    known = Facts(CPU, facts, tokens={("tickets", "test", "base"): tokens(rows=68)}, data={"tickets": data_facts()})
    return estimate(steps, known, CPU)


def data_facts() -> Any:
    """Only the sizes of the parts are read."""
    from types import SimpleNamespace

    return SimpleNamespace(splits={"train": 344, "validation": 46, "test": 68})


def test_a_judge_counts_where_it_is_larger_than_what_trains() -> None:
    found = planned("critic")
    assert found.memory.step == "evaluate"
    assert 7 * GIB < found.memory.parts["weights"] < 9 * GIB
    assert "3.6 GB in linear layers (4.127 bits a weight)" in found.memory.weights_sum


def test_a_judge_is_asked_in_both_orders() -> None:
    both, answers = planned("critic").time_parts["evaluate"], planned("nobody").time_parts["evaluate"]
    assert both > 1.5 * answers


def test_who_writes_with_an_adapter_takes_longer() -> None:
    """Every module that carries one starts operations of its own; the same weights without one start fewer."""
    made = make("methods", call("lora", rank=16))
    assert isinstance(made, Method)
    facts = facts_of("meta-llama/Llama-3.1-8B")
    steps = (model(), train(adaptation=made.adaptation(facts)))
    bare, carrying = others_in(("model.base", "train.router"), steps, Facts(CPU, {"base": facts}))
    assert (bare.adapters, carrying.adapters) == (0, 7)
    one, other = (_writing(each) for each in (bare, carrying))
    assert one < other < 1.5 * one


def _writing(maker: Other) -> float:
    """Seconds in which a model writes 64 answers."""
    found = Generating(
        "generate.a", (Turn(0, 1),), 64, tokens(rows=64), (maker,), new=16, batch_tokens=4096, target=CPU
    )
    return found.seconds
