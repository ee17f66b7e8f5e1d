"""Batched answers are those of transformers one by one, whatever the model: positions, windows, experts, states."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from ftspec.evaluate import Subject, prefill
from ftspec.evaluate.generate import generate
from tests.evaluate.scenes import subject
from tests.evaluate.test_generate import by_transformers, some_prompts
from tests.model.test_architectures import small
from tests.model.test_running import DECODERS

SMALL: dict[str, dict[str, Any]] = {
    "mamba": {"hidden_size": 32, "num_hidden_layers": 2, "state_size": 4},
    "bloom": {"hidden_size": 32, "n_layer": 2, "n_head": 4},
    **{each: {**small(each), "max_position_embeddings": 96} for each in DECODERS},
}


def opened(model_type: str, folder: Path) -> Subject:
    from transformers import AutoConfig, AutoModelForCausalLM

    usual = subject(folder)
    vocabulary = usual.model.config.vocab_size
    config = AutoConfig.for_model(model_type, **{**SMALL[model_type], "vocab_size": vocabulary, "pad_token_id": 0})
    torch.manual_seed(3)
    model = AutoModelForCausalLM.from_config(config).eval()
    with torch.no_grad():
        for name, each in model.named_parameters():
            if each.dim() > 1 and "embed" not in name:
                each.mul_(10)  # so that different prompts get different answers
    return replace(usual, model=model)


@pytest.fixture(autouse=True)
def in_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    """Prompts as short as those here are read in groups too."""
    monkeypatch.setitem(prefill._LEAST, "cpu", 1)


@pytest.mark.parametrize("window", [4, 16, 64])
def test_groups_share_a_window_of_attention(window: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SMALL, "mistral", {**SMALL["mistral"], "sliding_window": window})
    model = opened("mistral", tmp_path)
    asked = some_prompts(model, 12)
    lengths = sorted(map(len, asked), reverse=True)
    assert len(prefill.grouped(lengths, 1)) > 3, "several groups"
    written, [_] = generate(model, asked, 12, 10_000)
    assert [(list(each.ids), each.finished) for each in written] == [by_transformers(model, each, 12) for each in asked]


@pytest.mark.parametrize("model_type", sorted(SMALL))
def test_batches_give_the_tokens_of_transformers_one_by_one(model_type: str, tmp_path: Path) -> None:
    model = opened(model_type, tmp_path)
    asked = some_prompts(model, 8)
    written, _ = generate(model, asked, 6, 400)
    assert len({each.ids for each in written}) > 1
    assert [(list(each.ids), each.finished) for each in written] == [by_transformers(model, each, 6) for each in asked]


def test_answers_are_drawn_from_a_model_that_carries_a_state(tmp_path: Path) -> None:
    """Without a cache and without padding: the same tokens as from transformers."""
    from ftspec.evaluate.forward import Caller
    from ftspec.kinds.objectives._sampling import draw, padded, reads_whole

    model = opened("mamba", tmp_path)
    asked = some_prompts(model, 4)
    assert reads_whole(model.model)
    for prompt in asked:
        random = torch.Generator().manual_seed(0)
        ends = Caller(model).ends
        drawn = draw(
            model.model, padded([prompt], 0, "cpu"), max_new_tokens=6, ends=ends, pad=0, temperature=0, generator=random
        )
        assert (drawn.rows()[0], bool(drawn.finished[0])) == by_transformers(model, prompt, 6)


def test_families_that_carry_a_state_are_those_of_transformers() -> None:
    import transformers

    from ftspec.plan.heads import STATEFUL

    models = Path(transformers.__file__).parent / "models"
    found = {p.parent.name for p in models.glob("*/modeling_*.py") if "_is_stateful = True" in p.read_text("utf-8")}
    known = {each.replace("-", "_") for each in STATEFUL}
    assert found - known <= {"nemotron3_5_transcribe"}  # writes down what it hears
