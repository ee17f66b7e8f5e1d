"""Greedy answers in batches: the same tokens as one by one, several times as fast.

Prompts of like length stand together, padded on the left, with position ids that count from each prompt's first token.
`model.generate` gives the same tokens; the loop here does without its work between two tokens, which for a small model
on a CPU is most of the time.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING, Any

from ftspec.evaluate.batches import by_length, halving
from ftspec.evaluate.forward import Caller
from ftspec.evaluate.prefill import Reading, prefill

if TYPE_CHECKING:
    from torch import Tensor

    from ftspec.evaluate.subjects import Subject


_FEWER = 0.75
"""The share of rows still being written at which those that have ended are taken out."""


@dataclass(frozen=True, slots=True)
class Written:
    """The new tokens of one answer, without the end token."""

    ids: tuple[int, ...]
    finished: bool
    """Whether the model ended it itself."""

    @property
    def new_tokens(self) -> int:
        """How many tokens were generated, the end token among them."""
        return len(self.ids) + self.finished


@dataclass(frozen=True, slots=True)
class Batch:
    """One batch: which prompts it held, how long it took, how many tokens were new."""

    places: tuple[int, ...]
    seconds: float
    new_tokens: int


def generate(
    subject: Subject,
    prompts: Sequence[Sequence[int]],
    max_new_tokens: int,
    batch_tokens: int,
    progress: Callable[[int], None] = lambda done: None,
) -> tuple[list[Written], list[Batch]]:
    """A greedy answer for every prompt, in the order of the prompts, and the batches they came in.

    A prompt that fills the model's context, or is empty, gets an empty answer that is not finished.

    Args:
        subject: The model.
        prompts: Token ids.
        max_new_tokens: Where an answer is cut.
        batch_tokens: Prompt tokens in a batch, padding included.
        progress: Told how many prompts are done.
    """
    caller = Caller(subject)
    able = [place for place, prompt in enumerate(prompts) if 0 < len(prompt) < caller.context]
    answers = [Written((), False)] * len(prompts)
    timings: list[Batch] = []
    lengths = [len(prompts[place]) for place in able]
    for planned in by_length(lengths, batch_tokens, padded=caller.pads):
        chosen = [able[each] for each in planned]
        start = perf_counter()
        for places, written in halving(chosen, lambda some: _batch(caller, [prompts[i] for i in some], max_new_tokens)):
            for place, answer in zip(places, written, strict=True):
                answers[place] = answer
            tokens = sum(answer.new_tokens for answer in written)
            timings.append(Batch(tuple(places), perf_counter() - start, tokens))
            start = perf_counter()
            progress(sum(len(batch.places) for batch in timings))
    return answers, timings


def _batch(caller: Caller, prompts: Sequence[Sequence[int]], max_new_tokens: int) -> list[Written]:
    import torch

    limits = [min(max_new_tokens, caller.context - len(prompt)) for prompt in prompts]
    write = _loop if caller.pads else _prepared
    with torch.inference_mode():
        tokens = write(caller, prompts, limits)
    return [_cut(row[:limit], caller.ends) for row, limit in zip(tokens, limits, strict=True)]


def _loop(caller: Caller, prompts: Sequence[Sequence[int]], limits: Sequence[int]) -> list[list[int]]:
    """Token by token with a key-value cache; rows that have ended leave it a few at a time."""
    import torch

    reading = prefill(caller, prompts)
    rows, going = list(range(len(prompts))), set(range(len(prompts)))
    written: list[list[int]] = [[] for _ in prompts]
    while True:
        ids = reading.logits.argmax(-1)
        for row, token in zip(rows, ids.tolist(), strict=True):
            if row in going:
                written[row].append(token)
        going = {row for row in going if len(written[row]) < limits[row] and written[row][-1] not in caller.ends}
        if not going:
            return written
        if len(going) <= _FEWER * len(rows) and reading.narrows:
            places = [place for place, row in enumerate(rows) if row in going]
            kept = torch.tensor(places, device=ids.device)
            reading.narrow(kept)
            ids, rows = ids[kept], [rows[place] for place in places]
        _read_on(caller, reading, ids)


def _read_on(caller: Caller, reading: Reading, ids: Tensor) -> None:
    """Read one more token of each row."""
    import torch

    reading.mask = torch.nn.functional.pad(reading.mask, (0, 1), value=1)
    # A row past its own limit may stand beyond the context; what it writes there is dropped.
    reading.positions = (reading.positions + 1).clamp(max=caller.context - 1)
    output = caller(ids[:, None], reading.mask, reading.positions, 1, use_cache=True, past_key_values=reading.cache)
    reading.logits, reading.cache = output.logits[:, -1], output.past_key_values


def _prepared(caller: Caller, prompts: Sequence[Sequence[int]], limits: Sequence[int]) -> list[list[int]]:
    """Through `model.generate`: for adapters that put virtual tokens before the prompt, and models with a state."""
    from transformers import GenerationConfig

    padded = caller.pad(prompts)
    config = GenerationConfig(
        do_sample=False,
        num_beams=1,
        max_new_tokens=max(limits),
        eos_token_id=sorted(caller.ends),
        pad_token_id=caller.subject.tokenizer.pad.id,
    )
    model: Any = caller.subject.model
    with warnings.catch_warnings():
        # PEFT counts the positions itself and warns that it leaves out those that transformers counted.
        warnings.filterwarnings("ignore", message="Position ids are not supported")
        output = model.generate(input_ids=padded.ids, attention_mask=padded.mask, generation_config=config)
    return output[:, padded.ids.shape[1] :].tolist()  # type: ignore[no-any-return]


def _cut(ids: Sequence[int], ends: frozenset[int]) -> Written:
    """The tokens before the first end token."""
    for place, token in enumerate(ids):
        if token in ends:
            return Written(tuple(ids[:place]), True)
    return Written(tuple(ids), False)
