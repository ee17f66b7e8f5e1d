"""What a reward model gives for whole conversations."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from ftspec.evaluate.batches import by_length, halving
from ftspec.evaluate.forward import Caller

if TYPE_CHECKING:
    from ftspec.evaluate.subjects import Subject


def is_reward_model(subject: Subject) -> bool:
    """Whether the model ends in a head with one score."""
    model: Any = subject.model
    base = model.get_base_model() if hasattr(model, "get_base_model") else model
    return type(base).__name__.endswith("ForSequenceClassification") and int(base.config.num_labels) == 1


def rewards(
    subject: Subject,
    rows: Sequence[Sequence[int]],
    batch_tokens: int,
    progress: Callable[[int], None] = lambda done: None,
) -> list[float]:
    """The score of each sequence of ids, in their order. A row beyond the context keeps its end."""
    caller = Caller(subject)
    kept = [tuple(row[-caller.context :]) for row in rows]
    results = [0.0] * len(kept)
    # transformers finds a row's last token by the pad token of the model's config: without one, rows stand alone.
    pads = subject.model.config.pad_token_id == subject.tokenizer.pad.id
    padded = pads and not caller.learns_prompts
    done = 0
    for planned in by_length([len(row) for row in kept], batch_tokens if pads else 1, padded):
        for places, scores in halving(planned, lambda some: _batch(caller, [kept[place] for place in some])):
            for place, value in zip(places, scores, strict=True):
                results[place] = value
            done += len(places)
            progress(done)
    return results


def _batch(caller: Caller, rows: Sequence[Sequence[int]]) -> list[float]:
    import torch

    padded = caller.pad(rows)
    with torch.inference_mode():
        output = caller(padded.ids, padded.mask, padded.positions, 1, use_cache=False)
    scores: list[float] = output.logits[:, 0].float().tolist()
    return scores
