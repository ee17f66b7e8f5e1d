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


def test_cpo_reads_the_same_of_answers_alone() -> None:
    """What CPO and SimPO learn from does not change when prompts are not scored; only their logits are left out."""
    from types import SimpleNamespace

    import torch
    from transformers import LlamaConfig, LlamaForCausalLM
    from trl.experimental.cpo import CPOTrainer

    from ftspec.kinds.objectives._reference_free import _untokenizing

    torch.manual_seed(0)
    sizes: dict[str, Any] = {"hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 2}
    model = LlamaForCausalLM(LlamaConfig(num_attention_heads=2, vocab_size=96, **sizes))
    batch = {}
    for side, width in (("chosen", 9), ("rejected", 7)):
        ids = torch.randint(1, 96, (2, width))
        labels = ids.clone()
        labels[0, :4], labels[1, :5] = -100, -100
        batch |= {f"{side}_input_ids": ids, f"{side}_attention_mask": torch.ones_like(ids), f"{side}_labels": labels}
    found = []
    for alone in (False, True):
        trainer = object.__new__(_untokenizing(CPOTrainer, alone))
        said = {"is_encoder_decoder": False, "pad_token_id": 0, "aux_loss_enabled": False, "cpo_alpha": 1.0}
        vars(trainer).update(said, loss_type="simpo", accelerator=SimpleNamespace(device="cpu"))
        found.append(trainer.concatenated_forward(model, batch))
    assert found[0][2].shape[1] == 9 and found[1][2].shape[1] == 6
    for place in (0, 1, 4):
        torch.testing.assert_close(found[0][place], found[1][place])
