"""What an architecture says of running is what transformers does: kernels, rows in one sequence, saved names."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ftspec.kinds.objectives._attention import BOUNDS, attend_by_row
from ftspec.model.architectures import find, known
from ftspec.model.facts import folder_facts
from tests.model.test_architectures import small

DECODERS = [each for each in known() if find(each).default.endswith(("CausalLM", "LMHeadModel"))]  # type: ignore[union-attr]
TOGETHER = ((0, 9), (9, 16))
"""Where two rows lie in one sequence."""


def _model(model_type: str, attention: str | None = None) -> Any:
    import torch
    import transformers
    from transformers import CONFIG_MAPPING

    architecture = find(model_type)
    assert architecture is not None
    name = model_type if model_type in CONFIG_MAPPING else model_type.replace("_", "-")
    config = CONFIG_MAPPING[name](**{"pad_token_id": None, **small(model_type)})
    torch.manual_seed(7)
    made = getattr(transformers, architecture.default)._from_config(config, attn_implementation=attention)
    return made.eval()


@pytest.mark.parametrize("model_type", known())
def test_fused_attention_is_planned_where_transformers_has_it(model_type: str) -> None:
    import transformers

    architecture = find(model_type)
    assert architecture is not None
    assert architecture.sdpa == getattr(transformers, architecture.default)._supports_sdpa


def _moved(model: Any, **more: Any) -> float:
    """By how much, at most, a logit moves when two rows share a sequence, in standard deviations of all logits."""
    import torch

    ids = torch.arange(16)[None] * 31 % 997
    positions = torch.cat([torch.arange(end - start) for start, end in TOGETHER])[None]
    with torch.no_grad():
        together = model(input_ids=ids, position_ids=positions, use_cache=False, **more).logits
        alone = torch.cat([model(input_ids=ids[:, a:b], use_cache=False).logits for a, b in TOGETHER], dim=1)
    return float((together - alone).abs().max() / alone.std())


@pytest.mark.parametrize("model_type", DECODERS)
def test_rows_are_packed_only_where_they_stay_apart(model_type: str) -> None:
    architecture = find(model_type)
    assert architecture is not None
    moved = _moved(_model(model_type, "sdpa" if architecture.sdpa else "eager"))
    assert (moved < 1e-4) == architecture.packs


@pytest.mark.parametrize("model_type", DECODERS)
def test_attention_by_row_is_used_only_where_it_keeps_rows_apart(model_type: str) -> None:
    import torch

    model = _model(model_type)
    if attend_by_row(model, longest=16):
        assert _moved(model, **{BOUNDS: torch.tensor([0, 9, 16], dtype=torch.int32)}) < 1e-4
    else:
        assert model.config._attn_implementation in ("sdpa", "eager")


def test_most_architectures_attend_by_row() -> None:
    assert sum(attend_by_row(_model(each), longest=16) for each in ("llama", "qwen3", "mistral", "gpt2")) == 4


@pytest.mark.parametrize("model_type", known())
def test_a_model_that_transformers_saved_has_its_facts(model_type: str, tmp_path: Path) -> None:
    _model(model_type).save_pretrained(tmp_path / "saved")
    facts, said = folder_facts(tmp_path / "saved", "saved", "files")
    assert facts is not None, [each.message for each in said]
