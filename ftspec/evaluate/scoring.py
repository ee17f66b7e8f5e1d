"""Teacher forcing in batches: how likely the model finds tokens that are given, and which it would have written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ftspec.evaluate.batches import by_length, halving
from ftspec.evaluate.forward import Caller

if TYPE_CHECKING:
    from torch import Tensor

    from ftspec.evaluate.subjects import Subject

_LOGITS = 1 << 26
"""Logits held in single precision at a time: 256 MiB."""


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of a row that the model reads at once."""

    row: int
    ids: tuple[int, ...]
    scored: tuple[int, ...]
    """The places in `ids` whose tokens are scored: each has a token before it."""


@dataclass(frozen=True, slots=True)
class Scored:
    """The scored tokens of one window, in order."""

    nll: tuple[float, ...]
    """Negative log-likelihood of each, in nats."""

    greedy: tuple[int, ...]
    """The token that the model finds likeliest in its place."""


def score(
    subject: Subject,
    windows: Sequence[Window],
    batch_tokens: int,
    progress: Callable[[int], None] = lambda done: None,
) -> list[Scored]:
    """The scored tokens of every window, in the order of the windows.

    The head is applied to the last places of a batch alone, from the first scored one on.
    """
    caller = Caller(subject)
    results = [Scored((), ())] * len(windows)
    kept = [place for place, window in enumerate(windows) if window.scored]
    done = len(windows) - len(kept)
    for planned in by_length([len(windows[place].ids) for place in kept], batch_tokens, caller.pads):
        chosen = [kept[each] for each in planned]
        for places, scored in halving(chosen, lambda some: _batch(caller, [windows[i] for i in some])):
            for place, each in zip(places, scored, strict=True):
                results[place] = each
            done += len(places)
            progress(done)
    return results


def _batch(caller: Caller, windows: Sequence[Window]) -> list[Scored]:
    import torch

    padded = caller.pad([window.ids for window in windows])
    width = padded.ids.shape[1]
    keep = max(len(window.ids) - window.scored[0] for window in windows) + 1
    places = [(row, width - len(w.ids) + at) for row, w in enumerate(windows) for at in w.scored]
    index = torch.tensor(places, device=padded.ids.device)
    with torch.inference_mode():
        logits = caller(padded.ids, padded.mask, padded.positions, keep, use_cache=False).logits
        # The logits of a place are about the token after it, and those of the last places alone are there.
        columns = index[:, 1] - 1 - (width - logits.shape[1])
        nll, greedy = _read(logits, index[:, 0], columns, padded.ids[tuple(index.T)])
    return _shared_out(windows, nll, greedy)


def _read(logits: Tensor, rows: Tensor, columns: Tensor, targets: Tensor) -> tuple[list[float], list[int]]:
    """Loss and likeliest token at each place, a bounded number of places at a time, in single precision."""
    import torch

    step = max(1, _LOGITS // logits.shape[-1])
    nll: list[float] = []
    greedy: list[int] = []
    for start in range(0, len(rows), step):
        part = slice(start, start + step)
        chosen = logits[rows[part], columns[part]].float()
        nll += torch.nn.functional.cross_entropy(chosen, targets[part], reduction="none").tolist()
        greedy += chosen.argmax(-1).tolist()
    return nll, greedy


def _shared_out(windows: Sequence[Window], nll: Sequence[float], greedy: Sequence[int]) -> list[Scored]:
    results: list[Any] = []
    start = 0
    for window in windows:
        part = slice(start, start + len(window.scored))
        results.append(Scored(tuple(nll[part]), tuple(greedy[part])))
        start += len(window.scored)
    return results
