"""What a model with a head that scores gives for whole rows: one reward, or a logit for each class."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from ftspec.evaluate.batches import by_length, halving
from ftspec.evaluate.forward import Caller

if TYPE_CHECKING:
    from ftspec.evaluate.subjects import Subject


def is_classifier(subject: Subject) -> bool:
    """Whether the model ends in a head that scores whole rows."""
    return type(_base(subject)).__name__.endswith("ForSequenceClassification")


def is_reward_model(subject: Subject) -> bool:
    """Whether the model ends in a head with one score."""
    return is_classifier(subject) and int(_base(subject).config.num_labels) == 1


def classes_of(subject: Subject) -> tuple[str, ...]:
    """The names of a classifier's classes, in the order of its outputs."""
    config = _base(subject).config
    return tuple(str(config.id2label[number]) for number in range(int(config.num_labels)))


def is_multi_label(subject: Subject) -> bool:
    """Whether a row may be in several of a classifier's classes."""
    return bool(_base(subject).config.problem_type == "multi_label_classification")


def rewards(
    subject: Subject,
    rows: Sequence[Sequence[int]],
    batch_tokens: int,
    progress: Callable[[int], None] = lambda done: None,
) -> list[float]:
    """The reward of each sequence of ids, in their order. A row beyond the context keeps its end."""
    context = Caller(subject).context
    return [each[0] for each in logits(subject, [row[-context:] for row in rows], batch_tokens, progress)]


def logits(
    subject: Subject,
    rows: Sequence[Sequence[int]],
    batch_tokens: int,
    progress: Callable[[int], None] = lambda done: None,
) -> list[list[float]]:
    """What the head gives for each sequence of ids, in their order. A row beyond the context keeps its beginning."""
    caller = Caller(subject)
    kept = [tuple(row[: caller.context]) for row in rows]
    results: list[list[float]] = [[] for _ in kept]
    # transformers finds a row's last token by the pad token of the model's config: without one, rows stand alone.
    pads = _base(subject).config.get_text_config().pad_token_id == subject.tokenizer.pad.id
    padded = pads and not caller.learns_prompts
    done = 0
    for planned in by_length([len(row) for row in kept], batch_tokens if pads else 1, padded):
        for places, scores in halving(planned, lambda some: _batch(subject, [kept[place] for place in some])):
            for place, value in zip(places, scores, strict=True):
                results[place] = value
            done += len(places)
            progress(done)
    return results


def _batch(subject: Subject, rows: Sequence[Sequence[int]]) -> list[list[float]]:
    """Padded on the right, as in training: an encoder reads the class off the first token."""
    import torch

    width, fill = max(map(len, rows)), subject.tokenizer.pad.id
    ids = torch.tensor([[*row, *[fill] * (width - len(row))] for row in rows], device=subject.device)
    mask = torch.tensor([[1] * len(row) + [0] * (width - len(row)) for row in rows], device=subject.device)
    with torch.inference_mode():
        output = subject.model(input_ids=ids, attention_mask=mask)
    scores: list[list[float]] = output.logits.float().tolist()
    return scores


def _base(subject: Subject) -> Any:
    model: Any = subject.model
    return model.get_base_model() if hasattr(model, "get_base_model") else model
