"""The loss is the mean over the trained tokens of the whole optimizer step, however the rows are laid out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ftspec.plan.steps import Train
from tests.run.plans import call, events, losses, ran, train_step, whole

LAYOUTS: dict[str, dict[str, Any]] = {
    "packed": {"packing": True},
    "padded": {"packing": False},
    "one row at a time": {"packing": False, "micro_batch_size": 1, "accumulation": 8},
    "all at once": {"packing": True, "micro_batch_size": 8, "accumulation": 1},
    "uneven": {"packing": True, "micro_batch_size": 3, "accumulation": 3},
    "recomputed": {"packing": True, "gradient_checkpointing": True},
}


def _losses(world: Path, name: str, **changes: Any) -> list[float]:
    return losses(ran(whole(world, train_step(world, **changes)), world, name))


def test_layout_changes_speed_only(world: Path) -> None:
    """Packed or padded, in one piece or in eight, recomputed or not: the same losses."""
    first, *others = (_losses(world, name, **changes) for name, changes in LAYOUTS.items())
    assert len(first) == 6
    assert first[-1] < first[0]
    for other in others:
        assert other == pytest.approx(first, abs=1e-4)


def test_the_first_loss_is_that_of_a_plain_forward_pass(world: Path) -> None:
    """Against the definition, computed row by row without any of our code for batches."""
    step = train_step(world)
    assert _losses(world, "run", batch_size=32, micro_batch_size=4, accumulation=8)[0] == pytest.approx(
        _by_definition(world, step), abs=1e-5
    )


def _by_definition(world: Path, step: Train) -> float:
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    from ftspec.data import prepare
    from tests.run.plans import data_step

    tokenizer = AutoTokenizer.from_pretrained(world / "base")
    model = AutoModelForCausalLM.from_pretrained(world / "base", dtype=torch.float32)
    total, count = 0.0, 0
    for row in prepare(data_step(world), world).rows("train"):
        messages = [{"role": turn.role, "content": turn.text} for turn in row.turns]
        prompt = tokenizer.apply_chat_template(messages[:1], add_generation_prompt=True, tokenize=False)
        answer = messages[1]["content"] + "<end>"
        ids = torch.tensor([tokenizer(prompt + answer, add_special_tokens=False).input_ids])
        start = len(tokenizer(prompt, add_special_tokens=False).input_ids)
        with torch.no_grad():
            scores = model(ids).logits[0].log_softmax(-1)
        picked = scores[:-1].gather(1, ids[0, 1:, None])[start - 1 :]
        total, count = total - float(picked.sum()), count + len(picked)
    return total / count


SCHEDULERS = (call("linear"), call("constant"), call("warmup_stable_decay", warmup=0.2, decay=0.5))


@pytest.mark.parametrize("scheduler", SCHEDULERS, ids=lambda each: str(each["name"]))
def test_the_schedule_is_the_planned_one(world: Path, scheduler: dict[str, Any]) -> None:
    """The rates in the record start at zero, peak after the warm-up and end as the scheduler says."""
    run = ran(whole(world, train_step(world, scheduler=scheduler, warmup_steps=2)), world)
    rates = [line["learning_rate"] for line in events(run, "log")]
    assert rates[0] == 0.0
    assert max(rates) == pytest.approx(1e-2)
    assert rates[2] == pytest.approx(1e-2)
    assert (rates[-1] < 1e-2) == (scheduler["name"] != "constant")
