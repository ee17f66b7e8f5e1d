"""Whether the stored weights are those that the config describes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from ftspec.model.headers import Stored
from ftspec.plan.facts import Tensor

_RENAMED = (
    ("LayerNorm.weight", "LayerNorm.gamma"),  # the first BERT checkpoints
    ("LayerNorm.bias", "LayerNorm.beta"),
    (".mlp.gate.", ".block_sparse_moe.gate."),  # Mixtral
    ("model.language_model.", "language_model.model."),  # models that also see, before transformers 5
    ("model.vision_tower.", "vision_tower.vision_model."),
)
"""(here, in a checkpoint): transformers renames them while loading."""

_NEW = ("lm_head.", "score.", "classifier.", "pooler.", "cls.", "predictions.", "pre_classifier.", "head.")
"""Heads: transformers makes a new one where a checkpoint has none."""


def disagreement(tensors: Iterable[Tensor], stored: Mapping[str, Stored], prefix: str) -> str | None:
    """The first tensor whose stored shape differs from the config's, in words, or None."""
    for tensor in tensors:
        found = _found(tensor.name, stored, prefix)
        if found is not None and stored[found].shape != tensor.shape:
            return f"`{found}` is stored as {_size(stored[found].shape)}, the config says {_size(tensor.shape)}"
    return None


def missing(tensors: Iterable[Tensor], stored: Mapping[str, Stored], prefix: str) -> tuple[str, ...]:
    """Tensors of the body that no file holds; empty where the files use names that are not known here.

    Experts are left out: checkpoints keep them one by one, and transformers 5 stacks them while loading.
    """
    body = [each.name for each in tensors if ".experts." not in each.name and not _is_new(each.name, prefix)]
    absent = tuple(name for name in body if _found(name, stored, prefix) is None)
    return absent if len(absent) < len(body) / 2 else ()


def _is_new(name: str, prefix: str) -> bool:
    return name.startswith(_NEW) or name.removeprefix(f"{prefix}.").startswith(_NEW)


def _found(name: str, stored: Mapping[str, Stored], prefix: str) -> str | None:
    return next((each for each in _names(name, prefix) if each in stored), None)


def _names(name: str, prefix: str) -> Iterator[str]:
    """The names under which a checkpoint may hold a tensor: with the body's prefix or without, new or old."""
    for each in (name, name.removeprefix(f"{prefix}."), f"{prefix}.{name}"):
        yield each
        for new, old in _RENAMED:
            if new in each:
                yield each.replace(new, old)


def _size(shape: tuple[int, ...]) -> str:
    return " × ".join(str(each) for each in shape) or "a single number"
