"""What a change from one plan to another means."""

from __future__ import annotations

import json

import pytest

from ftspec.plan.diff import Change, Difference, Effect, difference, markdown, text, to_json
from ftspec.plan.facts import FileFacts
from ftspec.plan.plan import OriginRecord, Plan, SpecRecord
from ftspec.plan.steps import PlannedUse
from tests.plan import goldens
from tests.plan.plans import (
    GIB,
    MIB,
    adapter,
    call,
    decide,
    english,
    evaluate,
    export,
    forgetting,
    gate,
    memory,
    model,
    plan,
    resources,
    tickets,
    tokens,
    train,
)

HUB = {"repository": "org/name", "revision": "0" * 40}


def only(old: Plan, new: Plan) -> Change:
    """The one change there is."""
    [change] = difference(old, new).changes
    return change


def test_the_same_plan_differs_in_nothing() -> None:
    found = difference(plan(), plan())
    assert found == Difference("router", found.old_digest, found.old_digest, (), ())
    assert found.effect is Effect.NOTHING


def test_order_and_origins_are_nothing() -> None:
    records = {"train.router.seed": OriginRecord(value=0, by="spec", at="router.ft:3")}
    swapped = plan(gates=(forgetting(), gate()), origins=records)
    assert difference(plan(), swapped).effect is Effect.NOTHING


def test_a_learning_rate_asks_for_training() -> None:
    change = only(plan(), plan(train(tokens=tokens(), learning_rate=5e-4)))
    assert change == Change("router.learning_rate", "2e-4", "5e-4", Effect.RETRAIN)


def test_a_batch_speaks_of_steps_and_memory() -> None:
    new = plan(
        train(tokens=tokens(), batch_size=32, optimizer_steps=33),
        resources=resources(memory=memory(weights=10 * MIB, activations=3 * GIB), optimizer_steps=33),
    )
    change = only(plan(resources=resources(memory=memory(weights=10 * MIB, activations=2 * GIB))), new)
    assert change.path == "router.batch_size" and change.effect is Effect.RETRAIN
    assert change.consequences == ("66 → 33 steps", "memory 2.0 → 3.0 GiB")


def test_a_method_speaks_of_trainable_parameters() -> None:
    bigger = train(tokens=tokens(), method=call("lora", rank=32, alpha=32), adaptation=adapter(294_912))
    change = only(plan(), plan(bigger))
    assert (change.path, change.before, change.after) == ("router.method.rank", "16", "32")
    assert change.consequences == ("147,456 → 294,912 parameters train",)


def test_another_method_is_one_change() -> None:
    change = only(plan(), plan(train(tokens=tokens(), method=call("full"))))
    assert (change.path, change.after) == ("router.method", "full()")


def test_a_shorter_row_speaks_of_truncation() -> None:
    new = plan(train(tokens=tokens(truncated=40), max_length=64))
    assert "0 → 40 rows truncated" in only(plan(), new).consequences


def test_what_was_chosen_follows_and_is_not_listed() -> None:
    auto = {"train.router.micro_batch_size": OriginRecord(value=4, by="auto", reason="fits")}
    old = plan(origins=auto)
    new = plan(train(tokens=tokens(), micro_batch_size=2, accumulation=8, batch_size=8), origins=auto)
    assert [change.path for change in difference(old, new).changes] == ["router.batch_size"]


def test_a_choice_that_changes_alone_is_listed() -> None:
    auto = {"train.router.precision": OriginRecord(value="fp32", by="auto", reason="device")}
    change = only(plan(origins=auto), plan(train(tokens=tokens(), precision="bf16"), origins=auto))
    assert (change.path, change.effect) == ("router.precision", Effect.RETRAIN)


def test_a_length_is_shown_as_it_was_written() -> None:
    was = {"train.router.length": OriginRecord(value="3 epochs", by="spec")}
    now = {"train.router.length": OriginRecord(value="500 steps", by="spec")}
    change = only(plan(origins=was), plan(train(tokens=tokens(), optimizer_steps=500, epochs=22.7), origins=now))
    assert (change.path, change.before, change.after) == ("router.length", "3 epochs", "500 steps")
    assert change.consequences == ("66 → 500 steps",)


def test_new_and_removed_stages() -> None:
    second = plan(train(id="train.second", **{"from": "train.router"}))
    assert only(plan(), second).consequences == ("stage added",)
    assert only(second, plan()).consequences == ("stage removed",)


@pytest.mark.parametrize(
    ("old", "new", "alarm"),
    [
        (gate(threshold=0.9), gate(threshold=0.85), "loosened"),
        (gate(threshold=0.9), gate(threshold=0.95), None),
        (gate("<=", 0.1), gate("<=", 0.2), "loosened"),
        (gate("<=", 0.2), gate("<=", 0.1), None),
        (gate(">"), gate(">="), "loosened"),
        (gate(">="), gate(">"), None),
        (gate(), gate(verb="warn"), "loosened"),
        (gate(verb="report"), gate(), None),
        (forgetting(1.05), forgetting(1.2), "loosened"),
        (forgetting(1.05), forgetting(1.01), None),
    ],
)
def test_a_looser_gate_is_loud(old: object, new: object, alarm: str | None) -> None:
    change = only(plan(gates=(old,)), plan(gates=(new,)))
    assert change.effect is Effect.REEVALUATE and change.alarm == alarm and change.kind == "gate"


def test_a_removed_gate_is_loud_and_a_new_one_is_not() -> None:
    assert only(plan(), plan(gates=(forgetting(),))).alarm == "removed"
    assert only(plan(gates=(forgetting(),)), plan()).alarm is None
    assert only(plan(gates=(gate(verb="report"),)), plan(gates=())).alarm is None


def test_a_reason_is_metadata() -> None:
    change = only(plan(gates=(gate(),)), plan(gates=(gate(because="agreed with support"),)))
    assert change.effect is Effect.METADATA


def test_confidence_and_correction() -> None:
    strict = plan(decide(confidence=0.95, correction="holm"))
    assert [each.alarm for each in difference(strict, plan()).changes] == ["loosened", "loosened"]
    assert not difference(plan(), strict).alarms


def test_fewer_held_out_rows_are_loud() -> None:
    smaller = tickets(
        split={"train": None, "validation": 0.1, "test": 0.05, "stratify": "queue", "seed": 0},
        splits={"train": 390, "validation": 46, "test": 22}, digest="f" * 64,
    )  # fmt: skip
    change = only(plan(), plan(smaller))
    assert change.alarm == "more rows train, fewer are held out"
    assert change.consequences == ("train 344 → 390 rows", "test 68 → 22 rows")


def test_dealing_the_rows_anew_is_loud() -> None:
    again = tickets(
        split={"train": None, "validation": 0.1, "test": 0.15, "stratify": "queue", "seed": 1}, digest="f" * 64
    )
    assert only(plan(), plan(again)).alarm == "rows held out before may train now"


def test_training_on_all_of_the_data_is_loud() -> None:
    whole = train(tokens=tokens(), data=PlannedUse(data="data.tickets", split="all"))
    assert only(plan(), plan(whole)).alarm == "held-out rows train"


def test_the_content_of_training_data_asks_for_training() -> None:
    more = tickets(
        files=(FileFacts(path="data/tickets.jsonl", sha256="9" * 64, bytes=150_000),), digest="f" * 64, rows_read=470
    )
    change = only(plan(), plan(more))
    assert change.path == "tickets content" and change.effect is Effect.RETRAIN
    assert change.after == "470 rows, 999999999999"


def test_the_content_of_scored_data_asks_for_scoring() -> None:
    assert only(plan(), plan(english(digest="0" * 64))).effect is Effect.REEVALUATE


def test_a_word_of_the_template_asks_for_training() -> None:
    other = tickets(template=(("user", "{{ subject }}"), ("assistant", "{{ queue }}")), digest="f" * 64)
    change = only(plan(), plan(other))
    assert change.path == "tickets.template" and change.effect is Effect.RETRAIN
    assert change.after == "user: {{ subject }}"


def test_a_dropped_pin_is_loud() -> None:
    pinned = plan(model(source=call("hub", **HUB)))
    change = only(pinned, plan(model(source=call("hub", repository="org/name", revision=None))))
    assert change.path == "base.source.revision" and change.alarm == "no longer pinned"
    assert not difference(plan(model(source=call("hub", repository="org/name", revision=None))), pinned).alarms


def test_other_weights_under_the_same_name() -> None:
    changed = model(files=(FileFacts(path="base/model.safetensors", sha256="1" * 64, bytes=4_724_000),))
    change = only(plan(), plan(changed))
    assert change.path == "base model.safetensors" and change.effect is Effect.RETRAIN


@pytest.mark.parametrize(
    ("new", "path", "effect"),
    [
        (plan(export(form="merged")), "output.form", Effect.REEVALUATE),
        (plan(export(card=False)), "output.card", Effect.METADATA),
        (plan(evaluate(samples=20)), "evaluate.samples", Effect.METADATA),
        (plan(spec=SpecRecord(name="router", goal="Route every ticket", kind="task", owner="ml")), "goal.owner",
         Effect.METADATA),
        (plan(spec=SpecRecord(name="router", goal="Route", kind="task", owner="support-ml")), "goal", Effect.METADATA),
    ],
)  # fmt: skip
def test_the_rest(new: Plan, path: str, effect: Effect) -> None:
    change = only(plan(), new)
    assert (change.path, change.effect) == (path, effect)


def test_a_changed_budget_is_loud() -> None:
    old = plan(budget=({"verb": "require", "rule": "memory <= 24 GiB", "holds": True},))
    new = plan(budget=({"verb": "require", "rule": "memory <= 48 GiB", "holds": True},))
    change = only(old, new)
    assert (change.before, change.after, change.kind) == ("memory <= 24 GiB", "memory <= 48 GiB", "budget")
    assert change.alarm


def many() -> Difference:
    """Several changes at once."""
    old = plan(resources=resources(memory=memory(weights=10 * MIB, activations=1 * GIB, runtime=272 * MIB)))
    new = plan(
        train(tokens=tokens(), learning_rate=5e-4, batch_size=32, optimizer_steps=33),
        gates=(gate(threshold=0.85),),
        spec=SpecRecord(name="router", goal="Route | every `ticket` @all", kind="task", owner="support-ml"),
        resources=resources(
            memory=memory(weights=10 * MIB, activations=2 * GIB, runtime=272 * MIB), optimizer_steps=33, cost=1.25
        ),
    )
    return difference(old, new)


def test_the_text(request: pytest.FixtureRequest) -> None:
    goldens.check(request, "difference.txt", text(many()))


def test_the_markdown(request: pytest.FixtureRequest) -> None:
    goldens.check(request, "difference.md", markdown(many()))


def test_the_json(request: pytest.FixtureRequest) -> None:
    made = to_json(many())
    assert json.loads(made)["effect"] == "retrain"
    assert {each["effect"] for each in json.loads(made)["changes"]} == {"retrain", "re-evaluate", "metadata only"}
    goldens.check(request, "difference.json", made)


def test_a_huge_difference_fits_one_comment() -> None:
    stages = [train(id=f"train.stage_{number}") for number in range(400)]
    made = markdown(difference(plan(), plan(*stages)))
    assert len(made) < 65_536 and "250 more changes" in made
