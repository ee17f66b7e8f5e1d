"""Positions without a label are taken out before the head, and nothing else changes."""

from __future__ import annotations

from typing import Any

import pytest


def scored(model: Any, labels: Any, ids: Any) -> tuple[Any, Any]:
    """Log-probabilities of the labels, and the gradient of the first matrix."""
    model.zero_grad()
    found = model(input_ids=ids, labels=labels, fused_lm_head=True, use_cache=False)
    found.log_probs.sum().backward()
    return found.log_probs.detach(), model.model.layers[0].mlp.up_proj.weight.grad.clone()


def test_the_same_likelihoods_and_gradients(monkeypatch: pytest.MonkeyPatch) -> None:
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM
    from trl.kernels import chunked_logprob
    from trl.trainer import utils

    from ftspec.kinds.objectives._scored import score_what_trains

    monkeypatch.setattr(utils, "_use_triton", chunked_logprob._use_triton)
    torch.manual_seed(0)
    config = LlamaConfig(
        hidden_size=32, intermediate_size=48, num_hidden_layers=2, num_attention_heads=2, vocab_size=96
    )
    model = LlamaForCausalLM(config)
    utils.add_fused_lm_head(model, outputs=("log_probs",))
    ids = torch.randint(0, 96, (3, 11))
    labels = torch.where(torch.rand(3, 11) < 0.3, ids, -100)
    labels[0] = -100
    rows: list[int] = []
    forward = chunked_logprob.ChunkedLogProbFunction.forward

    def counted(ctx: Any, hidden: Any, *given: Any) -> Any:
        rows.append(len(hidden))
        return forward(ctx, hidden, *given)

    monkeypatch.setattr(chunked_logprob.ChunkedLogProbFunction, "forward", staticmethod(counted))
    before = scored(model, labels, ids)
    score_what_trains()
    score_what_trains()
    after = scored(model, labels, ids)
    assert rows[0] > rows[1] == int((labels[:, 1:] != -100).sum())
    for one, other in zip(before, after, strict=True):
        torch.testing.assert_close(one, other)
