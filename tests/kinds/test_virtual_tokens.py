"""Adapters that put virtual tokens before each row: what the model says of the row's own tokens is what counts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ftspec.kinds.methods import Method
from ftspec.kinds.registry import make
from tests.run.plans import call, facts_of, write_model

WAYS = {
    "prompt_tuning": (call("prompt_tuning", tokens=3), 3),
    "p_tuning": (call("p_tuning", tokens=3, encoder=8), 3),
    "prefix_tuning": (call("prefix_tuning", tokens=3), 0),
    "lora": (call("lora", rank=2), 0),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny model."""
    folder = tmp_path_factory.mktemp("virtual") / "base"
    write_model(folder)
    return folder


@pytest.fixture(params=WAYS)
def adapted(request: pytest.FixtureRequest, folder: Path) -> tuple[Any, int]:
    """The model with an adapter that says something, and the places before a row's own."""
    import torch
    from transformers import AutoModelForCausalLM

    way, ahead = WAYS[request.param]
    method = make("methods", way)
    assert isinstance(method, Method)
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
    return method.apply(model, method.adaptation(facts_of(folder))).eval(), ahead


def rows() -> dict[str, Any]:
    """Two rows of five tokens; of the second one token less trains."""
    import torch

    ids = torch.tensor([[10, 20, 30, 40, 50], [11, 21, 31, 41, 51]])
    labels = torch.tensor([[-100, -100, 30, 40, 50], [-100, -100, -100, 41, 51]])
    return {"input_ids": ids, "attention_mask": torch.ones_like(ids), "labels": labels}


def test_preference_losses_read_the_rows_own_places(adapted: tuple[Any, int]) -> None:
    """ORPO, CPO and SimPO get as many places as the row has tokens, and those the row's own."""
    import torch

    from ftspec.kinds.objectives._reference_free import _ending
    from ftspec.kinds.objectives._tokens import virtual_tokens

    model, ahead = adapted
    ids = rows()["input_ids"]
    with torch.no_grad():
        given = _ending(model, 5, ids, attention_mask=torch.ones_like(ids)).logits
        answers = _ending(model, 3, ids, attention_mask=torch.ones_like(ids)).logits
        whole = model(ids, attention_mask=torch.ones_like(ids)).logits
    assert virtual_tokens(model) == ahead
    assert given.shape[1] == 5
    assert torch.allclose(given, whole[:, ahead:], atol=1e-5)
    assert torch.allclose(answers, whole[:, ahead + 2 :], atol=1e-5)


def test_a_student_is_compared_at_the_trained_places(adapted: tuple[Any, int]) -> None:
    """The logits before each trained token, row by row."""
    import torch

    from ftspec.kinds.objectives._distill import _said
    from ftspec.kinds.objectives._tokens import virtual_tokens

    model, ahead = adapted
    inputs = rows()
    with torch.no_grad():
        found = _said(model, virtual_tokens(model), inputs)
        whole = model(inputs["input_ids"], attention_mask=inputs["attention_mask"]).logits[:, ahead:]
    wanted = torch.cat((whole[0, 1:4], whole[1, 2:4]))
    assert torch.allclose(found, wanted, atol=1e-5)


def test_answers_are_those_of_generate(adapted: tuple[Any, int]) -> None:
    """Greedy answers token by token are the same as the library's."""
    import torch

    from ftspec.kinds.objectives._sampling import draw, padded

    model, _ = adapted
    ids = rows()["input_ids"]
    drawn = draw(
        model,
        padded(ids.tolist(), 0, "cpu"),
        max_new_tokens=6,
        ends={-1},
        pad=0,
        temperature=0,
        generator=torch.Generator(),
    )
    wanted = model.generate(
        input_ids=ids, attention_mask=torch.ones_like(ids), do_sample=False, max_new_tokens=6, eos_token_id=None
    )
    assert drawn.ids.tolist() == wanted[:, 5:].tolist()
