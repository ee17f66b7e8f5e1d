"""Optimizers, schedulers and quantizations: what transformers and bitsandbytes make of them."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from ftspec.kinds.optimizers import Optimizer
from ftspec.kinds.quantizations import Quantization
from ftspec.kinds.registry import find, keywords
from ftspec.kinds.schedulers import Scheduler
from ftspec.kinds.schedulers.cosine_with_min_lr import CosineWithMinLr
from ftspec.kinds.schedulers.warmup_stable_decay import WarmupStableDecay


def _default(family: str, keyword: str) -> Any:
    kind = find(family, keyword)
    assert kind is not None
    return kind()


@pytest.mark.parametrize("keyword", keywords("optimizers"))
def test_an_optimizer_is_the_one_it_says_and_lowers_a_loss(keyword: str) -> None:
    """Built through transformers as the trainer would, each finds the minimum of a bowl; its state is of that size."""
    import torch
    from transformers import Trainer, TrainingArguments

    optimizer = _default("optimizers", keyword)
    assert isinstance(optimizer, Optimizer)
    model = torch.nn.Linear(128, 128, bias=False)
    rate = 0.5 if keyword == "sgd" else 0.01
    arguments = TrainingArguments(output_dir="unused", use_cpu=True, **optimizer.training_arguments())
    cls, given = Trainer.get_optimizer_cls_and_kwargs(arguments)
    built: Any = cls(model.parameters(), **(given | {"lr": rate}))
    first = float(model.weight.square().mean())
    for _ in range(20):
        model.weight.square().mean().mul(len(model.weight)).backward()
        built.step()
        built.zero_grad()
    assert float(model.weight.square().mean()) < 0.5 * first
    state = sum(v.nbytes for v in built.state[model.weight].values() if torch.is_tensor(v) and v.numel() > 1024)
    assert state / model.weight.numel() == pytest.approx(optimizer.state_bytes, abs=0.25)


@pytest.mark.parametrize("keyword", keywords("schedulers"))
def test_a_scheduler_rises_to_its_peak_and_never_again(keyword: str) -> None:
    """transformers builds it from our arguments: zero, up to the peak at the end of the warm-up, then no higher."""
    rates = _rates(_default("schedulers", keyword), steps=100, warmup=10)
    assert rates[0] < 0.2
    assert max(rates) == pytest.approx(1.0)
    assert all(later <= earlier + 1e-9 for earlier, later in pairwise(rates[10:]))


def test_shares_become_steps() -> None:
    """The fall of warmup_stable_decay starts where its share begins, and the floor of the cosine is a share."""
    plateau = _rates(WarmupStableDecay(decay=0.2), steps=100, warmup=10)
    assert plateau[79] == pytest.approx(1.0)
    assert plateau[82] < 1.0
    assert plateau[99] == pytest.approx(0.05, abs=0.01)
    assert _rates(CosineWithMinLr(min_lr_rate=0.25), steps=100, warmup=0)[99] == pytest.approx(0.25, abs=0.01)


@pytest.mark.parametrize("keyword", keywords("quantizations"))
def test_bits_are_those_of_a_quantized_layer(keyword: str) -> None:
    """bitsandbytes stores a 1024 x 4096 matrix in as many bits as the plan counts."""
    quantization = _default("quantizations", keyword)
    assert isinstance(quantization, Quantization)
    assert _stored_bits(quantization) == pytest.approx(quantization.bits, rel=0.01)


def _rates(scheduler: Scheduler, steps: int, warmup: int) -> list[float]:
    import torch
    from transformers import get_scheduler

    given = scheduler.training_arguments(steps)
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0)
    schedule = get_scheduler(
        given["lr_scheduler_type"], optimizer, warmup, steps, scheduler_specific_kwargs=given.get("lr_scheduler_kwargs")
    )
    rates = []
    for _ in range(steps):
        rates.append(schedule.get_last_lr()[0])
        optimizer.step()
        schedule.step()
    return rates


def _stored_bits(quantization: Quantization) -> float:
    import bitsandbytes as bnb
    import torch

    config = quantization.config()
    weight = torch.randn(1024, 4096)
    if config.get("load_in_8bit"):
        stored = bnb.nn.Int8Params(weight, requires_grad=False).to("cpu")
        return 8 * (stored.data.nbytes + 4 * 1024) / weight.numel()
    quantized, state = bnb.functional.quantize_4bit(
        weight, compress_statistics=config["bnb_4bit_use_double_quant"], quant_type=config["bnb_4bit_quant_type"]
    )
    constants = state.absmax.nbytes + (state.state2.absmax.nbytes if state.nested else 0)
    return float(8 * (quantized.nbytes + constants) / weight.numel())
