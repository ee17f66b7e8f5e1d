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
from ftspec.evaluate.forward import Caller, Padded

if TYPE_CHECKING:
    from torch import Tensor

    from ftspec.evaluate.subjects import Subject


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
    padded = caller.pad(prompts)
    write = _loop if caller.pads else _prepared
    with torch.inference_mode():
        tokens = write(caller, padded, max(limits))
    return [_cut(row[:limit], caller.ends) for row, limit in zip(tokens, limits, strict=True)]


def _loop(caller: Caller, padded: Padded, steps: int) -> list[list[int]]:
    """Token by token with a key-value cache; a row that has ended goes on until all have, and is cut later."""
    import torch

    ends = torch.tensor(sorted(caller.ends), device=padded.ids.device)
    open_rows = torch.ones(len(padded.ids), dtype=torch.bool, device=padded.ids.device)
    ids, mask, positions = padded.ids, padded.mask, padded.positions
    cache: dict[str, Any] = {}
    written: list[Tensor] = []
    while True:
        output = caller(ids, mask, positions, 1, use_cache=True, **cache)
        cache = {"past_key_values": output.past_key_values}
        written.append(output.logits[:, -1].argmax(-1))
        open_rows &= ~torch.isin(written[-1], ends)
        if len(written) == steps or not open_rows.any():
            return torch.stack(written, 1).tolist()
        ids = written[-1][:, None]
        mask = torch.nn.functional.pad(mask, (0, 1), value=1)
        # A row past its own limit may stand beyond the context; what it writes there is cut.
        positions = (positions[:, -1:] + 1).clamp(max=caller.context - 1)


def _prepared(caller: Caller, padded: Padded, steps: int) -> list[list[int]]:
    """Through `model.generate`: for adapters that put virtual tokens before the prompt, and models with a state."""
    from transformers import GenerationConfig

    config = GenerationConfig(
        do_sample=False,
        num_beams=1,
        max_new_tokens=steps,
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
